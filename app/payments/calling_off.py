"""Nothing is owed for something any more: nobody is to pay what was begun to be paid for it."""

from datetime import datetime

from app.core.jobs import enqueue_after_commit
from app.payments.jobs import call_off_payment
from app.payments.models import Invoice
from app.payments.starting import payment_under_way


def call_off(invoice: Invoice, now: datetime) -> None:
    """Let Stripe close what is under way for an invoice, once this is committed. Who has paid all the same has paid."""
    under_way = payment_under_way(invoice)
    if under_way is not None:
        under_way.next_sync_at = now
        enqueue_after_commit(call_off_payment, invoice.business_id, under_way.id)
