"""When a class happens."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional, ValidationError

from app.core.errors import DomainError
from app.dates import weekday_name
from app.fields import ClockField, DayField, NumberField
from app.schedule.class_times import Recurrence
from app.schedule.models import Resource
from app.schedule.needing import PERFORMER
from app.schedule.rota import week_of

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


class EndingForm(FlaskForm):
    """The last day on which a class happens."""

    last_on = DayField(_("Last day"), validators=[InputRequired(_PICK_DAY)])
