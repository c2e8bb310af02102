"""Time off: holidays of the business, days or hours in which a person or a room is away."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import DateTime, and_, cast, func, or_, select

from app.audit.models import record
from app.business_hours.models import TimeOff
from app.businesses.locking import lock_schedule, rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError

LONGEST = timedelta(days=731)


class EndsBeforeItBegins(DomainError):
    """Time off that ends before it begins, or lasts for years."""

    message = _("Time off has to end after it begins, and at most two years later.")


def time_off(
    business_id: int, resource_id: int | None = None, *, since: date, now: datetime, zone: str, limit: int
) -> Sequence[TimeOff]:
    """What is not over on the day `since` and at `now`, by when it begins; the business's own without `resource_id`.

    `since` is the date in `zone`, where the business is. Both are given, because days are dates and hours are moments.
    Days begin at midnight there; which come within the `limit` is decided by midnight in UTC.
    """
    begins = func.coalesce(cast(TimeOff.first_on, DateTime(timezone=True)), TimeOff.starts_at)
    ahead = or_(TimeOff.last_on >= since, TimeOff.ends_at > now)
    found = select(TimeOff).filter_by(**_by_members(business_id, resource_id)).where(ahead)
    rows = db.session.scalars(found.order_by(begins, TimeOff.id).limit(limit))
    return sorted(rows, key=lambda it: it.starts_at or _midnight(it.first_on, zone))


def past_time_off(
    business_id: int, resource_id: int | None = None, *, since: date, until: date, now: datetime, zone: str
) -> Sequence[TimeOff]:
    """What ended between the days `since` and `until`, the latest first."""
    ends = func.coalesce(cast(TimeOff.last_on, DateTime(timezone=True)), TimeOff.ends_at)
    begun = _midnight(since, zone)
    over = or_(
        TimeOff.last_on.between(since, until - timedelta(days=1)),
        and_(TimeOff.ends_at > begun, TimeOff.ends_at <= now),
    )
    found = select(TimeOff).filter_by(**_by_members(business_id, resource_id)).where(over)
    rows = db.session.scalars(found.order_by(ends.desc(), TimeOff.id).limit(50))
    return sorted(rows, key=lambda it: it.ends_at or _midnight(it.last_on, zone, after=True), reverse=True)


def find_time_off(business_id: int, off_id: int, resource_id: int | None = None) -> TimeOff | None:
    """One of the business's own, or of this person or room."""
    found = select(TimeOff).filter_by(**_by_members(business_id, resource_id), id=off_id)
    return db.session.scalar(found)


def add_days_off(
    business_id: int,
    first_on: date,
    last_on: date,
    resource_id: int | None = None,
    *,
    reason: str | None = None,
    by: Actor,
    now: datetime,
) -> TimeOff:
    """Whole days, both included: nothing begins on them, and an evening before that goes past midnight stays.

    Without `resource_id` the business is closed. Raises EndsBeforeItBegins.
    """
    if not timedelta() <= last_on - first_on <= LONGEST:
        raise EndsBeforeItBegins
    days = {"first_on": first_on, "last_on": last_on}
    return _add(business_id, resource_id, days, reason, by, now)


def add_hours_off(
    business_id: int,
    starts_at: datetime,
    ends_at: datetime,
    resource_id: int | None = None,
    *,
    reason: str | None = None,
    by: Actor,
    now: datetime,
) -> TimeOff:
    """A stretch of time (aware) that is cut out of the hours. Raises EndsBeforeItBegins."""
    if not timedelta() < ends_at - starts_at <= LONGEST:
        raise EndsBeforeItBegins
    hours = {"starts_at": starts_at, "ends_at": ends_at}
    return _add(business_id, resource_id, hours, reason, by, now)


def remove_time_off(off: TimeOff, *, by: Actor, now: datetime) -> None:
    """Let them come back. Twice changes nothing."""
    lock_schedule(off.business_id)
    of = {"business_id": off.business_id, "id": off.id}
    if db.session.scalar(select(TimeOff.id).filter_by(**of)) is None:
        return
    rules_changed(off.business_id)
    changes = {column: [value, None] for column, value in _ends_of(off).items() if value}
    _record("removed", off, changes, by, now)
    db.session.delete(off)
    db.session.flush()


def put_back(
    business_id: int, off: TimeOff, resource_id: int | None = None, *, by: Actor, now: datetime
) -> None:
    """Let time off count that was removed, `off` being a row of no database. Twice changes nothing."""
    lock_schedule(business_id)
    ends = _ends_of(off)
    same = select(TimeOff.id).filter_by(**_by_members(business_id, resource_id), reason=off.reason)
    if db.session.scalar(same.filter_by(**ends).limit(1)) is None:
        when = {column: value for column, value in ends.items() if value}
        _add(business_id, resource_id, when, off.reason, by, now)


def _by_members(business_id: int, resource_id: int | None) -> dict[str, Any]:
    """What members wrote down: time off that comes from a calendar elsewhere is looked after there."""
    return {"business_id": business_id, "resource_id": resource_id, "source": "member"}


def _midnight(day: date | None, zone: str, *, after: bool = False) -> datetime:
    """When a day begins on the clocks of a zone, or `after` it when it is over."""
    assert day
    return datetime.combine(day + timedelta(after), time(), ZoneInfo(zone))


def _ends_of(off: TimeOff) -> dict[str, Any]:
    return {
        "first_on": off.first_on,
        "last_on": off.last_on,
        "starts_at": off.starts_at,
        "ends_at": off.ends_at,
    }


def _add(
    business_id: int,
    resource_id: int | None,
    when: dict[str, Any],
    reason: str | None,
    by: Actor,
    now: datetime,
) -> TimeOff:
    rules_changed(business_id)
    off = TimeOff(business_id=business_id, resource_id=resource_id, reason=reason, **when)
    db.session.add(off)
    db.session.flush()
    _record("added", off, {column: [None, value] for column, value in when.items()}, by, now)
    return off


def _record(what: str, off: TimeOff, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """Written down at the business or at whom it is about, where somebody looks for it."""
    subject = ("business", off.business_id) if off.resource_id is None else ("resource", off.resource_id)
    record(
        f"time_off.{what}",
        *subject,
        by=by,
        at=now,
        business_id=off.business_id,
        changes=changes,
        reason=off.reason,
    )
