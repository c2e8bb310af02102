"""Bookings that count once they are paid for: asked for, paid in time, paid late, or not at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

from app.appointments import agreeing
from app.appointments.billing import BOOKING, VISIT, bill_of
from app.appointments.changing import change_status
from app.appointments.companions import tell_companions, visit_taken_again
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking, Hold
from app.appointments.refusals import AlreadyOver
from app.appointments.settling import settle
from app.appointments.telling import tell_booked
from app.appointments.telling_money import tell_late
from app.appointments.undoing import undo
from app.businesses.models import Business
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.core.errors import DomainError
from app.payments.models import Invoice, PaymentSettings, Refund
from app.payments.news import invoice_paid
from app.payments.owing import Item
from app.payments.refunding import give_back
from app.payments.stripe.account import account_of

# A page of Stripe's lives for half an hour at least, so the ticket may be made longer than the business says.
_LIMIT = timedelta(minutes=90)


class NotEnough(DomainError):
    """What came late is not all that was due first."""


def due_first(business: Business, bookings: Sequence[Booking], more: Sequence[Item] = ()) -> int:
    """What of a visit (minor units), and of what is bought with it, is paid before it counts.

    Nothing where the business cannot be paid online.
    """
    due = agreeing.due_first(bookings) + sum(it.prepay_cents for it in more)
    return due if due and account_of(business.id) else 0


def new_ticket(business: Business, now: datetime, address_key: bytes | None) -> int:
    """A ticket for a visit whose own had run out, and whose time was taken again; its id. Under the schedule lock.

    It counts for the network address (see Hold) of whoever takes it again.
    """
    ticket = Hold(
        business_id=business.id,
        address_key=address_key,
        created_at=now,
        expires_at=now + _LIMIT,
        limit_at=now + _LIMIT,
    )
    db.session.add(ticket)
    db.session.flush()
    return ticket.id


def ask_for_payment(
    business: Business, bookings: Sequence[Booking], ticket_id: int, now: datetime, more: Sequence[Item] = ()
) -> Invoice:
    """Keep the place of a visit while it is paid for. Under the schedule lock, with the bookings' customer known.

    `more` is bought with it. The ticket is no visitor's any more: another choice of theirs does not give this place
    back.
    """
    settings = db.session.get_one(PaymentSettings, business.id)
    ticket = db.session.get_one(Hold, (business.id, ticket_id))
    ticket.kind, ticket.visitor_key = "payment", None
    ticket.expires_at = now + timedelta(minutes=settings.pay_minutes)
    ticket.limit_at = max(ticket.limit_at, now + _LIMIT)
    for it in bookings:
        it.hold_id = ticket_id
        change_status(it, "pending_payment", by=VISITOR, now=now)
    settle(business.id, *(it.appointment_id for it in bookings))
    invoice = bill_of(business, bookings, now, more)
    invoice.void_at = None
    return invoice


@invoice_paid.connect
def book_what_is_paid(business: Business, invoice: Invoice, now: datetime) -> None:
    """What was due first for a visit has come in: it is booked; where nothing is owed any more, see `_take_again`.

    Under the schedule lock, in the transaction in which the money was counted.
    """
    if invoice.subject_kind != VISIT:
        return
    bookings = bookings_of_visit(business.id, invoice.subject_uid)
    waiting = [it for it in bookings if it.status == "pending_payment"]
    if waiting:
        _confirm(business, waiting, now)
    elif invoice.void_at is not None:
        # Not what nobody has answered: that was never to be paid.
        billed = {it.subject_id for it in invoice.lines if it.subject_kind == BOOKING}
        lapsed = [it for it in bookings if it.status == "expired" and it.id in billed]
        _take_again(business, invoice, lapsed, now)


def _confirm(business: Business, bookings: Sequence[Booking], now: datetime) -> None:
    tickets = {it.hold_id for it in bookings}
    for it in bookings:
        change_status(it, "confirmed", by=SYSTEM, now=now)
    settle(business.id, *(it.appointment_id for it in bookings))
    db.session.execute(delete(Hold).where(Hold.business_id == business.id, Hold.id.in_(tickets)))
    tell_booked(business, bookings, by=VISITOR, now=now)
    tell_companions(business, {it.visit for it in bookings}, now)


def _take_again(business: Business, invoice: Invoice, bookings: Sequence[Booking], now: datetime) -> None:
    """Paid after the place was given back: what had run out is booked again, or all of the money goes back."""
    invoice.void_at = None
    try:
        if not bookings or any(it.appointment.starts_at <= now for it in bookings):
            raise AlreadyOver
        # It may have gone back before anybody told us that it had come.
        if invoice.due_now_cents or not invoice.kept_cents:
            raise NotEnough
        with db.session.begin_nested():
            for it in sorted(bookings, key=lambda it: it.id):
                undo(business, it, by=SYSTEM, now=now)
            visit_taken_again.send(business, visit=invoice.subject_uid, now=now)
    except DomainError:
        invoice.void_at = now
        refunds = _pay_back(business, invoice, now)
        tell_late(business, bookings_of_visit(business.id, invoice.subject_uid), refunds, now)
        return
    tell_booked(business, bookings, by=VISITOR, now=now, late=True)


def _pay_back(business: Business, invoice: Invoice, now: datetime) -> list[Refund]:
    return give_back(
        business,
        invoice,
        invoice.kept_cents,
        cause="late",
        key=f"late/{invoice.id}/{invoice.paid_cents}",
        by=SYSTEM,
        now=now,
        reason=_("It was paid after the place had been given back."),
    )
