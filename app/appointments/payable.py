"""What a customer can pay online for a visit, and what it is called."""

from datetime import datetime
from typing import NamedTuple

from app.appointments.billing import find_bill
from app.appointments.holding import paid_until
from app.appointments.receipt import Receipt
from app.businesses.models import Business
from app.payments.models import Invoice
from app.payments.starting import last_payment, payment_under_way
from app.payments.stripe.account import account_of

_LONGEST = 200


def payable(business: Business, receipt: Receipt) -> Invoice | None:
    """The invoice of a visit of which something can be paid online now: what is due first, or the rest.

    What a booking waits for is still to be paid when the keys are gone; its page then says that this does not work.
    """
    invoice = find_bill(business.id, receipt.first)
    if invoice is None or not invoice.askable_cents:
        return None
    is_waited_for = receipt.status == "pending_payment" or (
        receipt.status in ("confirmed", "completed") and account_of(business.id) is not None
    )
    return invoice if is_waited_for else None


class ToPay(NamedTuple):
    """What a visit waits for: so much (minor units) until then (UTC), or what was paid comes in."""

    due: int
    currency: str
    until: datetime | None
    is_on_its_way: bool


def to_pay(business: Business, receipt: Receipt) -> ToPay | None:
    """What has to be paid before a visit counts; none where it does not wait for that."""
    invoice = payable(business, receipt) if receipt.status == "pending_payment" else None
    if invoice is None:
        return None
    until = paid_until(receipt.bookings)
    return ToPay(invoice.due_now_cents, invoice.currency, until, is_on_its_way(invoice))


class Rest(NamedTuple):
    """What is left to pay (minor units) of what is booked already, and whether it is paid and has not come in yet."""

    left: int
    currency: str
    is_on_its_way: bool


def rest_to_pay(business: Business, receipt: Receipt) -> Rest | None:
    """What can be paid online of a visit that is booked; none where nothing is left, or somebody looks at a payment."""
    invoice = payable(business, receipt) if receipt.status != "pending_payment" else None
    last = last_payment(invoice) if invoice else None
    if invoice is None or (last is not None and last.status == "needs_review"):
        return None
    return Rest(invoice.open_cents, invoice.currency, is_on_its_way(invoice))


def is_on_its_way(invoice: Invoice) -> bool:
    """Whether it is paid and the money has not come in yet, as with a bank that needs days."""
    under_way = payment_under_way(invoice)
    return under_way is not None and under_way.status == "processing"


def kept_for(receipt: Receipt, now: datetime) -> tuple[datetime | None, int | None]:
    """Until when (UTC) a visit's time is kept while it is paid for, and the seconds left; none where it is booked."""
    until = paid_until(receipt.bookings)
    return until, max(0, int((until - now).total_seconds())) if until else None


def called(business: Business, receipt: Receipt) -> str:
    """What is paid for, as it stands on a bank statement or on Stripe's page."""
    names = dict.fromkeys(it.service_name for it in receipt.kept)
    return f"{business.name}: {', '.join(names)}"[:_LONGEST]
