"""A date with hours of its own."""

import datetime
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import StringField, ValidationError
from wtforms.validators import Length, Optional

from app.business_hours.forms.week import HoursField, HoursForm
from app.business_hours.special import DayHasItsOwn, OwnDay
from app.core.errors import DomainError, NoSuchTime
from app.core.text import one_line
from app.fields import DayField
from app.schedule.wall_clock import read_date


class SpecialDayForm(HoursForm):
    """A date, its hours and what it is called. `today` is the date where the business is."""

    on = DayField(_("Date"))
    label = StringField(
        _("What is it?"),
        filters=[one_line],
        validators=[Optional(), Length(max=80, message=_("Please use at most 80 characters."))],
    )
    hours = HoursField(_("Open on this day"))

    def __init__(
        self, today: datetime.date, day: OwnDay | None = None, asked: Mapping[str, str] | None = None
    ) -> None:
        """`asked` are a date and a label to begin with, as an address holds them."""
        self.today, self.was = today, day.on if day else None
        columns: dict[str, Any] = {"on": day.on, "label": day.label, "hours": day.intervals} if day else {}
        if asked:
            with suppress(NoSuchTime):
                columns = {"on": read_date(asked.get("on", "")), "label": asked.get("label", "")[:80]}
        super().__init__(data=columns)

    def validate_on(self, field: Any) -> None:
        """A new date has to be ahead; one that is only written down anew may be over."""
        if field.process_errors:
            return
        if field.data is None:
            raise ValidationError(gettext("Please choose a date."))
        if field.data < self.today and field.data != self.was:
            raise ValidationError(gettext("This day is over. Please choose one to come."))

    @property
    def day(self) -> OwnDay:
        """What was typed."""
        assert self.on.data
        return OwnDay(self.on.data, self.label.data, self.hours.data)

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        field = self.on if isinstance(refusal, DayHasItsOwn) else self.hours
        field.errors = [str(refusal.message)]
        return self
