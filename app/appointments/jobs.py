"""What the clock asks for about bookings."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import DBAPIError

from app.appointments.answering import businesses_with_unanswered, expire_unanswered
from app.appointments.expiring import discard_empty, expire_dead_holds
from app.appointments.finishing import businesses_with_ended, complete_ended
from app.appointments.models import Booking, Hold
from app.appointments.reminding import businesses_with_new_rules, follow_ahead
from app.appointments.timetabling import lay_dates
from app.audit.models import AuditEvent
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core import clock
from app.core.bell import OutOfTime
from app.core.db import PASSING, db, sqlstate
from app.core.idempotency import IdempotencyKey
from app.core.jobs import ring
from app.schedule.class_times import businesses_with_classes

HOLDS_KEPT = timedelta(days=7)
KEYS_KEPT = timedelta(hours=48)
AT_A_TIME = 40  # Seconds a job goes on for; it is cut off after 60.
AT_ONCE = 100  # So many bookings stand under a business's lock together.
log = structlog.get_logger("daybook")


def expire_holds() -> int:
    """Give back what unfinished bookings hold; how many."""
    now = clock.now()
    due = db.session.scalars(select(Hold.business_id).where(Hold.expires_at <= now).distinct()).all()
    return in_turn("expire holds", sorted(due), lambda business_id: expire_dead_holds(business_id, now))


def expire_requests() -> int:
    """Give back what was requested and never answered; how many."""
    now = clock.now()
    return in_turn(
        "expire requests",
        businesses_with_unanswered(now),
        lambda business_id: expire_unanswered(business_id, now, AT_ONCE),
    )


def complete_visits() -> int:
    """Take the visits that are over for completed, unless a member said otherwise; how many bookings."""
    now = clock.now()
    return in_turn(
        "complete visits",
        businesses_with_ended(now),
        lambda business_id: complete_ended(business_id, now, AT_ONCE),
    )


def replan_reminders(business_id: int, after: int = 0) -> int:
    """Let what is planned for the bookings ahead follow the reminders of a business as they are now; how many batches.

    In short transactions; what does not fit into one job is rung for again.
    """
    batches, until = 0, time.monotonic() + AT_A_TIME
    last: int | None = after
    while last is not None:
        if time.monotonic() > until:
            ring(replan_reminders, business_id, last)
            break
        lock_schedule(business_id)
        last = follow_ahead(db.session.get_one(Business, business_id), clock.now(), last, AT_ONCE)
        db.session.commit()
        batches += 1
    return batches


def replan_changed_reminders() -> int:
    """The same for each business that changed them since yesterday, should the ring for it have been lost."""
    since = clock.now() - timedelta(days=1)
    return sum(replan_reminders(it) for it in businesses_with_new_rules(since))


def lay_timetables() -> int:
    """Lay the dates of classes that came within reach since yesterday; how many."""
    now = clock.now()

    def lay(business_id: int) -> int:
        laid = lay_dates(db.session.get_one(Business, business_id), now)
        if laid.missed:
            log.info("class dates missed", business=business_id, dates=len(laid.missed))
        return len(laid.dates)

    return in_turn("lay timetables", businesses_with_classes(), lay)


def in_turn(what: str, business_ids: Iterable[int], act: Callable[[int], int]) -> int:
    """Do something for each business under its lock, in short transactions, until nothing is left; how often.

    A business whose lock somebody keeps, or that is busy in another way, has its turn at the next ring. One where
    something breaks does not stop those after it; the first error is raised at the end.
    """
    done, broken = 0, []
    for business_id in business_ids:
        try:
            while count := _locked(business_id, act):
                done += count
        except OutOfTime:
            db.session.rollback()
            raise
        except Exception as error:
            db.session.rollback()
            passes = isinstance(error, DBAPIError) and sqlstate(error) in PASSING
            log.warning("this business waits", task=what, business=business_id, exc_info=not passes)
            broken += [] if passes else [error]
    if broken:
        raise broken[0]
    return done


def _locked(business_id: int, act: Callable[[int], int]) -> int:
    lock_schedule(business_id)
    count = act(business_id)
    db.session.commit()
    return count


def forget_unfinished() -> int:
    """Delete what nobody finished a week ago, which is no history, and old idempotency keys; how many bookings."""
    now = clock.now()
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEYS_KEPT))
    db.session.commit()
    old = select(Booking.business_id).where(*_unfinished(now)).distinct().order_by(Booking.business_id)
    return in_turn(
        "forget unfinished",
        db.session.scalars(old).all(),
        lambda business_id: _forget_bookings(business_id, now),
    )


def _unfinished(now: datetime) -> Sequence[ColumnElement[bool]]:
    return (
        Booking.status == "expired",
        Booking.customer_id.is_(None),
        Booking.created_at < now - HOLDS_KEPT,
    )


def _forget_bookings(business_id: int, now: datetime) -> int:
    """One batch, under the schedule lock: somebody may be taking such a booking up again."""
    some = select(Booking.id).where(Booking.business_id == business_id, *_unfinished(now)).limit(AT_ONCE)
    gone = delete(Booking).where(Booking.business_id == business_id, Booking.id.in_(some))
    forgotten = db.session.execute(gone.returning(Booking.id, Booking.appointment_id)).all()
    events = AuditEvent.subject_id.in_([row[0] for row in forgotten])
    db.session.execute(
        delete(AuditEvent).where(
            AuditEvent.business_id == business_id, AuditEvent.subject_kind == "booking", events
        )
    )
    discard_empty([(business_id, row[1]) for row in forgotten])
    return len(forgotten)
