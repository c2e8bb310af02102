"""A request gets its answer: from a member, or from the clock."""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from app.appointments.changing import ChangedMeanwhile, change_status
from app.appointments.freeing import tell_freed
from app.appointments.locking import lock_booking
from app.appointments.models import Appointment, Booking
from app.appointments.refusals import AlreadyBegun
from app.appointments.settling import settle
from app.appointments.telling import tell_answered, tell_given_back
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.schedule.allocating import heal

ANSWERED_WITHIN = timedelta(hours=48)


def accept(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Confirm what was requested. Accepting twice changes nothing; raises AlreadyBegun or ChangedMeanwhile."""
    appointment = lock_booking(business, booking)
    if booking.status == "confirmed":
        return
    if booking.status != "requested":
        raise ChangedMeanwhile
    if appointment.starts_at <= now:
        raise AlreadyBegun
    change_status(booking, "confirmed", by=by, now=now)
    settle(business.id, booking.appointment_id)
    tell_answered(business, booking, now=now)


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
    tell_freed(business, now, [starts_at])
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
    for booking in {it.visit: it for it in bookings}.values():
        tell_answered(business, booking, now=now)
        tell_given_back(business, [booking], by=SYSTEM, now=now)
    tell_freed(business, now)
    return len(bookings)


def _unanswered(now: datetime) -> Select[Booking]:
    ran_out = or_(Booking.created_at <= now - ANSWERED_WITHIN, Appointment.starts_at <= now)
    return select(Booking).join(Booking.appointment).where(Booking.status == "requested", ran_out)
