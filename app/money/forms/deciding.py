"""What members decide about money that needs a look."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.payments.models import Invoice, Payment
from app.payments.unexpected import finding_of
from app.text_fields import LineField

_LABELS: dict[str, LazyString] = {
    "count": _("Count it as paid: what was booked with it stands, if its time is still free"),
    "give_back": _("Give all of it back to the customer, the way it came"),
    "set_aside": _("Set it aside: it is not yours, or you have dealt with it at Stripe"),
}
_SAID: dict[str, LazyString] = {
    "count": _("The money is counted."),
    "give_back": _("All of it goes back."),
    "set_aside": _("It is set aside."),
}


class DecisionForm(FlaskForm):
    """What becomes of a payment, and why; only what is possible with it can be chosen."""

    decision = RadioField(_("What is to be done?"), validators=[InputRequired(_("Please choose one."))])
    reason = LineField(_("Why"), most=300, missing=_("Please say why. It stays in the history."))

    def __init__(self, payment: Payment, invoice: Invoice) -> None:
        super().__init__()
        finding = finding_of(payment)
        possible = ["set_aside"]
        if finding and finding.received:
            possible.insert(0, "give_back")
            if finding.currency == invoice.currency:
                possible.insert(0, "count")
        self.decision.choices = [SelectChoice(it, _LABELS[it]) for it in possible]

    @property
    def decided(self) -> dict[str, Any]:
        """As the act takes it."""
        return {"decision": self.decision.data, "reason": self.reason.data}

    @property
    def said(self) -> str:
        """What is said once it is done."""
        return str(_SAID[self.decision.data])


class AgainForm(FlaskForm):
    """Who gives back what Stripe could not: Stripe, or a member by hand."""

    way = RadioField(
        choices=[SelectChoice("stripe", ""), SelectChoice("hand", "")], validators=[InputRequired()]
    )

    @property
    def is_by_hand(self) -> bool:
        return bool(self.way.data == "hand")
