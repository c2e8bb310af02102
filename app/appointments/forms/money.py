"""What members take, and what they give back."""

import re
import secrets
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.core.errors import DomainError
from app.core.money import LARGEST_PRICE
from app.fields import MoneyField
from app.payments.taking import BY_HAND
from app.payments.wording import METHODS
from app.text_fields import LineField

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class _AmountForm(FlaskForm):
    """An amount, preset to what it probably is. `key` is the same however often the form is sent."""

    amount = MoneyField(_("Amount"), least=1, most=LARGEST_PRICE, required=True)
    key = HiddenField()

    def __init__(self, currency: str, amount: int) -> None:
        super().__init__(meta={"currency": currency}, data={"amount": amount})
        if not _KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_urlsafe(18)

    def refuse(self, refusal: DomainError) -> "_AmountForm":
        """Say beside the amount why it was not."""
        self.amount.errors = [str(refusal.message)]
        return self


class TakingForm(_AmountForm):
    """Somebody pays at the shop."""

    method = RadioField(
        _("How"),
        choices=[SelectChoice(it, METHODS[it]) for it in BY_HAND],
        default="cash",
        validators=[InputRequired(_("Please choose one."))],
    )
    note = LineField(_("Note"), most=300)

    receipt = BooleanField(_("Send a receipt by e-mail"))

    @property
    def taken(self) -> dict[str, Any]:
        """What is written down."""
        return {
            "amount": self.amount.data,
            "method": self.method.data,
            "note": self.note.data,
            "key": self.key.data,
            "receipt": self.receipt.data,
        }


class RefundForm(_AmountForm):
    """Some of it goes back."""

    reason = LineField(_("Why"), most=300, missing=_("Please say why. It stays in the history."))
    then = RadioField(
        _("What it means"),
        choices=[
            SelectChoice("less", _("It costs them that much less")),
            SelectChoice("owed", _("They owe it again, for example to pay another way")),
        ],
        default="less",
        validators=[InputRequired(_("Please choose one."))],
    )

    @property
    def promised(self) -> dict[str, Any]:
        """What is written down."""
        return {
            "amount": self.amount.data,
            "reason": self.reason.data,
            "is_owed": self.then.data == "owed",
            "key": self.key.data,
        }
