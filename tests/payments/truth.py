"""The oracle: what Stripe's ledger and our rows say of the same money, and what would be left lying about."""

from collections import Counter
from typing import Any

from sqlalchemy import select, text

from app.core.db import db
from app.payments.models import LIVE, Payment, Refund

Ledger = dict[str, Any]

# What is not over, and nobody will ever look at again.
STUCK = {
    "a payment nobody asks about": """
        SELECT id FROM payments WHERE business_id = :business AND next_sync_at IS NULL
           AND status IN ('created', 'requires_action', 'processing')""",
    "a payment of what is not owed any more": """
        SELECT p.id FROM payments p JOIN invoices i ON i.business_id = p.business_id AND i.id = p.invoice_id
         WHERE p.business_id = :business AND i.void_at IS NOT NULL
           AND p.status IN ('created', 'requires_action')""",
    "a refund nobody sends": """
        SELECT r.id FROM refunds r JOIN payments p ON p.business_id = r.business_id AND p.id = r.payment_id
         WHERE r.business_id = :business AND p.method = 'stripe'
           AND (r.status = 'created' OR r.status = 'pending' AND r.next_sync_at IS NULL)""",
    "an event nobody made anything of": """
        SELECT 0 FROM webhook_events WHERE business_id = :business AND handled_at IS NULL""",
    "a place that is kept for nobody": """
        SELECT id FROM holds WHERE business_id = :business AND expires_at <= :now""",
}


def differences(ledger: Ledger, business_id: int) -> list[str]:
    """Where Stripe and we do not agree, to the cent; nothing if all is well.

    Money Stripe has got is a payment that is counted, or one that waits for somebody to look at it.
    """
    db.session.expire_all()
    payments = db.session.scalars(select(Payment).filter_by(business_id=business_id, method="stripe")).all()
    by_ref = {it.provider_ref: it for it in payments if it.provider_ref}
    charged, given_back = Counter[str](), Counter[str]()
    for charge in ledger["charges"]:
        if charge["status"] == "succeeded":
            charged[charge["payment_intent"]] += charge["amount"]
    for refund in ledger["refunds"]:
        if refund["status"] not in ("failed", "canceled"):
            given_back[refund["payment_intent"]] += refund["amount"]
    wrong = [f"{charged[ref]} of {ref} are nobody's" for ref in charged if ref not in by_ref]
    for ref, payment in by_ref.items():
        if payment.status == "needs_review":
            continue
        if payment.received_cents != charged[ref]:
            wrong.append(f"of {ref} we have {payment.received_cents} and Stripe {charged[ref]}")
        ours = _given_back(payment)
        if ours != given_back[ref]:
            wrong.append(f"of {ref} we gave back {ours} and Stripe {given_back[ref]}")
    wrong += [
        f"{it.received_cents} of {it.id} are not Stripe's"
        for it in payments
        if it.received_cents and not it.provider_ref
    ]
    return wrong


def stuck(business_id: int, now: Any) -> list[str]:
    """What waits and will wait for ever."""
    asked = {"business": business_id, "now": now}
    return [name for name, rows in STUCK.items() if db.session.execute(text(rows), asked).all()]


def under_way(business_id: int) -> list[Payment]:
    """Payments that may still become money."""
    rows = select(Payment).where(Payment.business_id == business_id, Payment.status.in_(LIVE))
    return list(db.session.scalars(rows))


def _given_back(payment: Payment) -> int:
    rows = select(Refund).filter_by(business_id=payment.business_id, payment_id=payment.id)
    return sum(it.amount_cents for it in db.session.scalars(rows) if it.status != "failed")
