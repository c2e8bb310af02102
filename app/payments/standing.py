"""How a customer stands with a business: what they paid, and what is open."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.db import db
from app.payments.models import Invoice


@dataclass(frozen=True, slots=True)
class Standing:
    """In one currency (minor units): what came in from a customer and did not go back, and what is still to be paid."""

    currency: str
    paid: int
    still_open: int


def standing_of(business_id: int, customer_id: int) -> list[Standing]:
    """One for each currency they were ever asked to pay in. One statement."""
    kept = Invoice.paid_cents - Invoice.refunded_cents
    still_open = func.greatest(0, Invoice.total_cents - func.coalesce(Invoice.credited_cents, 0) - kept)
    sums = (
        select(
            Invoice.currency,
            func.sum(kept),
            func.coalesce(func.sum(still_open).filter(Invoice.void_at.is_(None)), 0),
        )
        .where(
            Invoice.business_id == business_id,
            Invoice.customer_id == customer_id,
            Invoice.kind == "invoice",
        )
        .group_by(Invoice.currency)
        .order_by(Invoice.currency)
    )
    return [Standing(it[0], int(it[1]), int(it[2])) for it in db.session.execute(sums)]
