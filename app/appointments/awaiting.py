"""A request that was accepted and is paid before it counts: its place is kept for that, and nobody waits for ever."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.appointments import agreeing
from app.appointments.agreeing import was_asked_for
from app.appointments.billing import bill_of, subject_of
from app.appointments.changing import change_status
from app.appointments.companions import tell_companions
from app.appointments.expiring import drop_empty
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking, Hold
from app.appointments.paying_back import due_for_companions, kept_as_fees
from app.appointments.settling import settle
from app.appointments.telling import tell_booked
from app.appointments.telling_money import tell_confirmed_unpaid, tell_to_pay
from app.businesses.models import Business
from app.core.actor import SYSTEM, VISITOR, Actor
from app.core.db import db
from app.payments.owing import invoice_of
from app.payments.stripe.account import account_of

# Whoever has waited for an answer need not sit at a screen when it comes; but the time is not kept beyond the start.
PAID_WITHIN = timedelta(hours=24)
_A_MOMENT = timedelta(seconds=1)


def to_pay_first(business: Business, bookings: Iterable[Booking]) -> int:
    """What of these bookings of a visit (minor units), and of what was bought with it, is still to be paid first.

    What was kept of those of it that were given up is no part of what was paid for these. Nothing where the business
    cannot be paid online. Under the schedule lock.
    """
    those = list(bookings)
    if not those or not account_of(business.id):
        return 0
    invoice = invoice_of(business.id, subject_of(those[0]))
    if invoice is None:
        return agreeing.due_first(those)
    fees = kept_as_fees(invoice, bookings_of_visit(business.id, those[0].visit))
    paid, more = max(0, invoice.kept_cents - fees), due_for_companions(invoice)
    return agreeing.due_first(those, max(0, paid - more)) + max(0, more - paid)


def keep_until_answered(business: Business, bookings: Sequence[Booking], ticket_id: int) -> None:
    """Those of a visit that need no approval keep their ticket while the others wait for an answer."""
    ticket = db.session.get_one(Hold, (business.id, ticket_id))
    ticket.kind, ticket.visitor_key, ticket.address_key = "payment", None, None
    keep(ticket, min(it.appointment.starts_at for it in bookings))


def keep_for_payment(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """A request that was accepted waits for its payment, with a ticket it shares with the rest of its visit.

    Until when is said once nothing of the visit waits for an answer any more (`ask_once_answered`). Under the lock.
    """
    visit = bookings_of_visit(business.id, booking.visit)
    shared = next((it.hold_id for it in visit if it.status == "pending_payment"), None)
    if shared is None:
        starts_at = booking.appointment.starts_at
        until = min(now + PAID_WITHIN, starts_at)
        ticket = Hold(
            business_id=business.id, kind="payment", created_at=now, expires_at=until, limit_at=starts_at
        )
        db.session.add(ticket)
        db.session.flush()
        shared = ticket.id
        # While others of its visit wait for an answer, it is kept for as long as they may.
        if any(it.status == "requested" for it in visit if it is not booking):
            ticket.expires_at = starts_at
    booking.hold_id = shared
    change_status(booking, "pending_payment", by=by, now=now)
    settle(business.id, booking.appointment_id)


def ask_once_answered(business: Business, visit: UUID, now: datetime) -> None:
    """Ask for what is paid first of what was accepted, once nothing of the visit waits for an answer any more.

    Where nothing is to be paid after all, it is confirmed. Under the schedule lock, right after the answer, and
    before anybody is told of that.
    """
    bookings = bookings_of_visit(business.id, visit)
    waiting = [it for it in bookings if it.status == "pending_payment"]
    if not waiting or any(it.status == "requested" for it in bookings):
        return
    if not to_pay_first(business, [it for it in bookings if it.live]):
        confirm_unpaid(business, waiting, by=SYSTEM, now=now)
        return
    ticket = db.session.get_one(Hold, (business.id, waiting[0].hold_id))
    keep(ticket, min(now + PAID_WITHIN, *(it.appointment.starts_at for it in waiting)))
    settle(business.id, *(it.appointment_id for it in waiting))
    invoice = bill_of(business, bookings, now)
    invoice.void_at = None
    tell_to_pay(business, bookings_of_visit(business.id, visit), ticket, now=now)


def book_what_is_free(business: Business, visit: UUID, now: datetime) -> None:
    """Book what waits for a payment of which nothing is due any more, and tell so. Under the schedule lock.

    What it was for was given up, or a code made it cheaper: nobody could pay it, and its place would be lost.
    """
    bookings = bookings_of_visit(business.id, visit)
    waiting = [it for it in bookings if it.status == "pending_payment"]
    if not waiting or any(it.status == "requested" for it in bookings):
        return
    if to_pay_first(business, [it for it in bookings if it.live]):
        return
    confirm_unpaid(business, waiting, by=SYSTEM, now=now)
    if was_asked_for(waiting):
        tell_confirmed_unpaid(business, waiting, now=now)
    else:
        tell_booked(business, waiting, by=VISITOR, now=now)


def confirm_unpaid(business: Business, waiting: Sequence[Booking], *, by: Actor, now: datetime) -> None:
    """What waits for its payment is booked without one, and what was bought with it. Under the schedule lock.

    Telling is up to the caller.
    """
    tickets = {it.hold_id for it in waiting if it.hold_id}
    for it in waiting:
        change_status(it, "confirmed", by=by, now=now)
    settle(business.id, *(it.appointment_id for it in waiting))
    drop_empty(business.id, tickets)
    tell_companions(business, {it.visit for it in waiting}, now)


def end_by_start(booking: Booking, starts_at: datetime) -> None:
    """A place that is kept for its payment is moved: nobody pays after the new start (UTC). Settle it afterwards."""
    if booking.status != "pending_payment":
        return
    ticket = db.session.get_one(Hold, (booking.business_id, booking.hold_id))
    if starts_at < ticket.expires_at:
        keep(ticket, starts_at)


def keep(ticket: Hold, until: datetime) -> None:
    """Keep what is held with a ticket until then (UTC), and not longer. Settle what is in it afterwards."""
    ticket.expires_at = max(until, ticket.created_at + _A_MOMENT)
    ticket.limit_at = max(ticket.limit_at, ticket.expires_at)
