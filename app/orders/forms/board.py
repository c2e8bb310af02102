"""What members say of an order: the next step, that it ends, that it was handed over and paid, a note."""

import re
import secrets
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.core.errors import DomainError
from app.core.money import LARGEST_PRICE
from app.fields import MoneyField, NumberField
from app.orders.forms.settings import OneOfThese
from app.orders.serving import STEPS
from app.orders.words import STATUSES
from app.payments.taking import BY_HAND
from app.payments.wording import METHODS
from app.text_fields import LineField, ParagraphField

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
LATER = "later"


class StepForm(FlaskForm):
    """One press on a card: `step` says from what to what, so that two who press at once take one step."""

    step = SelectField(choices=[SelectChoice(f"{was}-{to}") for was, to in STEPS])

    @property
    def states(self) -> tuple[str, str]:
        """What was seen, and what it is to become."""
        was, _dash, to = self.step.data.partition("-")
        return was, to


class _RefusedForm(FlaskForm):
    """A form with one place for what was refused."""

    problem: str | None = None

    def refuse(self, refusal: DomainError) -> Any:
        """Say above the fields why it was not."""
        self.problem = str(refusal.message)
        return self


class EndingForm(_RefusedForm):
    """It is not made, or not any more. The customer reads the reason."""

    was = SelectField(choices=[SelectChoice(it) for it in STATUSES])
    reason = LineField(
        _("Why"), most=300, missing=_("Please say why. The customer reads it, and it stays in the history.")
    )

    def __init__(self, was: str | None = None) -> None:
        super().__init__(data={"was": was})


class HandoverForm(_RefusedForm):
    """Its customer has it, and has paid what was left, or pays later. `shown` is what was left (minor units)."""

    paid = OneOfThese(_("How"), choices=[*BY_HAND, LATER])
    shown = NumberField(least=0, most=10**13, required=True)
    receipt = BooleanField(_("Send a receipt by e-mail"))

    def __init__(self, shown: int | None = None) -> None:
        super().__init__(data={"shown": shown})

    @property
    def method(self) -> str | None:
        """How it was paid just now; None where it was not."""
        return None if self.paid.data == LATER else self.paid.data

    @property
    def handed_over(self) -> dict[str, Any]:
        """How, and whether a receipt of it is wanted."""
        return {"method": self.method, "shown": self.shown.data, "receipt": self.receipt.data}


class OrderPaymentForm(FlaskForm):
    """Somebody pays at the shop. `key` is the same however often the form is sent."""

    amount = MoneyField(_("Amount"), least=1, most=LARGEST_PRICE, required=True)
    method = RadioField(
        _("How"),
        choices=[SelectChoice(it, METHODS[it]) for it in BY_HAND],
        default="cash",
        validators=[InputRequired(_("Please choose one."))],
    )
    note = LineField(_("Note"), most=300)
    receipt = BooleanField(_("Send a receipt by e-mail"))
    key = HiddenField()

    def __init__(self, currency: str, amount: int) -> None:
        super().__init__(meta={"currency": currency}, data={"amount": amount})
        if not _KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_urlsafe(18)

    def refuse(self, refusal: DomainError) -> "OrderPaymentForm":
        """Say beside the amount why it was not."""
        self.amount.errors = [str(refusal.message)]
        return self

    @property
    def taken(self) -> dict[str, Any]:
        """What is written down."""
        names = ("amount", "method", "note", "receipt", "key")
        return {name: self._fields[name].data for name in names}


class NoteForm(FlaskForm):
    """What members tell each other of an order."""

    member_note = ParagraphField(_("Internal note"), most=2000, description=_("Only your team reads it."))


def problem_of(form: FlaskForm) -> str:
    """The first sentence a form was refused with, where it has no page of its own."""
    sentences = [str(it) for those in form.errors.values() for it in those]
    return sentences[0] if sentences else gettext("That did not work. Please try again.")
