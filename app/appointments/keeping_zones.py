"""The clock a business's bookings are kept by."""

from datetime import datetime

from flask_babel import ngettext
from sqlalchemy import func, select

from app.appointments.ahead import not_over
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment, Booking
from app.businesses.models import Business
from app.core.db import db
from app.core.errors import DomainError


class BookingsAhead(DomainError):
    """Bookings and dates of classes were made by the clock that shall be changed."""


def keep_clock_of_bookings(business: Business, *, now: datetime) -> None:
    """Raise BookingsAhead where something that is ahead of `now` (UTC) was made by the clock of before.

    A receiver of `business_zone_changed`, under the schedule lock.
    """
    expire_dead_holds(business.id, now)
    ahead = select(func.count()).select_from(Appointment).where(not_over(business.id, now))
    of_appointment = (Booking.business_id == Appointment.business_id) & (
        Booking.appointment_id == Appointment.id
    )
    count = db.session.scalar(ahead.join(Booking, of_appointment).where(Booking.live.is_(True))) or 0
    if count:
        raise BookingsAhead(
            ngettext(
                "There is %(num)d booking ahead, made by the clock of the time zone you have now."
                " Cancel it, or change the zone once it is over.",
                "There are %(num)d bookings ahead, made by the clock of the time zone you have now."
                " Cancel them, or change the zone once they are over.",
                count,
            )
        )
    dates = db.session.scalar(ahead) or 0
    if dates:
        raise BookingsAhead(
            ngettext(
                "There is %(num)d date of a class ahead, set by the clock of the time zone you have now."
                " Cancel it, or change the zone once it is over.",
                "There are %(num)d dates of classes ahead, set by the clock of the time zone you have now."
                " Cancel them, or change the zone once they are over.",
                dates,
            )
        )
