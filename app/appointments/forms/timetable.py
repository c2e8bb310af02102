"""When a class happens, and what is to become of one of its dates."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.appointments.models import Appointment
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.surveying import leader_of
from app.businesses.models import Business
from app.core.errors import DomainError, NoSuchTime
from app.core.text import one_line
from app.fields import ClockField, DayField, NumberField
from app.formatters import weekday_name
from app.schedule.class_times import Recurrence
from app.schedule.models import Resource
from app.schedule.needing import PERFORMER
from app.schedule.resources import able_to_fill
from app.schedule.rota import week_of
from app.schedule.wall_clock import WallClock, epoch_minute, local_date
from app.services.models import Service

_PICK_DAY = _("Please choose a day.")
_PICK_TIME = _("Please choose a time.")


class TakenForm(Form):
    """Who or what fills one need of the class."""

    resource = SelectField(_("With"))

    def __init__(self, position: int, able: Sequence[Resource]) -> None:
        sent = request.form if request.method == "POST" else None
        super().__init__(sent, prefix=f"need-{position}-")
        self.position = position
        self.resource.choices = [SelectChoice(str(it.id), it.name) for it in able]
        self.resource.label.text = gettext("Led by") if position == PERFORMER else gettext("In")


class ClassTimeForm(FlaskForm):
    """A weekday and a time, from when until when, every so many weeks, with whom and where."""

    weekday = SelectField(_("Day of the week"))
    starts = ClockField(_("Starts at"), validators=[InputRequired(_PICK_TIME)])
    every = NumberField(_("Every"), least=1, most=52, default=1)
    since = DayField(_("From"), validators=[Optional()])
    until = DayField(_("Until"), validators=[Optional()])

    def __init__(self, able: Mapping[int, Sequence[Resource]], today: date) -> None:
        super().__init__()
        self.today = today
        self.weekday.choices = [SelectChoice(str(day), weekday_name(day)) for day in range(7)]
        self.taken = [TakenForm(position, those) for position, those in able.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the class can be told when, with whom and where."""
        valid = [super().validate(extra_validators), *(it.validate() for it in self.taken)]
        return all(valid)

    def validate_until(self, field: Any) -> None:
        if field.data and field.data < max(self.since.data or self.today, self.today):
            raise ValidationError(gettext("The last day comes before the first one."))

    def refuse(self, refusal: DomainError) -> "ClassTimeForm":
        """Show what was wrong above the form."""
        self.form_errors.append(str(refusal.message))
        return self

    @property
    def when(self) -> Recurrence:
        """When it happens, once the form is valid; with every second week the first date decides which."""
        weekday, weeks = int(self.weekday.data), self.every.data or 1
        since = max(self.since.data or self.today, self.today)
        first = since + timedelta((weekday - since.weekday()) % 7)
        return Recurrence(
            weekday, self.starts.data, self.since.data, self.until.data, week_of(first, weeks), weeks
        )

    @property
    def resources(self) -> dict[int, int]:
        """Who or what fills each need, by position."""
        return {it.position: int(it.resource.data) for it in self.taken}


def in_a_members_words(refusal: DomainError) -> str:
    """Why a date cannot be so. What is said to customers speaks of the times they are shown."""
    if isinstance(refusal, SlotTaken):
        return gettext("Somebody or something this class needs is taken at that time.")
    if isinstance(refusal, NotOffered):
        return gettext("The business is closed at that time, or whoever would lead the class is away.")
    return str(refusal.message)


class EndingForm(FlaskForm):
    """The last day on which a class happens."""

    last_on = DayField(_("Last day"), validators=[InputRequired(_PICK_DAY)])


class DateForm(FlaskForm):
    """A date of a class at another time."""

    day = DayField(_("Day"), validators=[InputRequired(_PICK_DAY)])
    starts = ClockField(_("Starts at"), validators=[InputRequired(_PICK_TIME)])

    def __init__(self, business: Business, appointment: Appointment, **more: Any) -> None:
        self.zone = business.zone
        day = local_date(appointment.starts_at, self.zone)
        _day, wall = WallClock(self.zone, day, day).shows(epoch_minute(appointment.starts_at))
        super().__init__(data={"day": day, "starts": wall}, **more)

    def validate_starts(self, field: Any) -> None:
        if self.day.data and field.data is not None and not self._instants:
            raise ValidationError(str(NoSuchTime.message))

    def refuse(self, refusal: DomainError) -> "DateForm":
        """Show what was wrong beside the time."""
        self.starts.errors = [in_a_members_words(refusal)]
        return self

    @property
    def start(self) -> int:
        """The epoch minute, once the form is valid; the first of two where the clock shows it twice."""
        return self._instants[0]

    @property
    def _instants(self) -> list[int]:
        return WallClock(self.zone, self.day.data, self.day.data).instants(self.day.data, self.starts.data)


class StandInForm(FlaskForm):
    """Somebody else to lead one date, of those who can."""

    person = SelectField(_("Led by"))

    def __init__(self, service: Service, date: Appointment, **more: Any) -> None:
        super().__init__(data={"person": str(leader_of(date) or "")}, **more)
        able = able_to_fill(service.business_id, service.id).get(PERFORMER, [])
        self.person.choices = [SelectChoice(str(it.id), it.name) for it in able]

    def refuse(self, refusal: DomainError) -> "StandInForm":
        """Show what was wrong beside the name."""
        self.person.errors = [in_a_members_words(refusal)]
        return self


class PlacesForm(FlaskForm):
    """How many places one date has."""

    places = NumberField(_("Places"), least=2, most=10_000, required=True)


class CancellationForm(FlaskForm):
    """Why a date is cancelled."""

    reason = StringField(
        _("Why"),
        filters=[one_line],
        validators=[Optional(), Length(max=300, message=_("Please use at most 300 characters."))],
    )
