"""Rooms, chairs and bays: what a service may need besides a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.db import db
from app.schedule.keeping import check_room_for_more
from app.schedule.models import Resource
from app.schedule.serving import add_resource


def rooms(business_id: int, *, active: bool = True) -> Sequence[Resource]:
    """The rooms of a business, or those that were put away, by name."""
    found = select(Resource).filter_by(business_id=business_id, kind="space", active=active)
    return db.session.scalars(found.order_by(func.lower(Resource.name), Resource.id)).all()


def furnish(business_id: int, name: str, *, by: Actor, now: datetime) -> Resource:
    """One more room, used as soon as a service needs it. Raises TooMany."""
    check_room_for_more(business_id, "space")
    return add_resource(business_id, "space", name, by=by, now=now)
