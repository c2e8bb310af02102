"""Giving a booking up."""

from collections.abc import Iterable
from datetime import datetime

from app.appointments.changing import change_status
from app.appointments.expiring import drop_empty
from app.appointments.freeing import tell_freed
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
    """Cancel several parts of a visit, all or none, with the errors of `cancel`; that is told once.

    Only when all of its time is free it is passed on to those who wait.
    """
    given_up, freed = [], []
    for booking in sorted(bookings, key=lambda it: it.id):
        starts_at = lock_booking(business, booking).starts_at
        if _give_up(business, booking, by=by, now=now, reason=reason, tell=tell):
            given_up.append(booking)
            freed.append(starts_at)
    if not given_up:
        return
    heal(business.id, now)
    tell_given_back(business, given_up, by=by, now=now, tell=tell)
    tell_freed(business, now, freed)


def _give_up(
    business: Business, booking: Booking, *, by: Actor, now: datetime, reason: str | None, tell: bool | None
) -> bool:
    """Whether it was not cancelled before."""
    to = "cancelled" if booking.customer_id else "expired"
    if booking.status == to:
        return False
    ticket = booking.hold_id
    change_status(booking, to, by=by, now=now, reason=reason, tell=tell)
    settle(business.id, booking.appointment_id)
    if ticket:
        drop_empty(business.id, [ticket])
    return True
