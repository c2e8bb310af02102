"""Rows as they are under the lock, for acts on what is booked already."""

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

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
