"""What is ahead, in each sense there is: whoever asks names the one they mean.

Of appointments: those that have yet to begin (to_begin), or those that are not over (not_over), which has those that
have begun among them. Of bookings in them: those that keep their time, held ones included (Booking.live), or those
somebody has made and waits for (expected).
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_

from app.appointments.models import WAITED_FOR, Appointment, Booking


def to_begin(business_id: int, now: datetime) -> ColumnElement[bool]:
    """The appointments that keep their time and begin after `now`."""
    return and_(Appointment.business_id == business_id, Appointment.live, Appointment.starts_at > now)


def not_over(business_id: int, now: datetime) -> ColumnElement[bool]:
    """The appointments that keep their time and end after `now`."""
    return and_(Appointment.business_id == business_id, Appointment.live, Appointment.ends_at > now)


def expected() -> ColumnElement[bool]:
    """The bookings that somebody has made and waits for: not what is only held, given back or done."""
    return Booking.status.in_(WAITED_FOR)
