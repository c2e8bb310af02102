"""What was read of a calendar elsewhere, as time off: only what differs is written."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, insert, or_, select, update

from app.appointments.models import Booking
from app.business_hours.models import TimeOff
from app.businesses.locking import lock_schedule, rules_changed
from app.core.changes import will_change
from app.core.db import db
from app.feeds.busy import Busy
from app.feeds.fetching import Read
from app.feeds.models import OtherCalendar
from app.feeds.targets import EVERY, Target
from app.feeds.uids import is_of

LONGEST_PAUSE = timedelta(hours=6)
_MOST_FAILURES = 1000


def keep(target: Target, read: Read, busy: Collection[Busy], *, now: datetime) -> bool:
    """Make the time off of a calendar what was read; whether that changed anything.

    What is booked meanwhile stays, and so does what members wrote down themselves. One that was removed while it was
    read stays removed.
    """
    lock_schedule(target.business_id)
    calendar = _again(target)
    if calendar is None:
        return False
    _note(calendar, now, etag=read.etag, modified=read.modified)
    wanted = set(_without_ours(target.business_id, busy))
    there = {_as_busy(row): row.id for row in db.session.scalars(_kept_since(target))}
    new, gone = wanted - there.keys(), [there[it] for it in there.keys() - wanted]
    calendar.events = len(wanted)
    db.session.flush()
    if not new and not gone:
        return False
    rules_changed(target.business_id)
    will_change(target.business_id)
    if gone:
        db.session.execute(
            delete(TimeOff).where(TimeOff.business_id == target.business_id, TimeOff.id.in_(gone))
        )
    if new:
        db.session.execute(insert(TimeOff), [_row(calendar, it) for it in new])
    return True


def keep_unchanged(target: Target, *, now: datetime) -> None:
    """Their server said that it is as it was: only when it was read is noted."""
    calendar = _again(target)
    if calendar is not None:
        _note(calendar, now, etag=calendar.etag, modified=calendar.modified)
        db.session.flush()


def keep_problem(business_id: int, calendar_id: int, problem: str, *, now: datetime) -> None:
    """It could not be read: what was read before stays, and the next time comes later each time, up to six hours."""
    of = {"business_id": business_id, "id": calendar_id}
    failures = db.session.scalar(select(OtherCalendar.failures).filter_by(**of).with_for_update())
    if failures is None:
        return
    pause = min(EVERY * 2 ** min(failures, 10), LONGEST_PAUSE)
    row = {"failures": min(failures + 1, _MOST_FAILURES), "problem": problem, "next_at": now + pause}
    db.session.execute(update(OtherCalendar).filter_by(**of).values(row))


def _again(target: Target) -> OtherCalendar | None:
    found = select(OtherCalendar).filter_by(business_id=target.business_id, id=target.calendar_id)
    return db.session.scalar(found.with_for_update().execution_options(populate_existing=True))


def _note(calendar: OtherCalendar, now: datetime, *, etag: str | None, modified: str | None) -> None:
    calendar.read_at, calendar.next_at = now, now + EVERY
    calendar.etag, calendar.modified = etag, modified
    calendar.failures, calendar.problem = 0, None


def _without_ours(business_id: int, busy: Collection[Busy]) -> Iterable[Busy]:
    """What is not booked with us: who subscribes to their own bookings must not be kept busy by them."""
    uids = {it.uid for it in busy}
    booked = select(Booking.ics_uid).where(Booking.business_id == business_id, Booking.ics_uid.in_(uids))
    ours = set(db.session.scalars(booked))
    named = {uid: key for uid in uids if (key := _uuid_of(uid))}
    kept = select(Booking.uid).where(Booking.business_id == business_id, Booking.uid.in_(set(named.values())))
    keys = set(db.session.scalars(kept)) if named else set()
    ours |= {uid for uid, key in named.items() if key in keys}
    return (it for it in busy if it.uid not in ours and not is_of(it.uid, business_id))


def _uuid_of(uid: str) -> UUID | None:
    try:
        return UUID(uid.partition("@")[0])
    except ValueError:
        return None


def _kept_since(target: Target) -> Select[TimeOff]:
    """What is there of the days that were read; what is over is nobody's business any more."""
    begins = datetime.combine(target.first, time(), ZoneInfo(target.zone))
    theirs = select(TimeOff).filter_by(business_id=target.business_id, other_calendar_id=target.calendar_id)
    return theirs.where(or_(TimeOff.last_on >= target.first, TimeOff.ends_at > begins))


def _as_busy(row: TimeOff) -> Busy:
    return Busy(row.external_uid or "", row.first_on, row.last_on, row.starts_at, row.ends_at)


def _row(calendar: OtherCalendar, busy: Busy) -> dict[str, str | int | date | datetime | None]:
    return {
        "business_id": calendar.business_id,
        "resource_id": calendar.resource_id,
        "other_calendar_id": calendar.id,
        "source": "feed",
        "reason": calendar.name,
        "external_uid": busy.uid,
        "first_on": busy.first,
        "last_on": busy.last,
        "starts_at": busy.starts_at,
        "ends_at": busy.ends_at,
    }
