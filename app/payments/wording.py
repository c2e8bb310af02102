"""Money in words that members read: by which way it came, and what became of what goes back."""

from collections.abc import Callable
from typing import Any

from flask_babel import LazyString, get_locale, gettext
from flask_babel import lazy_gettext as _

from app.core.money import show_money
from app.payments.models import Payment
from app.payments.unexpected import finding_of

METHODS: dict[str, LazyString] = {
    "stripe": _("Online"),
    "cash": _("Cash"),
    "card": _("Card at the shop"),
    "transfer": _("Bank transfer"),
    "other": _("Another way"),
}
PAYMENT_STATUSES: dict[str, LazyString] = {
    "created": _("Begun"),
    "requires_action": _("Waiting for the customer"),
    "processing": _("Under way"),
    "succeeded": _("Received"),
    "failed": _("Failed"),
    "cancelled": _("Given up"),
    "needs_review": _("Needs a look"),
}
REFUND_STATUSES: dict[str, LazyString] = {
    "created": _("On its way"),
    "pending": _("On its way"),
    "to_hand_out": _("To hand out"),
    "succeeded": _("Given back"),
    "failed": _("Failed"),
}
CAUSES: dict[str, LazyString] = {
    "cancelled": _("Cancelled"),
    "late": _("Paid too late"),
    "twice": _("Paid twice"),
    "member": _("Decided by the team"),
}


def finding_in_words(payment: Payment) -> str:
    """What is wrong with money that waits for a member."""
    finding = finding_of(payment)
    if finding is None:
        return gettext("Stripe says something about this payment that we do not know the meaning of.")
    language = str(get_locale() or "en")
    received = show_money(finding.received, finding.currency, language)
    asked = show_money(payment.amount_cents, payment.currency, language)
    if finding.kind == "about":
        return gettext(
            "%(received)s came in, but Stripe says that it was for something else.", received=received
        )
    if finding.kind == "mode":
        return gettext(
            "%(received)s came in in Stripe’s other mode, test instead of live or live instead of test.",
            received=received,
        )
    if finding.kind == "trial":
        return gettext(
            "%(received)s came in with Stripe’s test keys, which move no money; you use live keys by now.",
            received=received,
        )
    return gettext("%(received)s came in, but %(asked)s was asked for.", received=received, asked=asked)


MONEY_WORDS: dict[str, dict[str, LazyString] | Callable[..., Any]] = {
    "methods": METHODS,
    "payments": PAYMENT_STATUSES,
    "refunds": REFUND_STATUSES,
    "causes": CAUSES,
    "finding": finding_in_words,
}
