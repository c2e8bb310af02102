"""Calendars from elsewhere that are not read any more, for whoever relies on them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.core.db import db
from app.feeds.models import OtherCalendar
from app.schedule.models import Resource

SILENT_AFTER = timedelta(days=3)


def silent_calendars(
    business_id: int, resource_ids: Sequence[int] | None, now: datetime
) -> Sequence[OtherCalendar]:
    """Those nobody could read for SILENT_AFTER, by name: of these people and rooms, or of all. One statement.

    Nobody reads for whoever was put away, so they are not silent.
    """
    found = (
        select(OtherCalendar)
        .join(
            Resource,
            (Resource.business_id == OtherCalendar.business_id) & (Resource.id == OtherCalendar.resource_id),
        )
        .where(
            OtherCalendar.business_id == business_id,
            OtherCalendar.problem.is_not(None),
            func.coalesce(OtherCalendar.read_at, OtherCalendar.created_at) <= now - SILENT_AFTER,
            Resource.active,
        )
    )
    if resource_ids is not None:
        found = found.where(OtherCalendar.resource_id.in_(resource_ids))
    return db.session.scalars(found.order_by(OtherCalendar.name, OtherCalendar.id)).all()
