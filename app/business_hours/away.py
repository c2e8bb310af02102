"""Time off: holidays of the business, days or hours in which a person or a room is away."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.business_hours.models import TimeOff
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError

LONGEST = timedelta(days=731)


class EndsBeforeItBegins(DomainError):
    """Time off that ends before it begins, or lasts for years."""

    message = _("Time off has to end after it begins, and at most two years later.")


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
    """Let them come back."""
    rules_changed(off.business_id)
    columns = {
        "first_on": off.first_on,
        "last_on": off.last_on,
        "starts_at": off.starts_at,
        "ends_at": off.ends_at,
    }
    changes = {column: [value, None] for column, value in columns.items() if value}
    _record("removed", off, changes, by, now)
    db.session.delete(off)
    db.session.flush()


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
