"""Which time is asked about: a service, somebody or anybody, a day and, if it is about one, a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField
from wtforms.validators import ValidationError

from app.appointments.bookable import Bookable
from app.businesses.models import Business
from app.core.errors import NoSuchTime
from app.fields import ClockField, DayField
from app.schedule.wall_clock import WallClock, local_date, read_start, utc
from app.services.models import Service
from app.staff.team import Performer

ANYBODY = "any"


class ExplanationForm(Form):
    """What the address asks for. `at` is an exact start; it goes before `date` and `time`, which then show it."""

    service = SelectField(_("Service"), validate_choice=False)
    person = SelectField(_("With"), validate_choice=False)
    date = DayField(_("Day"))
    time = ClockField(_("Time"))

    def __init__(self, business: Business, may: Bookable, asked: MultiDict[str, str], now: datetime) -> None:
        self.business, self.may, self.exact = business, may, _exact(asked, business.zone)
        super().__init__(_filled(asked, business.zone, self.exact, now))
        self.service.choices = [(str(it.id), it.name) for it in may.services]
        if not self.service.data and may.services:
            self.service.data = str(self._first_service().id)
        if self.chosen and not self.asked_for and self.person.data in self._team:
            # Somebody else's service was chosen meanwhile.
            self.person.data = ANYBODY
        self.person.choices = [(ANYBODY, gettext("Anybody")), *((str(it.id), it.name) for it in self.people)]
        self.person.data = self.person.data or ANYBODY

    def validate_service(self, field: SelectField) -> None:
        if field.data and self.chosen is None:
            raise ValidationError(gettext("Please choose from what is shown."))

    def validate_person(self, field: SelectField) -> None:
        if self.chosen and field.data != ANYBODY and self.asked_for is None:
            raise ValidationError(gettext("This person does not do that. Please choose again."))

    def validate_time(self, field: ClockField) -> None:
        if field.data is not None and self.date.data and not self.starts:
            raise ValidationError(str(NoSuchTime.message))

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """Whether there is a day to explain."""
        return super().validate(extra_validators) and self.chosen is not None and self.date.data is not None

    @property
    def chosen(self) -> Service | None:
        """The service that is asked about."""
        return next((it for it in self.may.services if str(it.id) == self.service.data), None)

    @property
    def people(self) -> list[Performer]:
        """Who does the service."""
        return list(self.may.performers.get(self.chosen.id, ())) if self.chosen else []

    @property
    def asked_for(self) -> Performer | None:
        """The one person that is asked about; None: anybody."""
        return next((it for it in self.people if str(it.id) == self.person.data), None)

    @property
    def _team(self) -> set[str]:
        return {str(it.id) for those in self.may.performers.values() for it in those}

    def _first_service(self) -> Service:
        """The first one that whoever is asked for does; without anybody the first there is."""

        def is_theirs(service: Service) -> bool:
            return any(str(it.id) == self.person.data for it in self.may.performers.get(service.id, ()))

        return next((it for it in self.may.services if is_theirs(it)), self.may.services[0])

    @property
    def only(self) -> tuple[int, ...]:
        """The same as the engine is asked. Where only some people may be looked at, anybody is one of them."""
        if self.asked_for:
            return (self.asked_for.id,)
        return tuple(it.id for it in self.people) if self.may.people is not None else ()

    @property
    def starts(self) -> list[int]:
        """The epoch minutes that are meant: two in the hour that comes twice, unless one of them was said."""
        if self.exact is not None:
            return [self.exact]
        if self.date.data is None or self.time.data is None:
            return []
        clock = WallClock(self.business.zone, self.date.data, self.date.data)
        return clock.instants(self.date.data, self.time.data)


def _exact(asked: MultiDict[str, str], zone: str) -> int | None:
    try:
        return read_start(asked.get("at", ""), zone)
    except NoSuchTime:
        return None


def _filled(asked: MultiDict[str, str], zone: str, exact: int | None, now: datetime) -> MultiDict[str, str]:
    """What was asked, on the day of the exact start, or today."""
    filled = MultiDict({name: value for name, value in asked.items() if name in ("service", "person")})
    if exact is not None:
        on = local_date(utc(exact), zone)
        day, minute = WallClock(zone, on, on).shows(exact)
        filled["date"], filled["time"] = day.isoformat(), f"{minute // 60:02}:{minute % 60:02}"
        return filled
    filled["date"] = asked.get("date") or local_date(now, zone).isoformat()
    filled["time"] = asked.get("time", "")
    return filled
