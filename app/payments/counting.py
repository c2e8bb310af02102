"""How much of an invoice was paid and went back, counted again from its payments and refunds."""

from datetime import datetime

from sqlalchemy import text

from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments.issuing import issue
from app.payments.models import Invoice, Payment
from app.payments.news import tell_paid

_COUNT = text("""
    WITH gone AS (
      SELECT r.payment_id, sum(r.amount_cents) AS cents
        FROM refunds r JOIN payments p ON p.business_id = r.business_id AND p.id = r.payment_id
       WHERE p.business_id = :business AND p.invoice_id = :invoice AND r.status <> 'failed'
       GROUP BY r.payment_id
    ), counted AS (
      UPDATE payments p SET refunded_cents = coalesce((SELECT cents FROM gone WHERE payment_id = p.id), 0)
       WHERE p.business_id = :business AND p.invoice_id = :invoice
      RETURNING p.received_cents, p.refunded_cents
    )
    UPDATE invoices i SET paid_cents = c.received, refunded_cents = c.refunded
      FROM (SELECT coalesce(sum(received_cents), 0) AS received, coalesce(sum(refunded_cents), 0) AS refunded
              FROM counted) c
     WHERE i.business_id = :business AND i.id = :invoice
""")


def count(invoice: Invoice) -> None:
    """Count what was paid and what goes back, promised refunds too. Under the schedule lock and the invoice's own.

    The tables themselves refuse that more goes back than came in.
    """
    db.session.flush()
    db.session.execute(_COUNT, {"business": invoice.business_id, "invoice": invoice.id})
    db.session.refresh(invoice)
    for row in list(db.session):
        if isinstance(row, Payment) and row.invoice_id == invoice.id:
            db.session.expire(row)


def count_in(business: Business, invoice: Invoice, now: datetime) -> None:
    """Count money that has come in, and tell who waits for it when nothing is due first any more.

    An invoice that is paid in full gets its number.
    """
    count(invoice)
    if not invoice.due_now_cents:
        tell_paid(business, invoice, now)
    # Only now: whoever was told may have given all of it back, or owes it again.
    if invoice.total_cents > 0 and not invoice.open_cents and invoice.void_at is None:
        issue(business, invoice, by=SYSTEM, now=now)
