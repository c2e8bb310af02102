"""Keeping a place for somebody it is offered to: a hold nobody else can take, until they answer."""

from datetime import datetime

from app.appointments.models import Booking, Hold
from app.appointments.placing import Wish, look, place
from app.appointments.promising import promise
from app.appointments.settling import settle
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError


def keep_place(
    business: Business, wish: Wish, customer_id: int, *, until: datetime, by: Actor, now: datetime
) -> Booking | None:
    """Hold a time for a customer `until` then (UTC); the booking of its first part, or None if it cannot be had.

    Under the schedule lock. What was refused leaves nothing behind.
    """
    try:
        with db.session.begin_nested():
            placed = place(business, look(business, wish, now), wish, now)
            ticket = Hold(
                business_id=business.id,
                kind="offer",
                customer_id=customer_id,
                created_at=now,
                expires_at=until,
                limit_at=until,
            )
            db.session.add(ticket)
            db.session.flush()
            bookings = promise(business, placed, wish.places, by=by, now=now, ticket=ticket)
    except DomainError:
        return None
    for booking in bookings:
        record("booking.held", "booking", booking.id, by=by, at=now, business_id=business.id)
    settle(business.id, *(it.appointment.id for it in placed))
    return bookings[0]
