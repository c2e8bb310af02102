"""Dates with hours of their own: a late evening, a short Christmas Eve, a day that is closed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select

from app.audit.models import record
from app.business_hours.models import SpecialDay
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db


def set_special_day(
    business_id: int,
    day: date,
    intervals: Sequence[tuple[int, int]],
    resource_id: int | None = None,
    *,
    label: str | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Give a date these hours, (opens, closes) in minutes from midnight, in place of its weekly ones; none: closed.

    Without `resource_id` it is a day of the business.
    """
    rules_changed(business_id)
    was = _replace(business_id, day, resource_id)
    closed: list[tuple[int | None, int | None]] = [(None, None)]
    db.session.add_all(
        SpecialDay(
            business_id=business_id,
            resource_id=resource_id,
            on_date=day,
            opens_min=opens,
            closes_min=closes,
            label=label,
        )
        for opens, closes in intervals or closed
    )
    db.session.flush()
    _record(business_id, day, resource_id, [was, [list(it) for it in intervals]], by, now)


def clear_special_day(
    business_id: int, day: date, resource_id: int | None = None, *, by: Actor, now: datetime
) -> None:
    """Let a date have its weekly hours again."""
    rules_changed(business_id)
    was = _replace(business_id, day, resource_id)
    if was is not None:
        _record(business_id, day, resource_id, [was, None], by, now)


def _replace(business_id: int, day: date, resource_id: int | None) -> list[list[int | None]] | None:
    """Delete what the date had of its own, and say what that was; None when it had nothing."""
    of_day = {"business_id": business_id, "resource_id": resource_id, "on_date": day}
    rows = select(SpecialDay.opens_min, SpecialDay.closes_min).filter_by(**of_day)
    was = db.session.execute(rows.order_by(SpecialDay.opens_min)).all()
    db.session.execute(delete(SpecialDay).filter_by(**of_day))
    return [list(row) for row in was if row[0] is not None] if was else None


def _record(
    business_id: int, day: date, resource_id: int | None, hours: list[object], by: Actor, now: datetime
) -> None:
    subject = ("business", business_id) if resource_id is None else ("resource", resource_id)
    changes = {str(day): hours}
    record("special_day.changed", *subject, by=by, at=now, business_id=business_id, changes=changes)
