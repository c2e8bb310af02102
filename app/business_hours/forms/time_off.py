"""When a business is closed, or a person or room is away: whole days, or some hours on the clock of the wall."""

import datetime
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional

from app.business_hours.forms.times import DAY
from app.business_hours.models import TimeOff
from app.core.errors import DomainError
from app.core.text import one_line
from app.fields import ClockField, DayField, WhichField
from app.schedule.wall_clock import local_date, utc


class TimeOffForm(FlaskForm):
    """Whole days with both ends included, or hours that begin on a date; an end before the beginning is a day later."""

    kind = RadioField(
        _("How long?"),
        choices=[SelectChoice("days", _("Whole days")), SelectChoice("hours", _("Some hours"))],
        default="days",
        validators=[InputRequired(_("Please choose one."))],
    )
    first_on = DayField(_("First day"))
    last_on = DayField(_("Last day"))
    on = DayField(_("Date"))
    since = ClockField(_("From"))
    since_which = WhichField(_("Which of the two beginnings?"))
    until = ClockField(_("Until"), ends=True)
    until_which = WhichField(_("Which of the two ends?"))
    reason = StringField(
        _("Reason"),
        filters=[one_line],
        validators=[Optional(), Length(max=120, message=_("Please use at most 120 characters."))],
    )

    def __init__(self, zone: str, now: datetime.datetime) -> None:
        super().__init__()
        self.zone, self.now = zone, now
        self.starts_at: datetime.datetime | None = None
        self.ends_at: datetime.datetime | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Only what belongs to the chosen kind has to make sense."""
        idle = (
            (self.on, self.since, self.until) if self.kind.data == "days" else (self.first_on, self.last_on)
        )
        for field in idle:
            field.process_errors = []
        return super().validate(extra_validators) and (self.kind.data == "days" or self._are_moments())

    def validate_first_on(self, field: Any) -> None:
        if self.kind.data == "days" and field.data is None and not field.process_errors:
            raise ValidationError(gettext("Please choose the first day."))

    def validate_last_on(self, field: Any) -> None:
        """Left empty it is the first day."""
        if self.kind.data != "days" or field.process_errors or not self.first_on.data:
            return
        field.data = field.data or self.first_on.data
        if field.data < self.first_on.data:
            raise ValidationError(gettext("The last day is before the first. Please swap them."))
        if field.data < local_date(self.now, self.zone):
            raise ValidationError(gettext("These days are over already. Please check the dates."))

    def validate_on(self, field: Any) -> None:
        if self.kind.data == "hours" and field.data is None and not field.process_errors:
            raise ValidationError(gettext("Please choose a date."))

    def validate_since(self, field: Any) -> None:
        if self.kind.data == "hours":
            _check_given(field)

    def validate_until(self, field: Any) -> None:
        if self.kind.data == "hours":
            _check_given(field)

    @property
    def wanted(self) -> TimeOff:
        """What was typed, as a row that is in no database yet."""
        if self.kind.data == "days":
            ends = {"first_on": self.first_on.data, "last_on": self.last_on.data}
            return TimeOff(reason=self.reason.data, **ends)
        return TimeOff(reason=self.reason.data, starts_at=self.starts_at, ends_at=self.ends_at)

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the end, which is what is too early or too late."""
        field = self.last_on if self.kind.data == "days" else self.until
        field.errors = [str(refusal.message)]
        return self

    def _are_moments(self) -> bool:
        """Find the moments on the clock; the sentence is beside the time that is none, or two."""
        since, until = self.since.data, self.until.data
        self.starts_at = self._moment(self.since, self.since_which, since)
        self.ends_at = self._moment(self.until, self.until_which, until if until > since else until + DAY)
        if self.starts_at and self.ends_at and self.ends_at <= self.now:
            self.until.errors = [gettext("This is over already. Please check the date.")]
            return False
        return bool(self.starts_at and self.ends_at)

    def _moment(self, field: Field, which: WhichField, minute: int) -> datetime.datetime | None:
        """The moment at which the wall shows this minute of the date."""
        assert self.on.data
        try:
            return utc(which.instant(self.zone, self.on.data, minute))
        except ValidationError as wrong:
            field.errors = [str(wrong)]
            return None


def _check_given(field: Any) -> None:
    if field.data is None and not field.process_errors:
        raise ValidationError(gettext("Please give a time."))
