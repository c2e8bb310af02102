"""What somebody waits for."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.businesses.models import Business
from app.core.errors import DomainError, NoSuchTime
from app.dates import day as day_in_words
from app.dates import weekday_short
from app.fields import Checkboxes, ClockField, DayField, NumberField
from app.schedule.wall_clock import DAY, read_date
from app.services.models import Service
from app.services.offering import bookable_services
from app.staff.team import Performer, performers_of
from app.waitlist.models import EVERY_WEEKDAY, WaitlistEntry
from app.waitlist.wishes import MOST_PLACES, PARTS_OF_DAY, Wanted, part_of_day, wanted_by, window_of

_EVERY_DAY = range(7)
_A_WEEK = timedelta(6)


class WishForm(FlaskForm):
    """Service, person, days and times. Without formdata it shows what the address, or an entry, says."""

    problem: Any = None
    headers: Mapping[str, str] = {}
    refusal: DomainError | None = None
    service = SelectField(_("Service"), validate_choice=False)
    staff = SelectField(_("With whom"), validate_choice=False)
    places = NumberField(_("Places"), least=1, most=MOST_PLACES, default=1)
    from_on = DayField(_("From"))
    until_on = DayField(_("Until"))
    weekdays = Checkboxes(_("On these days"))
    time = RadioField(
        _("At what time"),
        choices=[
            SelectChoice("any", _("Any time")),
            SelectChoice("morning", _("Morning")),
            SelectChoice("afternoon", _("Afternoon")),
            SelectChoice("evening", _("Evening")),
            SelectChoice("other", _("Other hours")),
        ],
        default="any",
    )
    from_at = ClockField(_("Begins after"))
    until_at = ClockField(_("and before"), ends=True)

    def __init__(self, business: Business, now: datetime, entry: WaitlistEntry | None = None) -> None:
        self.business, self.now = business, now
        self.services = self._offered()
        self.able = performers_of(business.id, [it.id for it in self.services])
        super().__init__(data=_of_entry(entry) if entry else self._of_address(request.args))
        self.service.choices = [
            SelectChoice(str(it.id), it.name, {"data-class": ""} if it.capacity > 1 else {})
            for it in self.services
        ]
        anybody = SelectChoice("any", gettext("Anybody"))
        self.people = self._people()
        self.staff.choices = [anybody, *(SelectChoice(str(it.id), it.name) for it in self.people)]
        self.weekdays.choices = [SelectChoice(str(it), weekday_short(it)) for it in _EVERY_DAY]

    @property
    def chosen(self) -> Service | None:
        """The service, if it is one of those that are offered."""
        return next((it for it in self.services if str(it.id) == self.service.data), None)

    @property
    def person(self) -> Performer | None:
        """Whom they ask for, if that person does it."""
        able = {it.id for it in self.able.get(self.chosen.id, ())} if self.chosen else set()
        return next((it for it in self.people if str(it.id) == self.staff.data and it.id in able), None)

    @property
    def has_classes(self) -> bool:
        """Whether the number of places means anything."""
        return any(it.capacity > 1 for it in self.services)

    @property
    def window(self) -> tuple[date, date]:
        """The first and the last day that can be waited for."""
        return window_of(self.business, self.chosen, self.now)

    @property
    def wanted(self) -> Wanted:
        """What to wait for, once the form is valid."""
        hours = PARTS_OF_DAY.get(self.time.data or "", (self.from_at.data or 0, self.until_at.data or DAY))
        service = self.chosen
        assert service is not None
        return Wanted(
            service.id,
            self.from_on.data,
            self.until_on.data,
            self.person.id if self.person else None,
            min(self.places.data or 1, service.capacity),
            sum(1 << it for it in self.weekdays.ids) or EVERY_WEEKDAY,
            *hours,
        )

    def refuse(self, refusal: DomainError) -> "WishForm":
        """Keep a refusal that belongs to no field: its sentence, and what its answer carries."""
        self.refusal = refusal
        self.problem, self.headers = refusal.message, refusal.headers
        return self

    def validate_service(self, _field: Any) -> None:
        if self.chosen is None:
            raise ValidationError(gettext("Please choose a service."))

    def validate_staff(self, field: Any) -> None:
        if field.data not in ("any", "", None) and self.person is None:
            raise ValidationError(gettext("That person does not do this. Please choose somebody else."))

    def validate_from_on(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(gettext("Please choose the first day that suits you."))
        _first, last = self.window
        if field.data > last:
            raise ValidationError(
                gettext(
                    "Please choose a day up to %(day)s: later ones cannot be booked yet.",
                    day=day_in_words(last),
                )
            )

    def validate_until_on(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(gettext("Please choose the last day that suits you."))
        first, last = self.window
        if field.data < first:
            raise ValidationError(gettext("That day is over. Please choose a later one."))
        if field.data > last:
            raise ValidationError(
                gettext(
                    "Please choose a day up to %(day)s: later ones cannot be booked yet.",
                    day=day_in_words(last),
                )
            )
        if self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(gettext("The last day cannot be before the first."))

    def validate_from_at(self, field: Any) -> None:
        if self.time.data == "other" and field.data is None:
            raise ValidationError(gettext("Please say from when on, such as 9:00."))

    def validate_until_at(self, field: Any) -> None:
        if self.time.data != "other":
            return
        if field.data is None:
            raise ValidationError(gettext("Please say until when, such as 17:30."))
        if self.from_at.data is not None and field.data <= self.from_at.data:
            raise ValidationError(gettext("The end has to be after the beginning."))

    def _offered(self) -> list[Service]:
        return bookable_services(self.business.id)

    def _people(self) -> list[Performer]:
        """Everybody who can be asked for."""
        return list({it.id: it for those in self.able.values() for it in those}.values())

    def _of_address(self, sent: Mapping[str, str]) -> dict[str, Any]:
        """The service, the person and the day that were looked at, and the week from then."""
        first, last = window_of(self.business, None, self.now)
        try:
            asked: date | None = read_date(sent.get("date", ""))
        except NoSuchTime:
            asked = None
        day = min(max(asked or first, first), last)
        return {
            "service": sent.get("service", ""),
            "staff": sent.get("staff") or "any",
            "from_on": day,
            "until_on": day if asked else min(day + _A_WEEK, last),
            "places": int(places) if (places := sent.get("places", "")) in set("12345678") else 1,
        }


def _of_entry(entry: WaitlistEntry) -> dict[str, Any]:
    wanted = wanted_by(entry)
    part = part_of_day(wanted.from_min, wanted.until_min)
    return {
        "service": str(wanted.service_id),
        "staff": str(wanted.person_id or "any"),
        "places": wanted.places,
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "weekdays": [str(it) for it in _EVERY_DAY if wanted.weekdays >> it & 1]
        if wanted.weekdays < EVERY_WEEKDAY
        else [],
        "time": part,
        "from_at": wanted.from_min if part == "other" else None,
        "until_at": min(wanted.until_min, DAY) if part == "other" else None,
    }
