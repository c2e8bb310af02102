"""Bookings something was paid for."""

from sqlalchemy import select

from app.appointments.billing import bill_of
from app.appointments.finding import bookings_of_visit
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.payments.models import Invoice, Refund
from app.payments.terms import Terms
from tests.payments.owed import paid_online

OLIVIA = Actor("customer", "Olivia Park")


def agree(row, terms: Terms) -> None:
    """Let a business or a service have these terms from now on."""
    for column, value in terms.written.items():
        setattr(row, "refund_steps" if column == "steps" else column, value)
    db.session.flush()


def paid(business, booking, amount: int) -> Invoice:
    """The invoice of the visit of a booking, with so much paid online."""
    invoice = bill_of(business, bookings_of_visit(business.id, booking.visit), clock.now())
    if amount:
        paid_online(business, invoice, amount)
    return invoice


def refunds(business) -> list[int]:
    """What goes back, in the order in which it was promised (minor units)."""
    rows = select(Refund.amount_cents).filter_by(business_id=business.id).order_by(Refund.id)
    return list(db.session.scalars(rows))


def lines(invoice) -> list[tuple[str, int]]:
    """The kind and the amount of each line."""
    db.session.expire(invoice)
    return [(it.kind, it.amount_cents) for it in invoice.lines]


def notes(invoice) -> list[Invoice]:
    """The credit notes to an invoice."""
    rows = select(Invoice).filter_by(business_id=invoice.business_id, corrects_id=invoice.id)
    return list(db.session.scalars(rows.order_by(Invoice.id)))
