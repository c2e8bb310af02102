"""Giving a booking up."""

from datetime import datetime

from app.appointments.changing import change_status
from app.appointments.expiring import drop_empty
from app.appointments.locking import lock_booking
from app.appointments.models import Booking
from app.appointments.settling import settle
from app.businesses.models import Business
from app.core.actor import Actor
from app.schedule.allocating import heal


def cancel(
    business: Business, booking: Booking, *, by: Actor, now: datetime, reason: str | None = None
) -> None:
    """Cancel a booking and give its place back at once. Cancelling twice changes nothing.

    What nobody has put their name to yet is let go of as expired. Raises ChangedMeanwhile when it is over, or was
    given back in another way.
    """
    lock_booking(business, booking)
    to = "cancelled" if booking.customer_id else "expired"
    if booking.status == to:
        return
    ticket = booking.hold_id
    change_status(booking, to, by=by, now=now, reason=reason)
    settle(business.id, booking.appointment_id)
    if ticket:
        drop_empty(business.id, [ticket])
    heal(business.id, now)
