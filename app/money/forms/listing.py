"""Which period and which page of a list somebody asks for."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import ValidationError

from app.fields import DayField, NumberField
from app.schedule.periods import Period, month_of
from app.schedule.wall_clock import local_date

LONGEST = 366  # Days.


class PeriodForm(Form):
    """From a day to a day; this month where the address says nothing, or something that is no period."""

    first = DayField(_("From"), name="from")
    last = DayField(_("Until"), name="until")

    def __init__(self, asked: Any, zone: str, now: Any) -> None:
        self.today = local_date(now, zone)
        self.zone = zone
        first, last = month_of(self.today)
        given = {name: asked[name] for name in ("from", "until") if name in asked}
        super().__init__(MultiDict({"from": first.isoformat(), "until": last.isoformat()} | given))
        self.is_right = self.validate()

    def validate_last(self, field: DayField) -> None:
        """The end is not before the beginning, and not years after it."""
        if not (self.first.data and field.data):
            return
        if field.data < self.first.data:
            raise ValidationError(gettext("This is before the first day."))
        if field.data - self.first.data >= timedelta(days=LONGEST):
            raise ValidationError(gettext("Please choose a year at most."))

    @property
    def period(self) -> Period:
        """What is shown."""
        if self.is_right and self.first.data and self.last.data:
            return Period(self.first.data, self.last.data, self.zone)
        return Period(*month_of(self.today), self.zone)


class PageForm(Form):
    """Which page of a list; the first where the address names none that could be one."""

    page = NumberField(least=1, most=1_000_000, default=1)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self.validate()

    @property
    def number(self) -> int:
        """Counted from 1."""
        return self.page.data if self.page.data and not self.page.errors else 1
