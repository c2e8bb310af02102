"""How customers may book."""

from typing import Any, Self

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.forms.choices import OneOf
from app.businesses.models import Business
from app.businesses.window import DAY
from app.core.errors import DomainError
from app.fields import NumberField
from app.text_fields import ParagraphField

HOUR = 60
LONGEST = {"minutes": 365 * DAY, "hours": 365 * 24, "days": 365}


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

    def __init__(self, business: Business) -> None:
        amount, unit = business.notice_amount, business.notice_unit
        if unit == "minutes" and amount and amount % HOUR == 0:
            amount, unit = amount // HOUR, "hours"
        super().__init__(obj=business, amount=amount, unit=unit)
        self.amount.most = LONGEST.get(self.unit.data, self.amount.most)

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
        }

    def refuse(self, refusal: DomainError) -> Self:
        """Show the refusal beside the field it is about."""
        self.amount.errors = [str(refusal.message)]
        return self


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
