"""What is booked, with whom and when. The first service is `service` and `person`, the next `service2` …"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from app.appointments.bookable import Bookable, ClassDate, class_dates
from app.appointments.choosing import Choice, Chosen
from app.appointments.placing import Wish
from app.businesses.models import Business
from app.core.errors import NoSuchTime
from app.fields import ClockField, DayField, NumberField
from app.schedule.loading import Part
from app.schedule.wall_clock import WallClock, epoch_minute, local_date, read_start, utc, write_start
from app.services.models import Service
from app.staff.team import Performer

MOST_PARTS = 6
MOST_PLACES = 99
ANYBODY = ("", "any")
PICKED = {"date", "time", "start"}


@dataclass(frozen=True, slots=True)
class Row:
    """One service of the form, counted from 1; nothing chosen yet without `chosen`. `error` is what is wrong with it.

    `asked` is the person as they were sent.
    """

    number: int
    chosen: Chosen | None
    error: str | None = None
    asked: str = ""

    @property
    def service_name(self) -> str:
        return f"service{self.number}" if self.number > 1 else "service"

    @property
    def person_name(self) -> str:
        return f"person{self.number}" if self.number > 1 else "person"


class VisitForm(Form):
    """Services in a row from a date and a time, or places on a date of a class."""

    date = DayField(_("Date"))
    time = ClockField(_("Time"))
    start = StringField(_("Which of the two"))
    class_date = StringField(_("Date of the class"))
    places = NumberField(_("Places"), least=1, most=MOST_PLACES)

    def __init__(self, business: Business, may: Bookable, sent: MultiDict[str, str], now: datetime) -> None:
        sent = _with_picked(sent, business.zone)
        super().__init__(sent)
        self.business, self.may, self.now = business, may, now
        self.rows = _rows(may, sent)
        self.dates = self._class_dates()

    def validate(self, extra_validators: Mapping[str, Sequence[object]] | None = None) -> bool:
        """Whether there is a visit to book."""
        valid = super().validate(extra_validators)
        return valid and not self.row_errors and bool(self.parts)

    def validate_date(self, field: DayField) -> None:
        if field.data is None and not self.is_class:
            raise ValidationError(gettext("Please choose a day."))

    def validate_time(self, field: ClockField) -> None:
        if self.is_class:
            return
        if field.data is None:
            raise ValidationError(gettext("Please choose a time."))
        if self.date.data and not self.instants:
            raise ValidationError(str(NoSuchTime.message))
        if self.date.data and self.starts_at is None:
            raise ValidationError(gettext("The clock shows this time twice that night. Please choose which."))

    def validate_class_date(self, _field: StringField) -> None:
        if self.is_class and self.chosen_date is None:
            raise ValidationError(gettext("Please choose a date of this class."))

    def validate_places(self, field: NumberField) -> None:
        if self.is_class and field.data is None:
            raise ValidationError(gettext("Please enter a number."))

    @property
    def row_errors(self) -> list[tuple[str, str, str]]:
        """For the summary of errors: the field, its label and what is wrong with it."""
        found = [(it.service_name, gettext("Service"), it.error) for it in self.rows if it.error]
        if not found and not self.parts:
            return [("service", gettext("Service"), gettext("Please choose a service."))]
        return found

    @property
    def parts(self) -> tuple[Chosen, ...]:
        """The services that were chosen; what happens at set times is had alone."""
        found = tuple(it.chosen for it in self.rows if it.chosen)
        return found[:1] if found and found[0].service.capacity > 1 else found

    @property
    def later_services(self) -> dict[str, int]:
        """The services after the first, as an address names them."""
        return {f"service{number}": it.service.id for number, it in enumerate(self.parts[1:], 2)}

    @property
    def is_class(self) -> bool:
        return bool(self.parts) and self.parts[0].service.capacity > 1

    @property
    def may_add(self) -> bool:
        """Whether one more service can follow."""
        return bool(self.parts) and not self.is_class and len(self.rows) < MOST_PARTS

    @property
    def choice(self) -> Choice:
        """What it costs and how long it takes."""
        return Choice(self.parts, places=self.wanted_places)

    @property
    def wanted(self) -> list[Part]:
        """The same as the engine is asked for it; nothing for a class, whose dates are what they are."""
        return [] if self.is_class else self.choice.wanted

    @property
    def wanted_places(self) -> int:
        return (self.places.data or 1) if self.is_class else 1

    @property
    def instants(self) -> list[int]:
        """The epoch minutes the clock shows this date and time at: none, one or two."""
        if self.date.data is None or self.time.data is None:
            return []
        clock = WallClock(self.business.zone, self.date.data, self.date.data)
        return clock.instants(self.date.data, self.time.data)

    @property
    def both(self) -> list[tuple[str, int, str]]:
        """Where the clock shows the time twice: what is sent for either, its minute, and its zone."""
        zone = self.business.zone
        if self.is_class or len(self.instants) < 2:
            return []
        return [(write_start(it, zone), it, _short_zone(it, zone)) for it in self.instants]

    @property
    def starts_at(self) -> int | None:
        """When it begins (epoch minutes), as far as that is known."""
        if self.chosen_date:
            return epoch_minute(self.chosen_date.starts_at)
        if self.is_class or len(self.instants) < 2:
            return next(iter(self.instants), None) if not self.is_class else None
        return next((minute for wire, minute, _zone in self.both if wire == self.start.data), None)

    @property
    def chosen_date(self) -> ClassDate | None:
        """The date of the class; the one that begins at the asked time, where none was chosen yet."""
        if not self.is_class:
            return None
        named = next((it for it in self.dates if str(it.id) == self.class_date.data), None)
        return named or next((it for it in self.dates if epoch_minute(it.starts_at) in self.instants), None)

    @property
    def wish(self) -> Wish | None:
        """What to book, as far as it is whole."""
        if not self.parts or self.starts_at is None:
            return None
        first, *others = Choice(self.parts).wanted
        person = self.chosen_date.leader_id if self.chosen_date else next(iter(first.only), None)
        return Wish(first.service_id, self.starts_at, person, self.wanted_places, then=tuple(others))

    def sections_for(self, row: Row) -> list[tuple[str | None, list[Service]]]:
        """What can be chosen in a row, under headings; of somebody who was asked for, what they do comes first."""
        found = [
            (it.category.name if it.category else None, self._beside(it.services)) for it in self.may.sections
        ]
        services = [service for _name, those in found for service in those]
        person = next((it for it in self._team if str(it.id) == row.asked), None)
        if person and not row.chosen and self.may.people is None:
            theirs = _of_person(services, self.may, row.asked)
            others = [it for it in services if it not in theirs]
            found = [(gettext("With %(name)s", name=person.name), theirs), (gettext("With others"), others)]
        return [(name, those) for name, those in found if those]

    def _beside(self, services: Sequence[Service]) -> list[Service]:
        """A class is had alone."""
        return [it for it in services if len(self.rows) == 1 or it.capacity == 1]

    @property
    def _team(self) -> list[Performer]:
        return [person for those in self.may.performers.values() for person in those]

    def _class_dates(self) -> list[ClassDate]:
        if not self.is_class:
            return []
        zone = ZoneInfo(self.business.zone)
        since = datetime.combine(self.date.data, time(), zone) if self.date.data else self.now
        service = self.parts[0].service
        return class_dates(self.business.id, service.id, max(since, self.now), self.may.people)


def _rows(may: Bookable, sent: MultiDict[str, str]) -> list[Row]:
    """As many as were sent, one more if one is added, one less if one is removed."""
    numbers = [n for n in range(1, MOST_PARTS + 1) if ("service" if n == 1 else f"service{n}") in sent]
    pairs = [
        (
            sent.get("service" if n == 1 else f"service{n}", ""),
            sent.get("person" if n == 1 else f"person{n}", ""),
        )
        for n in numbers
        if sent.get("remove") != str(n)
    ]
    if "add" in sent and pairs:
        pairs = [*pairs, ("", pairs[-1][1])][:MOST_PARTS]
    pairs = pairs or [("", sent.get("person", ""))]
    known = {str(it.id): it for it in may.services}
    return [_row(number, may, known, *pair) for number, pair in enumerate(pairs, 1)]


def _row(number: int, may: Bookable, known: Mapping[str, Service], service: str, person: str) -> Row:
    """A row nobody has filled in yet is no error; something unknown is."""
    if not service:
        return Row(number, None, asked=person)
    if service not in known:
        return Row(number, None, gettext("Please choose from what is shown."), person)
    people = tuple(may.performers.get(known[service].id, ()))
    named = next((it for it in people if str(it.id) == person), None)
    error = (
        None if named or person in ANYBODY else gettext("This person does not do that. Please choose again.")
    )
    # Staff give their own time away and nobody else's.
    if named is None and may.people is not None:
        named = people[0]
    return Row(number, Chosen(known[service], people, named), error, person)


def _with_picked(sent: MultiDict[str, str], zone: str) -> MultiDict[str, str]:
    """What was sent, at the free time that was picked."""
    try:
        start = read_start(sent.get("pick", ""), zone)
    except NoSuchTime:
        return sent
    on = local_date(utc(start), zone)
    day, minute = WallClock(zone, on, on).shows(start)
    kept = [(name, value) for name, value in sent.items(multi=True) if name not in PICKED]
    clock = f"{minute // 60:02}:{minute % 60:02}"
    return MultiDict([*kept, ("date", day.isoformat()), ("time", clock), ("start", write_start(start, zone))])


def _short_zone(minute: int, zone: str) -> str:
    """CET or CEST."""
    return utc(minute).astimezone(ZoneInfo(zone)).tzname() or ""


def _of_person(those: Sequence[Service], may: Bookable, person: str) -> list[Service]:
    return [it for it in those if any(str(one.id) == person for one in may.performers.get(it.id, ()))]
