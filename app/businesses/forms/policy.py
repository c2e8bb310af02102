"""How customers may book."""

from typing import Any, Self

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.forms.choices import OneOf
from app.businesses.models import Business
from app.businesses.window import DAY
from app.core.errors import DomainError
from app.dates import lead_time
from app.fields import NumberField
from app.text_fields import ParagraphField

HOUR = 60
LONGEST = {"minutes": 365 * DAY, "hours": 365 * 24, "days": 365}
# Until so many minutes before a visit customers may change it; anything else is typed.
UNTIL = (0, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
OTHER = "other"
LONGEST_UNTIL = 30 * DAY
UNITS = {"minutes": 1, "hours": HOUR, "days": DAY}


class UntilField(NumberField):
    """How long before a visit, in the unit beside it; asked only where none of the usual ones was chosen."""

    def pre_validate(self, form: Any) -> None:
        if form.until.data != OTHER:
            self.errors = self.process_errors = []
            return
        self.is_required = True
        super().pre_validate(form)


class PolicyForm(FlaskForm):
    """When and how often customers can book, and what they should know.

    Notice in hours is real time, in days it is the calendar's.
    """

    amount = NumberField(_("Notice"), least=0, most=LONGEST["minutes"], required=True)
    unit = OneOf(
        _("Counted in"),
        choices=[
            SelectChoice("minutes", _("minutes")),
            SelectChoice("hours", _("hours")),
            SelectChoice("days", _("days")),
        ],
    )
    advance_days = NumberField(_("How far ahead"), least=0, most=730, required=True)
    hold_minutes = NumberField(_("How long a time is kept"), least=1, most=60, required=True)
    customer_limit = NumberField(_("Bookings one customer can have ahead"), least=1, most=1000)
    house_rules = ParagraphField(_("What customers should know before they come"), most=2000)
    customers_move = BooleanField(_("Customers can move what they booked"))
    customers_cancel = BooleanField(_("Customers can cancel what they booked"))
    until = OneOf(_("Until when"))
    until_amount = UntilField(_("How long before"), least=0, most=LONGEST_UNTIL)
    until_unit = OneOf(
        _("In"),
        choices=[
            SelectChoice("minutes", _("minutes")),
            SelectChoice("hours", _("hours")),
            SelectChoice("days", _("days")),
        ],
    )
    most_moves = NumberField(_("How often one visit can be moved"), least=1, most=99)

    def __init__(self, business: Business) -> None:
        amount, unit = business.notice_amount, business.notice_unit
        if unit == "minutes" and amount and amount % HOUR == 0:
            amount, unit = amount // HOUR, "hours"
        super().__init__(obj=business, amount=amount, unit=unit, **_until(business.change_until_min))
        self.amount.most = LONGEST.get(self.unit.data, self.amount.most)
        self.until_amount.most = LONGEST_UNTIL // UNITS.get(self.until_unit.data, 1)
        self.until.choices = [SelectChoice(str(it), _until_in_words(it)) for it in UNTIL]
        self.until.choices.append(SelectChoice(OTHER, gettext("Another time")))

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the business, the notice in minutes or days."""
        amount, unit = self.amount.data or 0, self.unit.data
        notice = (amount * HOUR, "minutes") if unit == "hours" else (amount, unit)
        return {
            "notice_amount": notice[0],
            "notice_unit": notice[1],
            "advance_days": self.advance_days.data,
            "hold_minutes": self.hold_minutes.data,
            "customer_limit": self.customer_limit.data,
            "house_rules": self.house_rules.data,
            "customers_move": self.customers_move.data,
            "customers_cancel": self.customers_cancel.data,
            "change_until_min": self._until_min,
            "most_moves": self.most_moves.data,
        }

    @property
    def _until_min(self) -> int:
        if self.until.data != OTHER:
            return int(self.until.data)
        return (self.until_amount.data or 0) * UNITS[self.until_unit.data]

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        self.amount.errors = [str(refusal.message)]
        return self


def _until(minutes: int) -> dict[str, Any]:
    """The fields for so many minutes before."""
    unit = "days" if minutes % DAY == 0 else "hours" if minutes % HOUR == 0 else "minutes"
    chosen = str(minutes) if minutes in UNTIL else OTHER
    return {"until": chosen, "until_amount": minutes // UNITS[unit], "until_unit": unit}


def _until_in_words(minutes: int) -> str:
    if not minutes:
        return gettext("Until it begins")
    return gettext("Until %(time)s before", time=lead_time(minutes))


def window_in_words(business: Business) -> str:
    """What notice and window mean: from 2 hours before until 60 days ahead."""
    days = business.advance_days
    until = (
        ngettext("%(num)d day ahead", "%(num)d days ahead", days)
        if days
        else gettext("the end of the same day")
    )
    notice = notice_in_words(business.notice_amount, business.notice_unit)
    if not notice:
        return gettext("Customers can book until the very last minute, and until %(until)s.", until=until)
    return gettext("Customers can book from %(notice)s before until %(until)s.", notice=notice, until=until)


def notice_in_words(amount: int, unit: str) -> str:
    """A notice as people say it, such as 2 hours; empty for none."""
    if not amount:
        return ""
    if unit == "days":
        return ngettext("%(num)d day", "%(num)d days", amount)
    if amount % HOUR == 0:
        return ngettext("%(num)d hour", "%(num)d hours", amount // HOUR)
    return ngettext("%(num)d minute", "%(num)d minutes", amount)
