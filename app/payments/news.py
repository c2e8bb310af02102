"""News about money, for the rooms above: what became of payments and refunds.

Each is sent under the schedule lock with the change flushed and not committed, and may be sent more than once.
"""

from datetime import datetime

from blinker import Signal

from app.businesses.models import Business
from app.payments.models import Invoice, Payment, Refund

# invoice_paid(business, invoice, now): money has come in for an invoice and nothing of it is due first any more.
invoice_paid = Signal()
# invoice_issued(business, invoice): an invoice or a credit note has just got its number; it stays as it is from now on.
invoice_issued = Signal()
# payment_received(business, invoice, payment, now): a provider has got the money of a payment, and it was counted.
payment_received = Signal()
# payment_on_its_way(business, invoice, payment, now): it was made, and its money takes its time, as with a bank debit.
payment_on_its_way = Signal()
# payment_came_to_nothing(business, invoice, payment, now): one that was on its way did not come in; both once each.
payment_came_to_nothing = Signal()
# payment_broken_off(business, invoice, payment, now): it was declined, has ended or lies there, and may be tried again.
payment_broken_off = Signal()
# payment_in_doubt(business, invoice, payment, now): its money is not simply ours, and somebody has to look at it.
payment_in_doubt = Signal()
# refund_sent(business, invoice, refund, payment, now): what goes back of a payment has left.
refund_sent = Signal()
# refund_failed(business, invoice, refund, payment, now): it could not be sent, or came back.
refund_failed = Signal()


def tell_paid(business: Business, invoice: Invoice, now: datetime) -> None:
    """Say that what was due first has been paid. Under the schedule lock, after counting."""
    invoice_paid.send(business, invoice=invoice, now=now)


def tell_of_payment(
    news: Signal, business: Business, invoice: Invoice, payment: Payment, now: datetime
) -> None:
    """Say what became of a payment, by one of the signals here."""
    news.send(business, invoice=invoice, payment=payment, now=now)


def tell_of_refund(
    business: Business, invoice: Invoice, payment: Payment, refund: Refund, now: datetime
) -> None:
    """Say that a refund has left, or that it could not."""
    news = refund_failed if refund.status == "failed" else refund_sent
    news.send(business, invoice=invoice, payment=payment, refund=refund, now=now)
