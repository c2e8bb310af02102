"""What the clock asks for about bookings."""

from datetime import timedelta

from sqlalchemy import delete, exists, select, tuple_

from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment, Booking, Hold
from app.businesses.locking import lock_schedule
from app.core import clock
from app.core.db import db
from app.core.idempotency import IdempotencyKey
from app.schedule.models import Allocation

HOLDS_KEPT = timedelta(days=7)
KEYS_KEPT = timedelta(hours=48)
BATCH = 1000


def expire_holds() -> int:
    """Give back what unfinished bookings hold, one short transaction for each business; how many."""
    now = clock.now()
    due = db.session.scalars(select(Hold.business_id).where(Hold.expires_at <= now).distinct()).all()
    expired = 0
    for business_id in sorted(due):
        lock_schedule(business_id)
        expired += expire_dead_holds(business_id, now)
        db.session.commit()
    return expired


def forget_unfinished() -> int:
    """Delete what nobody finished a week ago, which is no history, and old idempotency keys; how many bookings."""
    now = clock.now()
    old = select(Booking.business_id, Booking.id).where(
        Booking.status == "expired", Booking.customer_id.is_(None), Booking.created_at < now - HOLDS_KEPT
    )
    unfinished = db.session.execute(old.limit(BATCH)).all()
    db.session.execute(delete(Booking).where(tuple_(Booking.business_id, Booking.id).in_(unfinished)))
    booked = exists().where(
        Booking.business_id == Appointment.business_id, Booking.appointment_id == Appointment.id
    )
    empty = select(Appointment.business_id, Appointment.id).where(
        ~Appointment.live, ~Appointment.scheduled, ~booked
    )
    orphans = db.session.execute(empty.limit(BATCH)).all()
    of_orphans = tuple_(Allocation.business_id, Allocation.appointment_id).in_(orphans)
    db.session.execute(delete(Allocation).where(of_orphans))
    db.session.execute(
        delete(Appointment).where(tuple_(Appointment.business_id, Appointment.id).in_(orphans))
    )
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEYS_KEPT))
    db.session.commit()
    return len(unfinished)
