"""A request gets its answer: from a member, or from the clock."""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from app.appointments.agreeing import was_asked_for
from app.appointments.awaiting import (
    ask_once_answered,
    confirm_unpaid,
    keep_for_payment,
    to_pay_first,
)
from app.appointments.changing import ChangedMeanwhile, change_status
from app.appointments.finding import bookings_of_visit
from app.appointments.freeing import tell_freed
from app.appointments.locking import lock_booking
from app.appointments.models import UNANSWERED, Appointment, Booking
from app.appointments.paying_back import pay_back
from app.appointments.refusals import AlreadyBegun
from app.appointments.settling import settle
from app.appointments.telling import tell_answered, tell_given_back
from app.appointments.telling_money import tell_confirmed_unpaid
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.schedule.allocating import heal

ANSWERED_WITHIN = timedelta(hours=48)


def accept(business: Business, booking: Booking, *, by: Actor, now: datetime) -> bool:
    """Confirm what was requested; where something is paid first, keep its place for that and let the customer know.

    Whether it waits for its payment now. Accepting twice changes nothing; raises AlreadyBegun or ChangedMeanwhile.
    """
    appointment = lock_booking(business, booking)
    if booking.status == "confirmed" or (booking.status == "pending_payment" and was_asked_for([booking])):
        return booking.status == "pending_payment"
    if booking.status != "requested":
        raise ChangedMeanwhile
    if appointment.starts_at <= now:
        raise AlreadyBegun
    of_visit = bookings_of_visit(business.id, booking.visit)
    if to_pay_first(business, [it for it in of_visit if it.live]):
        keep_for_payment(business, booking, by=by, now=now)
    else:
        change_status(booking, "confirmed", by=by, now=now)
        settle(business.id, booking.appointment_id)
    ask_once_answered(business, booking.visit, now)
    tell_answered(business, booking, now=now)
    return booking.status == "pending_payment"


def accept_unpaid(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Confirm what was requested, or waits for its payment, without one: it is paid at the shop.

    With it goes all of its visit that waits for its payment. Doing it twice changes nothing; raises AlreadyBegun or
    ChangedMeanwhile.
    """
    appointment = lock_booking(business, booking)
    if booking.status == "confirmed":
        return
    if booking.status not in UNANSWERED:
        raise ChangedMeanwhile
    if appointment.starts_at <= now:
        raise AlreadyBegun
    of_visit = bookings_of_visit(business.id, booking.visit)
    those = [it for it in of_visit if it.id == booking.id or it.status == "pending_payment"]
    confirm_unpaid(business, those, by=by, now=now)
    tell_confirmed_unpaid(business, those, now=now)


def decline(
    business: Business,
    booking: Booking,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Say no to what was requested and give its time back. Declining twice changes nothing; raises ChangedMeanwhile."""
    starts_at = lock_booking(business, booking).starts_at
    if booking.status == "declined":
        return
    change_status(booking, "declined", by=by, now=now, reason=reason, tell=tell)
    settle(business.id, booking.appointment_id)
    heal(business.id, now)
    pay_back(business, [booking], by_terms=False, by=by, now=now, reason=reason)
    tell_freed(business, now, [starts_at])
    ask_once_answered(business, booking.visit, now)
    tell_answered(business, booking, now=now)
    tell_given_back(business, [booking], by=by, now=now, tell=tell)


def businesses_with_unanswered(now: datetime) -> list[int]:
    """The businesses some of whose requests ran out by `now` (UTC)."""
    rows = _unanswered(now).with_only_columns(Booking.business_id).distinct()
    return list(db.session.scalars(rows.order_by(Booking.business_id)))


def expire_unanswered(business_id: int, now: datetime, limit: int) -> int:
    """Let so many requests run out that nobody answered within 48 hours, or before their start; how many.

    Under the schedule lock.
    """
    due = _unanswered(now).where(Booking.business_id == business_id).order_by(Booking.id).limit(limit)
    bookings = db.session.scalars(due.execution_options(populate_existing=True)).all()
    if not bookings:
        return 0
    for booking in bookings:
        change_status(booking, "expired", by=SYSTEM, now=now)
    settle(business_id, *(booking.appointment_id for booking in bookings))
    heal(business_id, now)
    business = load_business(business_id)
    pay_back(business, bookings, by_terms=False, by=SYSTEM, now=now)
    for booking in {it.visit: it for it in bookings}.values():
        ask_once_answered(business, booking.visit, now)
        tell_answered(business, booking, now=now)
        tell_given_back(business, [booking], by=SYSTEM, now=now)
    tell_freed(business, now)
    return len(bookings)


def _unanswered(now: datetime) -> Select[Booking]:
    ran_out = or_(Booking.created_at <= now - ANSWERED_WITHIN, Appointment.starts_at <= now)
    return select(Booking).join(Booking.appointment).where(Booking.status == "requested", ran_out)
