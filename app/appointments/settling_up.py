"""What members do with the money of a visit: take some, give some back, issue the invoice."""

from datetime import datetime

from app.appointments.billing import bill_of, subject_of
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.telling_money import tell_taken
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.payments.issuing import issue
from app.payments.models import Invoice, Payment
from app.payments.owing import invoice_of
from app.payments.reducing import reduce
from app.payments.refunding import MoreThanPaid, give_back
from app.payments.taking import take


def take_for(
    business: Business,
    booking: Booking,
    amount: int,
    method: str,
    *,
    key: str,
    note: str | None,
    by: Actor,
    now: datetime,
    receipt: bool = False,
) -> Payment:
    """Write down what a customer paid at the shop for their visit. The same `key` again is the same payment.

    With `receipt` the customer is sent one, if there is an address of theirs. Raises MoreThanOwed.
    """
    invoice = _bill(business, booking, now)
    known = f"{booking.visit}/{key}"
    payment = take(business, invoice, amount, method, key=known, note=note, by=by, now=now)
    if receipt:
        tell_taken(business, payment, now=now)
    return payment


def give_back_for(
    business: Business,
    booking: Booking,
    amount: int,
    *,
    key: str,
    reason: str,
    is_owed: bool,
    by: Actor,
    now: datetime,
) -> None:
    """Let so much of what was paid for a visit go back. What is not owed any more comes off its invoice.

    The same `key` again changes nothing. Raises MoreThanPaid.
    """
    lock_schedule(business.id)
    invoice = invoice_of(business.id, subject_of(booking))
    if invoice is None:
        raise MoreThanPaid
    before = invoice.refunded_cents
    key = f"desk/{booking.visit}/{key}"
    give_back(business, invoice, amount, cause="member", key=key, reason=reason, by=by, now=now)
    if invoice.refunded_cents > before and not is_owed:
        reduce(business, invoice, amount, by=by, now=now)


def issue_for(business: Business, booking: Booking, *, by: Actor, now: datetime) -> Invoice:
    """Give the invoice of a visit its number; it is made first where there is none. Twice changes nothing."""
    return issue(business, _bill(business, booking, now), by=by, now=now)


def _bill(business: Business, booking: Booking, now: datetime) -> Invoice:
    """The invoice of a visit, locked; one that is there already stays as it is.

    One that was made void counts again where the visit was booked again.
    """
    lock_schedule(business.id)
    invoice = invoice_of(business.id, subject_of(booking))
    if invoice is not None and invoice.void_at is None:
        return invoice
    bookings = bookings_of_visit(business.id, booking.visit)
    live = [it for it in bookings if it.live]
    if invoice is not None and (invoice.number or not live):
        invoice.void_at = None if live else invoice.void_at
        return invoice
    invoice = bill_of(business, live or bookings, now)
    invoice.void_at = None
    return invoice
