"""What the clock asks for about bookings."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, tuple_

from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment, Booking, Hold
from app.audit.models import AuditEvent
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
    forgotten = 0
    while count := _forget_bookings(now):
        forgotten += count
    while _forget_empty_appointments():
        pass
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEYS_KEPT))
    db.session.commit()
    return forgotten


def _forget_bookings(now: datetime) -> int:
    """One batch. Somebody may take such a booking up again meanwhile, so the DELETE judges each row once more."""
    unfinished = (
        Booking.status == "expired",
        Booking.customer_id.is_(None),
        Booking.created_at < now - HOLDS_KEPT,
    )
    some = select(Booking.business_id, Booking.id).where(*unfinished).limit(BATCH)
    gone = delete(Booking).where(tuple_(Booking.business_id, Booking.id).in_(some), *unfinished)
    forgotten = db.session.execute(gone.returning(Booking.business_id, Booking.id)).all()
    of_forgotten = tuple_(AuditEvent.business_id, AuditEvent.subject_id).in_(forgotten)
    db.session.execute(delete(AuditEvent).where(AuditEvent.subject_kind == "booking", of_forgotten))
    db.session.commit()
    return len(forgotten)


def _forget_empty_appointments() -> int:
    """One batch of those that neither hold time nor have a booking."""
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
    db.session.commit()
    return len(orphans)
