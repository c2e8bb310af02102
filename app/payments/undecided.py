"""What waits for a member: payments that are not what was asked for, and refunds that failed."""

from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.payments.finding import payments_of, refunds_of
from app.payments.models import Payment, Refund
from app.payments.refunding import AGAIN


def undecided_payments(business_id: int) -> Any:
    """Those a member has to decide about."""
    return payments_of(business_id).where(Payment.status == "needs_review")


def undone_refunds(business_id: int) -> Any:
    """Those that Stripe did not give back, nor anybody else: their money is still here."""
    fresh = aliased(Refund)
    is_done = exists().where(
        fresh.business_id == Refund.business_id, fresh.dedupe_key == Refund.dedupe_key + f"/{AGAIN}"
    )
    return refunds_of(business_id).where(
        Refund.status == "failed",
        Payment.method == "stripe",
        Refund.amount_cents <= Payment.received_cents - Payment.refunded_cents,
        ~is_done,
    )


def to_look_at(business_id: int) -> int:
    """How many payments and refunds wait for a member. One statement."""
    both = (undecided_payments(business_id), undone_refunds(business_id))
    payments, refunds = (it.with_only_columns(func.count()).scalar_subquery() for it in both)
    return db.session.scalar(select(payments + refunds)) or 0
