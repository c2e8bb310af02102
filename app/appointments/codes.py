"""Members use a code for a visit that is booked, or take it off again, as long as its invoice is not issued."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.appointments.awaiting import book_what_is_free
from app.appointments.billing import bill_of, subject_of
from app.appointments.discounting import TypedCode, take_off
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.refusals import AlreadyOver
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.customers.models import Customer
from app.payments.owing import AlreadyIssued, invoice_of
from app.payments.redeeming import CodeUsedByYou, give_coupon_back


class PaidMore(Conflict):
    """What was paid would be more than what is owed."""

    message = _("More than that has been paid already. Give some of it back instead.")


class UsedByThem(CodeUsedByYou):
    """The same as members read it."""

    message = _("This customer has used this code as often as one person can.")

    def __init__(self) -> None:
        super().__init__(self.message)


def use_code(business: Business, booking: Booking, code: str, *, by: Actor, now: datetime) -> None:
    """Make the visit of a booking cheaper; a code it had before goes back.

    Raises CodeRefused, AlreadyIssued, AlreadyOver where nothing of it is left, or PaidMore; then the caller rolls back.
    """
    bookings = _changeable(business, booking)
    was = _full_price(bookings)
    customer = booking.customer_id and db.session.get(Customer, (business.id, booking.customer_id))
    try:
        take_off(business, bookings, TypedCode(code), customer or None, now=now)
    except CodeUsedByYou as refusal:
        raise UsedByThem from refusal
    _keep(business, bookings, was, "booking.made_cheaper", by=by, now=now)


def take_code_off(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """The visit of a booking costs as much as without its code, which others can use. Twice changes nothing.

    Raises AlreadyIssued or AlreadyOver.
    """
    bookings = _changeable(business, booking)
    if not give_coupon_back(business.id, subject_of(booking), now):
        return
    _keep(business, bookings, _full_price(bookings), "booking.full_price", by=by, now=now)


def _changeable(business: Business, booking: Booking) -> Sequence[Booking]:
    """What is left of a visit, under the lock."""
    lock_schedule(business.id)
    invoice = invoice_of(business.id, subject_of(booking))
    if invoice is not None and invoice.number is not None:
        raise AlreadyIssued
    left = [it for it in bookings_of_visit(business.id, booking.visit) if it.live]
    if not left:
        raise AlreadyOver
    return left


def _full_price(bookings: Sequence[Booking]) -> dict[int, int]:
    """Take every discount off; what each of them cost before that (minor units)."""
    was = {it.id: it.total_cents for it in bookings}
    for it in bookings:
        it.total_cents += it.discount_cents
        it.price_lines = [line for line in it.price_lines if line.get("kind") != "discount"]
    return was


def _keep(
    business: Business,
    bookings: Sequence[Booking],
    was: dict[int, int],
    action: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    invoice = bill_of(business, bookings, now)
    if invoice.kept_cents > invoice.owed_cents:
        raise PaidMore
    for it in bookings:
        changes = {"total_cents": [was[it.id], it.total_cents]}
        record(action, "booking", it.id, by=by, at=now, business_id=business.id, changes=changes)
    book_what_is_free(business, bookings[0].visit, now)
