"""Rows as they are under the lock, for acts on what is booked already."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import joinedload

from app.appointments.changing import ChangedMeanwhile
from app.appointments.models import Appointment, Booking
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.db import db


def lock_booking(business: Business, booking: Booking) -> Appointment:
    """Take the business's lock and read the booking again; its appointment, as it is now.

    Raises ChangedMeanwhile when the booking is gone, LookupError when it is another business's.
    """
    lock_schedule(business.id)
    read_again(business, booking)
    return db.session.get_one(Appointment, (business.id, booking.appointment_id), populate_existing=True)


def lock_bookings(business: Business, bookings: Iterable[Booking]) -> list[Booking]:
    """The same for several, by id, each with its appointment as it is now: two statements."""
    lock_schedule(business.id)
    ids = {it.id: it for it in bookings}
    if any(it.business_id != business.id for it in ids.values()):
        raise LookupError(business)
    rows = select(Booking).where(Booking.business_id == business.id, Booking.id.in_(ids))
    fresh = rows.options(joinedload(Booking.appointment)).order_by(Booking.id)
    found = list(db.session.scalars(fresh.execution_options(populate_existing=True)))
    if len(found) < len(ids):
        raise ChangedMeanwhile
    return found


def read_again(business: Business, row: Appointment | Booking) -> None:
    """Read a row anew, under the lock, with the errors of `lock_booking`."""
    try:
        db.session.refresh(row)
    except InvalidRequestError as error:
        raise ChangedMeanwhile from error
    if row.business_id != business.id:
        raise LookupError(row)


def live_bookings(appointment: Appointment) -> list[Booking]:
    """Everybody who has a place in it, as they are now, by id."""
    booked = select(Booking).where(
        Booking.business_id == appointment.business_id,
        Booking.appointment_id == appointment.id,
        Booking.live.is_(True),
    )
    fresh = booked.order_by(Booking.id).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))
