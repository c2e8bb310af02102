"""Visits whose payment takes its time, such as a bank debit of days: their place is kept until it is known."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.appointments.agreeing import was_asked_for
from app.appointments.awaiting import PAID_WITHIN, keep
from app.appointments.billing import VISIT
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking, Hold
from app.appointments.settling import settle
from app.appointments.telling_money import tell_came_to_nothing
from app.businesses.models import Business
from app.core.db import db
from app.payments.models import Invoice, Payment, PaymentSettings

# From when Stripe says that a payment is on its way; a bank debit is answered within some working days.
KEPT_FOR_BANK = timedelta(days=7)


def keep_on(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """Keep the place of a visit while its payment is on its way, never beyond its start nor shorter than was said.

    Under the schedule lock. What has run out and was not given back yet is kept; nobody else has it. It counts for no
    network address any more: whoever else is there may book.
    """
    bookings = _waiting(business, invoice)
    if bookings:
        ticket = _ticket_of(bookings)
        ticket.address_key = None
        until = min(now + KEPT_FOR_BANK, *(it.appointment.starts_at for it in bookings))
        keep(ticket, max(ticket.expires_at, until))
        settle(business.id, *(it.appointment_id for it in bookings))


def give_time_again(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """What was on its way did not come in: its customer has as long as at first to pay in another way, and is told.

    Under the schedule lock. A place that was given back meanwhile stays so.
    """
    bookings = _waiting(business, invoice)
    if bookings:
        ticket = _ticket_of(bookings)
        until = min(now + _time_to_pay(business, bookings), *(it.appointment.starts_at for it in bookings))
        keep(ticket, until)
        settle(business.id, *(it.appointment_id for it in bookings))
        tell_came_to_nothing(
            business, bookings_of_visit(business.id, bookings[0].visit), ticket, payment, now
        )


def _time_to_pay(business: Business, bookings: Sequence[Booking]) -> timedelta:
    if was_asked_for(bookings_of_visit(business.id, bookings[0].visit)):
        return PAID_WITHIN
    return timedelta(minutes=db.session.get_one(PaymentSettings, business.id).pay_minutes)


def _waiting(business: Business, invoice: Invoice) -> list[Booking]:
    """What waits for the payment of an invoice; nothing while the rest of its visit waits for an answer."""
    if invoice.subject_kind != VISIT:
        return []
    bookings = bookings_of_visit(business.id, invoice.subject_uid)
    is_asked = any(it.status == "requested" for it in bookings)
    return [] if is_asked else [it for it in bookings if it.status == "pending_payment"]


def _ticket_of(bookings: Sequence[Booking]) -> Hold:
    return db.session.get_one(Hold, (bookings[0].business_id, bookings[0].hold_id), populate_existing=True)
