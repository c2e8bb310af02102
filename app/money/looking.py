"""Payments that somebody has to decide about."""

from dataclasses import dataclass

from sqlalchemy import func

from app.core.db import db
from app.core.paging import Page, nearest_page
from app.payments.finding import payments_of
from app.payments.models import Invoice, Payment
from app.payments.undecided import undecided_payments

PAGE = 50
_DASHBOARD = "https://dashboard.stripe.com/"


@dataclass(frozen=True, slots=True)
class ToReview:
    """Money that came in another way than it should have."""

    payment: Payment
    invoice: Invoice

    @property
    def at_stripe(self) -> str | None:
        """Its address at Stripe, for whoever has an account there; None before Stripe knows of it."""
        mode = "" if self.payment.live_mode else "test/"
        ref = self.payment.provider_ref
        return f"{_DASHBOARD}{mode}payments/{ref}" if ref else None


def reviews_of(business_id: int, number: int) -> Page[ToReview]:
    """A page of the payments somebody has to look at, the newest first. Two statements."""
    rows = undecided_payments(business_id)
    total = db.session.scalar(rows.with_only_columns(func.count())) or 0
    number = nearest_page(number, total, PAGE)
    newest = rows.order_by(Payment.created_at.desc(), Payment.id.desc())
    found = db.session.execute(newest.limit(PAGE).offset((number - 1) * PAGE))
    return Page([ToReview(*row) for row in found], total, number, PAGE)


def find_review(business_id: int, payment_id: int) -> ToReview | None:
    """One payment that came by Stripe, whether or not it waits still."""
    rows = payments_of(business_id).where(Payment.id == payment_id, Payment.method == "stripe")
    found = db.session.execute(rows).one_or_none()
    return ToReview(*found) if found else None
