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
from app.schedule.loading import Part
from app.schedule.wall_clock import WallClock, local_date, read_start, utc
from app.services.models import Service
from app.staff.team import Performer

ANYBODY = "any"
MOST_PARTS = 6
_LATER = tuple(f"service{number}" for number in range(2, MOST_PARTS + 1))


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
        self.later = [] if self.has_set_times else self._later(asked)
        self.person.choices = [(ANYBODY, gettext("Anybody")), *((str(it.id), it.name) for it in self.people)]
        self.person.data = self.person.data or ANYBODY

    def validate_service(self, field: SelectField) -> None:
        if field.data and (self.chosen is None or any(it is None for _name, it in self.later)):
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
    def has_set_times(self) -> bool:
        """Whether the service is had alone, as classes and nights are."""
        return self.chosen is not None and _has_set_times(self.chosen)

    @property
    def can_follow(self) -> list[Service]:
        """What can come after another service in one visit."""
        return [it for it in self.may.services if not _has_set_times(it)]

    @property
    def is_visit(self) -> bool:
        """Whether several services are asked about."""
        return bool(self.later)

    @property
    def services(self) -> list[Service]:
        """All that are asked about, in their order."""
        return [it for it in (self.chosen, *(it for _name, it in self.later)) if it]

    @property
    def parts(self) -> list[Part]:
        """The same as the engine is asked: whoever was chosen does what they do, anybody the rest."""
        return [Part(it.id, self._only(it)) for it in self.services]

    @property
    def address(self) -> dict[str, str]:
        """What names the services and the person in an address."""
        named = {name: str(it.id) for name, it in self.later if it}
        return {"service": self.service.data, "person": self.person.data, **named}

    @property
    def next_name(self) -> str | None:
        """The name of the field for one more service; None where there are enough, or nothing can follow."""
        if self.has_set_times or not self.may.services or len(self.later) >= len(_LATER):
            return None
        return _LATER[len(self.later)]

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
        return self._only(self.chosen) if self.chosen else ()

    def _only(self, service: Service) -> tuple[int, ...]:
        able = self.may.performers.get(service.id, ())
        if self.asked_for and any(it.id == self.asked_for.id for it in able):
            return (self.asked_for.id,)
        return tuple(it.id for it in able) if self.may.people is not None else ()

    def _later(self, asked: MultiDict[str, str]) -> list[tuple[str, Service | None]]:
        """The services after the first, closed up: (field, service); None for one that is not there to choose."""
        sent = [it for name in _LATER if (it := asked.get(name))]
        by_id = {str(it.id): it for it in self.can_follow}
        return [(name, by_id.get(it)) for name, it in zip(_LATER, sent, strict=False)]

    @property
    def starts(self) -> list[int]:
        """The epoch minutes that are meant: two in the hour that comes twice, unless one of them was said."""
        if self.exact is not None:
            return [self.exact]
        if self.date.data is None or self.time.data is None:
            return []
        clock = WallClock(self.business.zone, self.date.data, self.date.data)
        return clock.instants(self.date.data, self.time.data)


def _has_set_times(service: Service) -> bool:
    return service.capacity > 1 or service.unit == "night"


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
