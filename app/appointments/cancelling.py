"""Giving a booking up."""

from collections.abc import Iterable
from datetime import datetime

from app.appointments.awaiting import ask_once_answered, book_what_is_free
from app.appointments.changing import change_status
from app.appointments.expiring import drop_empty
from app.appointments.freeing import tell_freed
from app.appointments.lapsing import let_lapse
from app.appointments.locking import lock_bookings
from app.appointments.models import Booking
from app.appointments.paying_back import pay_back
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
    by_terms: bool | None = None,
) -> None:
    """Cancel a booking and give its place back at once. Cancelling twice changes nothing.

    What nobody has put their name to yet is let go of as expired. `tell` is what a member decided about telling the
    customer, and is written down; who cancels for themselves is told that it is done. `by_terms`: of what was paid
    only what was agreed goes back, as it is for who cancels for themselves; otherwise all of it. Raises
    ChangedMeanwhile when it is over, or was given back in another way.
    """
    cancel_together(business, [booking], by=by, now=now, reason=reason, tell=tell, by_terms=by_terms)


def cancel_together(
    business: Business,
    bookings: Iterable[Booking],
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
    by_terms: bool | None = None,
) -> None:
    """Cancel several bookings, all or none, with the errors of `cancel`; that is told once for each visit.

    Only when all of their time is free it is passed on to those who wait.
    """
    given_up, freed, unpaid, asked_for = [], [], [], []
    tickets = set[int]()
    for booking in lock_bookings(business, bookings):
        if booking.status == "pending_payment":
            unpaid.append(booking.visit)
        elif booking.status == "requested":
            asked_for.append(booking.visit)
        if booking.hold_id is not None:
            tickets.add(booking.hold_id)
        if _give_up(booking, by=by, now=now, reason=reason, tell=tell):
            given_up.append(booking)
            freed.append(booking.appointment.starts_at)
    if not given_up:
        return
    settle(business.id, *(it.appointment_id for it in given_up))
    if tickets:
        drop_empty(business.id, tickets)
    heal(business.id, now)
    theirs = by.kind in ("visitor", "customer") if by_terms is None else by_terms
    pay_back(business, given_up, by_terms=theirs, by=by, now=now, reason=reason)
    let_lapse(business.id, unpaid, now)
    for visit in dict.fromkeys(asked_for):
        ask_once_answered(business, visit, now)
    for visit in dict.fromkeys(unpaid):
        book_what_is_free(business, visit, now)
    tell_given_back(business, given_up, by=by, now=now, tell=tell)
    tell_freed(business, now, freed)


def _give_up(booking: Booking, *, by: Actor, now: datetime, reason: str | None, tell: bool | None) -> bool:
    """Whether it was not cancelled before; settle its appointment afterwards."""
    to = "cancelled" if booking.customer_id else "expired"
    if booking.status == to:
        return False
    change_status(booking, to, by=by, now=now, reason=reason, tell=tell)
    return True
