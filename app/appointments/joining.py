"""A booking and the appointment it is in."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.appointments.awaiting import end_by_start
from app.appointments.models import Appointment, Booking
from app.core.db import db
from app.schedule.models import Allocation, Resource


def join(booking: Booking, appointment: Appointment) -> None:
    """Put a booking into an appointment, at the time that one has; settle it afterwards.

    A class may have a stand-in by now; a visit has whom it was booked with, by the name they had then.
    """
    booking.appointment_id = appointment.id
    booking.minutes = int((appointment.ends_at - appointment.starts_at).total_seconds()) // 60
    booking.local_start = appointment.starts_at.astimezone(ZoneInfo(booking.zone)).replace(tzinfo=None)
    if appointment.is_class:
        booking.performer_name = _performer(appointment)
    booking.schedule_seq += 1
    booking.coming_at = booking.offered = None
    end_by_start(booking, appointment.starts_at)


def _performer(appointment: Appointment) -> str | None:
    """The name of who fills the first need."""
    named = select(Resource.name).join(
        Allocation,
        (Allocation.business_id == Resource.business_id) & (Allocation.resource_id == Resource.id),
    )
    of_it = named.where(
        Allocation.business_id == appointment.business_id, Allocation.appointment_id == appointment.id
    )
    return db.session.scalar(of_it.order_by(Allocation.need).limit(1))
