"""What became of a booking once its time had come."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, select

from app.appointments.billing import issue_finished
from app.appointments.changing import ChangedMeanwhile, change_status
from app.appointments.locking import lock_booking
from app.appointments.models import Appointment, Booking
from app.appointments.paying_back import owe_again, pay_back_no_show
from app.appointments.refusals import TooEarly, TooLateToCorrect
from app.appointments.settling import settle
from app.audit.models import record
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.schedule.business_days import business_day

COMPLETED_AFTER = timedelta(hours=1)
CORRECTED_WITHIN = timedelta(days=7)
_EASTERNMOST = timedelta(hours=14)


def complete(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Say that the customer was served. Saying it twice changes nothing.

    Raises TooEarly before the start, TooLateToCorrect when it was a no-show until a week after its end, and
    ChangedMeanwhile for a booking that is not confirmed.
    """
    _finish(business, booking, "completed", by, now)


def mark_no_show(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Say that the customer did not come; as `complete` in every other way.

    Of what was paid goes back what was agreed for that; completing it later owes all of it again.
    """
    _finish(business, booking, "no_show", by, now)


def arrive(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Note that the customer is here, on the day of the visit. Noting it twice changes nothing.

    Raises TooEarly on the days before and ChangedMeanwhile for a booking that is not confirmed.
    """
    appointment = lock_booking(business, booking)
    if booking.status != "confirmed":
        raise ChangedMeanwhile
    if business_day(business, now) < business_day(business, appointment.starts_at):
        raise TooEarly
    if booking.arrived_at is not None:
        return
    booking.arrived_at = now
    changes = {"arrived_at": [None, now]}
    record("booking.arrived", "booking", booking.id, by=by, at=now, business_id=business.id, changes=changes)
    db.session.flush()


def take_back_arrival(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Note that somebody was mistaken and the customer is not here yet. Twice changes nothing.

    Raises ChangedMeanwhile for a booking that is not confirmed.
    """
    lock_booking(business, booking)
    if booking.status != "confirmed":
        raise ChangedMeanwhile
    if booking.arrived_at is None:
        return
    changes = {"arrived_at": [booking.arrived_at, None]}
    booking.arrived_at = None
    record(
        "booking.not_arrived", "booking", booking.id, by=by, at=now, business_id=business.id, changes=changes
    )
    db.session.flush()


def businesses_with_ended(now: datetime) -> list[int]:
    """The businesses with bookings that can be taken for completed by `now` (UTC)."""
    rows = _ended(now).with_only_columns(Booking.business_id).distinct()
    return list(db.session.scalars(rows.order_by(Booking.business_id)))


def complete_ended(business_id: int, now: datetime, limit: int) -> int:
    """Complete so many confirmed bookings that ended an hour ago or earlier; how many. Under the schedule lock."""
    due = _ended(now).where(Booking.business_id == business_id).order_by(Booking.local_start).limit(limit)
    bookings = db.session.scalars(due.execution_options(populate_existing=True)).all()
    for booking in bookings:
        change_status(booking, "completed", by=SYSTEM, now=now)
    settle(business_id, *(booking.appointment_id for booking in bookings))
    if bookings:
        issue_finished(load_business(business_id), {booking.visit for booking in bookings}, now)
    return len(bookings)


def _finish(business: Business, booking: Booking, to: str, by: Actor, now: datetime) -> None:
    appointment = lock_booking(business, booking)
    if booking.status == to:
        return
    if booking.status in ("completed", "no_show") and now > appointment.ends_at + CORRECTED_WITHIN:
        raise TooLateToCorrect
    if booking.status == "confirmed" and now < appointment.starts_at:
        raise TooEarly
    was = booking.status
    change_status(booking, to, by=by, now=now)
    settle(business.id, booking.appointment_id)
    if to == "completed":
        issue_finished(business, [booking.visit], now)
    if to == "no_show":
        pay_back_no_show(business, booking, by=by, now=now)
    elif was == "no_show":
        owe_again(business, booking, by=by, now=now)


def _ended(now: datetime) -> Select[Booking]:
    """Confirmed bookings that are over. The wall clock is asked first, because it stands in the booking itself."""
    begun = now.astimezone(UTC).replace(tzinfo=None) + _EASTERNMOST
    return (
        select(Booking)
        .join(Booking.appointment)
        .where(
            Booking.status == "confirmed",
            Booking.local_start < begun,
            Appointment.ends_at <= now - COMPLETED_AFTER,
        )
    )
