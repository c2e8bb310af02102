"""Money that is not what was asked for: what is wrong with it, and what a member decides about it."""

import re
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.payments.counting import count_in
from app.payments.models import Payment, PaymentSettings
from app.payments.news import payment_received, tell_of_payment
from app.payments.owing import lock_invoice
from app.payments.refunding import give_back
from app.payments.stripe.answers import ProviderState

DECISIONS = ("count", "give_back", "set_aside")
_WRITTEN = re.compile(r"(sum|about|mode|trial)/([0-9]+)/([A-Z]{3})")


class DecidedMeanwhile(Conflict):
    """Somebody else was faster, or Stripe says by now that all is well."""

    message = _("This payment does not wait for a decision any more: somebody else was faster.")


class NotKnown(Conflict):
    """Nobody knows how much of which money it is."""

    message = _("Stripe has not said how much came in. Please ask again first.")


class OtherMoney(DomainError):
    """Euros are not paid in dollars."""

    message = _("It came in another currency, so it cannot be counted. Give it back, or set it aside.")


class NoMoney(DomainError):
    """Stripe's test mode moves none."""

    message = _("It was paid with test money, so there is nothing to count. Give it back, or set it aside.")


class Finding(NamedTuple):
    """What is wrong: the `sum`, what it is `about`, Stripe's `mode`, or that it is a `trial`; and what came in (minor
    units).
    """

    kind: str
    received: int
    currency: str

    @property
    def written(self) -> str:
        """As a payment keeps it (`Payment.review`)."""
        return f"{self.kind}/{self.received}/{self.currency}"


def what_is_wrong(payment: Payment, state: ProviderState) -> Finding | None:
    """Why money that Stripe has got is not simply ours."""
    kind = None
    if state.about != str(payment.uid):
        kind = "about"
    elif state.live != payment.live_mode:
        kind = "mode"
    elif not payment.live_mode and _is_in_earnest(payment.business_id):
        kind = "trial"
    elif (state.received, state.currency) != (payment.amount_cents, payment.currency):
        kind = "sum"
    return Finding(kind, state.received, state.currency) if kind else None


def finding_of(payment: Payment) -> Finding | None:
    """What was found wrong with a payment; None where Stripe has said nothing we know the meaning of."""
    found = _WRITTEN.fullmatch(payment.review or "")
    return Finding(found[1], int(found[2]), found[3]) if found else None


def is_set_aside(payment: Payment) -> bool:
    """Whether a member has decided that it is none of ours, whatever Stripe says of it from now on."""
    return payment.status == "cancelled" and payment.review is not None


def decide(
    business: Business, payment: Payment, decision: str, *, reason: str, by: Actor, now: datetime
) -> None:
    """Count money that waits for a member, give all of it back, or set it aside; see DECISIONS.

    Raises DecidedMeanwhile, NotKnown, OtherMoney or NoMoney.
    """
    lock_schedule(business.id)
    invoice = lock_invoice(business.id, payment.invoice_id)
    key = (business.id, payment.id)
    payment = db.session.get_one(Payment, key, populate_existing=True, with_for_update=True)
    if payment.status != "needs_review":
        raise DecidedMeanwhile
    finding = finding_of(payment)
    if decision == "set_aside":
        payment.status, payment.review = "cancelled", payment.review or "unknown"
    elif finding is None or not finding.received:
        raise NotKnown
    elif decision == "count" and finding.currency != invoice.currency:
        raise OtherMoney
    elif decision == "count" and finding.kind == "trial":
        raise NoMoney
    else:
        payment.status, payment.succeeded_at = "succeeded", now
        payment.received_cents, payment.currency = finding.received, finding.currency
        payment.next_sync_at = now  # Some of it may have gone back at Stripe meanwhile.
    payment.by_name, payment.note = by.name, reason
    record(
        f"payment.{decision}",
        "payment",
        payment.id,
        by=by,
        at=now,
        business_id=business.id,
        changes={"status": ["needs_review", payment.status]},
        reason=reason,
    )
    if decision == "count":
        count_in(business, invoice, now)
        tell_of_payment(payment_received, business, invoice, payment, now)
    elif decision == "give_back":
        db.session.flush()
        # Not counted in before: nobody is to be booked for money that goes back.
        give_back(
            business,
            invoice,
            payment.received_cents,
            cause="member",
            key=f"unexpected/{payment.id}",
            by=by,
            now=now,
            reason=reason,
            only=payment,
        )


def _is_in_earnest(business_id: int) -> bool:
    """Whether customers of the business pay with real money by now."""
    settings = db.session.get(PaymentSettings, business_id)
    return settings is not None and settings.mode == "live"
