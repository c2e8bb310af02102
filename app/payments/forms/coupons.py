"""A code that makes something cheaper, and which codes somebody looks for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.core.errors import DomainError
from app.core.money import LARGEST_PRICE, show_money, write_decimal
from app.core.text import one_line
from app.dates import dated
from app.fields import DayField, MoneyField, NumberField, PercentField, TypedField
from app.payments.couponing import CodeTaken, CouponTerms, NoSuchCode, UsedMoreOften
from app.payments.models import Coupon
from app.payments.redeeming import LONGEST_CODE
from app.text_fields import LineField

MOST_USES = 1_000_000


class CouponForm(FlaskForm):
    """What a code takes off, and for whom, when and how often."""

    code = LineField(
        _("Code"),
        most=LONGEST_CODE,
        missing=_("Please choose a code."),
        description=_("What customers type. Capitals, blanks and dashes make no difference."),
    )
    kind = RadioField(
        _("What it takes off"),
        choices=[SelectChoice("amount", _("An amount")), SelectChoice("share", _("A share of the price"))],
    )
    amount = MoneyField(_("Amount"), least=1, most=LARGEST_PRICE)
    share = PercentField(_("Share"), least=1, most=10_000)
    least_total = MoneyField(
        _("From a price of"),
        least=0,
        most=LARGEST_PRICE,
        description=_("Empty: whatever the visit costs."),
    )
    valid_from = DayField(_("First day"))
    valid_until = DayField(_("Last day"))
    most_uses = NumberField(
        _("How often in all"), least=1, most=MOST_USES, description=_("Empty: as often as people like.")
    )
    most_per_customer = NumberField(
        _("How often per customer"),
        least=1,
        most=MOST_USES,
        description=_("Empty: as often as they like."),
    )

    def __init__(self, currency: str, coupon: Coupon | None = None, **more: Any) -> None:
        super().__init__(data=_now(coupon), meta={"currency": currency}, **more)
        asked, other = reversed(self.numbers) if self.kind.data == "share" else self.numbers
        asked.is_required = True
        # What nobody asks for must not stand in the way.
        other.data, other.process_errors = None, []

    def validate_valid_until(self, field: Any) -> None:
        """It does not end before it begins."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(gettext("The last day is before the first one."))

    @property
    def numbers(self) -> Sequence[TypedField]:
        """Of which one says what it takes off."""
        return self.amount, self.share

    @property
    def terms(self) -> CouponTerms:
        """What was typed, once it is valid."""
        is_amount = self.kind.data == "amount"
        return CouponTerms(
            code=str(self.code.data),
            amount_cents=self.amount.data if is_amount else None,
            share_bp=None if is_amount else self.share.data,
            least_total_cents=self.least_total.data or None,
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            most_uses=self.most_uses.data,
            most_per_customer=self.most_per_customer.data,
        )

    def refuse(self, refusal: DomainError) -> "CouponForm":
        """Say a refusal beside the field it is about."""
        about = {CodeTaken: self.code, NoSuchCode: self.code, UsedMoreOften: self.most_uses}
        about[type(refusal)].errors = [str(refusal.message)]
        return self


def _now(coupon: Coupon | None) -> dict[str, Any]:
    if coupon is None:
        return {"kind": "amount", "most_per_customer": 1}
    return {
        "code": coupon.code,
        "kind": "amount" if coupon.amount_cents else "share",
        "amount": coupon.amount_cents,
        "share": coupon.share_bp,
        "least_total": coupon.least_total_cents,
        "valid_from": coupon.valid_from,
        "valid_until": coupon.valid_until,
        "most_uses": coupon.most_uses,
        "most_per_customer": coupon.most_per_customer,
    }


class FindForm(Form):
    """What an address asks for; what makes no sense in it counts as not asked."""

    q = StringField(filters=[one_line])
    page = NumberField(least=1, most=1_000_000, default=1)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self.validate()

    @property
    def typed(self) -> str:
        """The beginning of a code, or what is in it."""
        return (self.q.data or "")[: 2 * LONGEST_CODE]

    @property
    def number(self) -> int:
        """The page; the first where the address names none that could be one."""
        return self.page.data if self.page.data and not self.page.errors else 1


def in_words(coupon: Coupon, currency: str) -> str:
    """What a code takes off, from which price and on which days, in one line."""
    language = str(get_locale())
    if coupon.amount_cents:
        said = [gettext("%(amount)s off", amount=show_money(coupon.amount_cents, currency, language))]
    else:
        share = write_decimal(coupon.share_bp or 0, 2, language, shortest=True)
        said = [gettext("%(share)s%% off", share=share)]
    if coupon.least_total_cents:
        least = show_money(coupon.least_total_cents, currency, language)
        said.append(gettext("from a price of %(amount)s", amount=least))
    first, last = coupon.valid_from, coupon.valid_until
    if first and last:
        said.append(gettext("%(first)s to %(last)s", first=dated(first), last=dated(last)))
    elif first:
        said.append(gettext("from %(day)s", day=dated(first)))
    elif last:
        said.append(gettext("until %(day)s", day=dated(last)))
    return ", ".join(said)


def state_in_words(coupon: Coupon, today: date) -> str:
    """Why nobody can use it today; "" where they can."""
    if not coupon.active:
        return gettext("Off")
    if coupon.most_uses is not None and coupon.uses >= coupon.most_uses:
        return gettext("Used up")
    if coupon.valid_until and coupon.valid_until < today:
        return gettext("Over")
    return gettext("Not yet") if coupon.valid_from and coupon.valid_from > today else ""
