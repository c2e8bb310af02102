"""What the clock asks for about bookings."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select, tuple_
from sqlalchemy.exc import DBAPIError

from app.appointments.expiring import discard_empty, expire_dead_holds
from app.appointments.models import Booking, Hold
from app.audit.models import AuditEvent
from app.businesses.locking import lock_schedule
from app.core import clock
from app.core.db import PASSING, db, sqlstate
from app.core.idempotency import IdempotencyKey

HOLDS_KEPT = timedelta(days=7)
KEYS_KEPT = timedelta(hours=48)
BATCH = 1000
log = structlog.get_logger("daybook")


def expire_holds() -> int:
    """Give back what unfinished bookings hold, one short transaction for each business; how many.

    A business whose lock somebody keeps, or that is busy in another way, has its turn at the next ring.
    """
    now = clock.now()
    due = db.session.scalars(select(Hold.business_id).where(Hold.expires_at <= now).distinct()).all()
    expired = 0
    for business_id in sorted(due):
        try:
            lock_schedule(business_id)
            expired += expire_dead_holds(business_id, now)
            db.session.commit()
        except DBAPIError as error:
            db.session.rollback()
            if sqlstate(error) not in PASSING:
                raise
            log.warning("holds stay for now", business=business_id, sqlstate=sqlstate(error))
    return expired


def forget_unfinished() -> int:
    """Delete what nobody finished a week ago, which is no history, and old idempotency keys; how many bookings."""
    now = clock.now()
    forgotten = 0
    while count := _forget_bookings(now):
        forgotten += count
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
    forgotten = db.session.execute(
        gone.returning(Booking.business_id, Booking.id, Booking.appointment_id)
    ).all()
    events = tuple_(AuditEvent.business_id, AuditEvent.subject_id).in_(
        [(row[0], row[1]) for row in forgotten]
    )
    db.session.execute(delete(AuditEvent).where(AuditEvent.subject_kind == "booking", events))
    discard_empty([(row[0], row[2]) for row in forgotten])
    db.session.commit()
    return len(forgotten)
