"""Somebody who is booked comes at a time that is held for them instead."""

from datetime import datetime

from app.appointments.agreeing import remember_start
from app.appointments.changing import ChangedMeanwhile, change_status
from app.appointments.expiring import drop_empty
from app.appointments.finding import bookings_of_visit
from app.appointments.freeing import tell_freed
from app.appointments.joining import join
from app.appointments.locking import lock_booking
from app.appointments.models import Appointment, Booking
from app.appointments.settling import settle
from app.appointments.subjects import places_of
from app.appointments.telling import tell_moved
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.allocating import heal

_MOVABLE = ("requested", "confirmed")


def exchange(business: Business, booking: Booking, held: Booking, *, by: Actor, now: datetime) -> None:
    """Put a booking into the place of another that is only held; its own time is free at once.

    The booking keeps its price and all that was promised with it; what goes back of its money is counted as if its
    customer had moved it. At no moment is either time anybody else's. Raises ChangedMeanwhile.
    """
    was = lock_booking(business, booking)
    if booking.status not in _MOVABLE or held.status != "held" or held.hold_id is None:
        raise ChangedMeanwhile
    to = db.session.get_one(Appointment, (business.id, held.appointment_id), populate_existing=True)
    ticket, old_start, before = held.hold_id, was.starts_at, places_of([booking])
    if by.kind in ("visitor", "customer"):
        remember_start([it for it in bookings_of_visit(business.id, booking.visit) if it.live], now)
    change_status(held, "expired", by=by, now=now)
    changes = {"starts_at": [was.starts_at, to.starts_at], "appointment": [was.id, to.id]}
    booking.before_min, booking.after_min = held.before_min, held.after_min
    booking.performer_name = held.performer_name
    join(booking, to)
    record("booking.moved", "booking", booking.id, by=by, at=now, business_id=business.id, changes=changes)
    settle(business.id, was.id, to.id)
    drop_empty(business.id, [ticket])
    heal(business.id, now)
    tell_moved(business, [booking], before, by=by, now=now)
    tell_freed(business, now, [old_start])
