"""The week a business, a person or a room is open."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from app.audit.models import record
from app.business_hours.models import WeeklyHours
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db

Week = Mapping[int, Sequence[tuple[int, int]]]


def set_week(
    business_id: int, week: Week, resource_id: int | None = None, *, by: Actor, now: datetime
) -> None:
    """Replace the open intervals of a week: weekday (0 is Monday) to (opens, closes) in minutes from midnight.

    Without `resource_id` it is the week of the business. An empty week for a person means the business's hours.
    """
    rules_changed(business_id)
    was = _intervals(business_id, resource_id)
    db.session.execute(delete(WeeklyHours).filter_by(business_id=business_id, resource_id=resource_id))
    for weekday, intervals in week.items():
        for opens, closes in intervals:
            db.session.add(
                WeeklyHours(
                    business_id=business_id,
                    resource_id=resource_id,
                    weekday=weekday,
                    opens_min=opens,
                    closes_min=closes,
                )
            )
    db.session.flush()
    subject = ("business", business_id) if resource_id is None else ("resource", resource_id)
    changes = {"weekly_hours": [was, _intervals(business_id, resource_id)]}
    record("hours.changed", *subject, by=by, at=now, business_id=business_id, changes=changes)


def _intervals(business_id: int, resource_id: int | None) -> list[list[int]]:
    """The week as lists of weekday, opening and closing, as an audit row keeps it."""
    rows = select(WeeklyHours.weekday, WeeklyHours.opens_min, WeeklyHours.closes_min).filter_by(
        business_id=business_id, resource_id=resource_id
    )
    return [
        list(row) for row in db.session.execute(rows.order_by(WeeklyHours.weekday, WeeklyHours.opens_min))
    ]
