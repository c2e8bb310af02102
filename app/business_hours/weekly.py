"""The week a business, a person or a room is open."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete

from app.business_hours.models import WeeklyHours
from app.businesses.locking import rules_changed
from app.core.db import db

Week = Mapping[int, Sequence[tuple[int, int]]]


def set_week(business_id: int, week: Week, resource_id: int | None = None) -> None:
    """Replace the open intervals of a week: weekday (0 is Monday) to (opens, closes) in minutes from midnight.

    Without `resource_id` it is the week of the business. An empty week for a person means the business's hours.
    """
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
    rules_changed(business_id)
    db.session.flush()
