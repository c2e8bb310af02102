"""Giving a booking up."""

from collections.abc import Iterable
from datetime import datetime

from app.appointments.changing import change_status
from app.appointments.expiring import drop_empty
from app.appointments.locking import lock_booking
from app.appointments.models import Booking
from app.appointments.settling import settle
from app.appointments.telling import tell_given_back
from app.businesses.models import Business
from app.core.actor import Actor
from app.schedule.allocating import heal


def cancel(
    business: Business,
    booking: Booking,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Cancel a booking and give its place back at once. Cancelling twice changes nothing.

    What nobody has put their name to yet is let go of as expired. `tell` is what a member decided about telling the
    customer, and is written down; who cancels for themselves is told that it is done. Raises ChangedMeanwhile when it
    is over, or was given back in another way.
    """
    cancel_together(business, [booking], by=by, now=now, reason=reason, tell=tell)


def cancel_together(
    business: Business,
    bookings: Iterable[Booking],
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Cancel several parts of a visit, all or none, with the errors of `cancel`; that is told once."""
    those = sorted(bookings, key=lambda it: it.id)
    given_up = [it for it in those if _cancel(business, it, by=by, now=now, reason=reason, tell=tell)]
    tell_given_back(business, given_up, by=by, now=now, tell=tell)


def _cancel(
    business: Business, booking: Booking, *, by: Actor, now: datetime, reason: str | None, tell: bool | None
) -> bool:
    """Whether it was not cancelled before."""
    lock_booking(business, booking)
    to = "cancelled" if booking.customer_id else "expired"
    if booking.status == to:
        return False
    ticket = booking.hold_id
    change_status(booking, to, by=by, now=now, reason=reason, tell=tell)
    settle(business.id, booking.appointment_id)
    if ticket:
        drop_empty(business.id, [ticket])
    heal(business.id, now)
    return True
