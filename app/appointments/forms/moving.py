"""A member gives an appointment another time, another length or another person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from app.appointments.forms.deciding import DecidingForm, as_number
from app.appointments.models import Appointment
from app.appointments.relaying import Place
from app.businesses.models import Business
from app.dates import clock_minute, day
from app.fields import ClockField, DayField, NumberField
from app.schedule.models import Resource
from app.schedule.wall_clock import WallClock, epoch_minute, utc

LONGEST_MINUTES = 1440
WHICH = [SelectChoice("0", _("The first time")), SelectChoice("1", _("The second time, an hour later"))]


class MoveForm(DecidingForm):
    """Where an appointment goes: local date and time of the shop, for how long, with whom.

    `asks` is whether the clock shows the time twice and nobody said yet which one is meant. `version` is that of the
    appointment on the page.
    """

    date = DayField(_("Day"), validators=[InputRequired(_("Please choose a day."))])
    time = ClockField(_("Time"), validators=[InputRequired(_("Please choose a time."))])
    which = RadioField(_("Which of the two?"), choices=WHICH, validate_choice=False)
    person = SelectField(_("With"), validate_choice=False)
    minutes = NumberField(_("Minutes"), least=1, most=LONGEST_MINUTES, required=True)
    version = HiddenField()

    def __init__(
        self,
        business: Business,
        appointment: Appointment,
        performer: int,
        able: Sequence[Resource],
        *,
        tell: bool,
    ) -> None:
        self.zone, self.appointment, self.performer = business.zone, appointment, performer
        sent = request.form if request.method == "POST" else MultiDict(self._now(tell) | _asked_for())
        self.able = {it.id: it.name for it in able}
        super().__init__(sent)
        # A stay of several nights keeps its length.
        self.minutes.most = max(LONGEST_MINUTES, self._minutes)
        self.person.choices = [SelectChoice(str(it.id), it.name) for it in able]
        self.asks = len(self._instants) == 2
        if self.is_asked_for and (self.place is None or self.asks):
            # What the address says wrongly is said at once, not only when it is sent.
            self.validate()

    def validate_person(self, field: Any) -> None:
        if field.data not in map(str, self.able):
            raise ValidationError(gettext("Please choose somebody who does this."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is a moment there is, and one alone."""
        return super().validate(extra_validators) and self._is_a_moment()

    @property
    def is_asked_for(self) -> bool:
        """Whether the address already said where to."""
        return request.method == "GET" and bool(_asked_for())

    @property
    def place(self) -> Place | None:
        """Where to, as far as it can be told; of a time that is shown twice the one that was chosen, or the first."""
        person = next((it for it in self.able if str(it) == self.person.data), None)
        if not self._instants or person is None or not 1 <= (self.minutes.data or 0) <= self.minutes.most:
            return None
        start = self._instants[-1 if self.which.data == "1" else 0]
        return Place(start, start + self.minutes.data, person)

    @property
    def moments(self) -> tuple[datetime, datetime] | None:
        """From when to when that is (UTC)."""
        return (utc(self.place.start), utc(self.place.end)) if self.place else None

    @property
    def whom(self) -> str:
        """The name of who has it then."""
        return self.able[self.place.person] if self.place else ""

    @property
    def seen(self) -> int:
        """The version on the page."""
        return as_number(self.version.data)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it says another place than where the appointment is."""
        start, end = epoch_minute(self.appointment.starts_at), epoch_minute(self.appointment.ends_at)
        return self.place is not None and self.place != Place(start, end, self.performer)

    def _now(self, tell: bool) -> dict[str, str]:
        """The fields as the appointment is; of an hour that is shown twice which one it is in, as long as it stays."""
        local = self.appointment.starts_at.astimezone(ZoneInfo(self.zone))
        return {
            "date": local.date().isoformat(),
            "time": f"{local:%H:%M}",
            "person": str(self.performer),
            "minutes": str(self._minutes),
            "version": str(self.appointment.version),
            **({"tell": "y"} if tell else {}),
            **({} if {"date", "time"} & _asked_for().keys() else {"which": str(local.fold)}),
        }

    @property
    def _minutes(self) -> int:
        return (self.appointment.ends_at - self.appointment.starts_at) // timedelta(minutes=1)

    @property
    def _instants(self) -> list[int]:
        on, wall = self.date.data, self.time.data
        if on is None or wall is None:
            return []
        return WallClock(self.zone, on, on).instants(on, wall)

    def _is_a_moment(self) -> bool:
        """The sentence is beside the time that is none, or two."""
        words = {"time": clock_minute(self.time.data), "day": day(self.date.data)}
        if not self._instants:
            self.time.errors = [
                gettext("The clocks skip %(time)s on %(day)s. Please choose another time.", **words)
            ]
        elif self.asks and self.which.data not in ("0", "1"):
            self.time.errors = [
                gettext("The clocks show %(time)s twice on %(day)s. Please say which one you mean.", **words)
            ]
        return not self.time.errors


def _asked_for() -> dict[str, str]:
    """Where to, as the address says it."""
    return {
        name: request.args[name]
        for name in ("date", "time", "which", "person", "minutes")
        if name in request.args
    }
