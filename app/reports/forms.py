"""Which period somebody looks at, and what it is compared with."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.fields import DayField
from app.reports.spans import USUAL, Span, is_known, named_span, span_before, year_before

OWN = "own"
_PERIODS = {
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "last_7": _("The last 7 days"),
    "last_30": _("The last 30 days"),
    "last_90": _("The last 90 days"),
    OWN: _("My own dates"),
}
_AGAINST = {"before": _("Period before"), "year": _("A year before")}


class PeriodForm(Form):
    """A period with a name or days of one's own; this month where the address says nothing, or nothing that is one."""

    period = SelectField(_("Period"), choices=[SelectChoice(*it) for it in _PERIODS.items()])
    first = DayField(_("From"), name="from")
    last = DayField(_("Until"), name="until")
    against = SelectField(_("Compared with"), choices=[SelectChoice(*it) for it in _AGAINST.items()])

    def __init__(self, asked: Any, today: date) -> None:
        self.today = today
        usual = {"period": OWN if "from" in asked or "until" in asked else USUAL, "against": "before"}
        given = {name: asked[name] for name in ("period", "from", "until", "against") if name in asked}
        super().__init__(MultiDict(usual | given))
        self.is_right = self.validate()
        if not self.is_own:
            self._show_days()

    @property
    def is_own(self) -> bool:
        """Whether days were chosen one by one."""
        return bool(self.period.data == OWN)

    @property
    def span(self) -> Span:
        """What is shown."""
        if self.is_right and self.is_own:
            return Span(self.first.data, self.last.data)
        named = named_span(self.period.data, self.today) if self.is_right else None
        return named or named_span(USUAL, self.today)  # type: ignore[return-value]

    @property
    def before(self) -> Span:
        """What it is compared with."""
        is_year = self.is_right and self.against.data == "year"
        return year_before(self.span) if is_year else span_before(self.span)

    @property
    def kept(self) -> dict[str, str]:
        """What stands in the address of every report of this period."""
        if not self.is_right:
            return {}
        days = (
            {"from": self.span.first.isoformat(), "until": self.span.last.isoformat()} if self.is_own else {}
        )
        return {"period": self.period.data, "against": self.against.data} | days

    def validate_last(self, field: DayField) -> None:
        """Days of one's own are a period: the end is not before the beginning, nor many years after it."""
        if not self.is_own or self.first.errors:
            return
        if not (self.first.data and field.data):
            raise ValidationError(gettext("Please choose the first and the last day."))
        if field.data < self.first.data:
            raise ValidationError(gettext("This is before the first day."))
        if not is_known(Span(self.first.data, field.data)):
            raise ValidationError(gettext("Please choose five years at most."))

    def _show_days(self) -> None:
        """The days of a period with a name stand in the fields, to begin from."""
        for field, day in ((self.first, self.span.first), (self.last, self.span.last)):
            field.raw_data, field.data, field.errors = None, day, ()
