"""The order in which people stand wherever they are listed."""

from datetime import datetime

from sqlalchemy import select

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.schedule.models import Resource
from app.staff.models import StaffMember


def move(business_id: int, resource_id: int, by_places: int, *, by: Actor, now: datetime) -> None:
    """Move somebody so many places down the list, or up if it is negative; at its ends nothing happens.

    Everybody else keeps their order.
    """
    rules_changed(business_id)
    working = StaffMember.resource_id.in_(select(Resource.id).filter_by(business_id=business_id, active=True))
    listed = select(StaffMember).filter_by(business_id=business_id).where(working)
    order = listed.order_by(StaffMember.position, StaffMember.resource_id)
    team = list(db.session.scalars(order.execution_options(populate_existing=True)))
    at = next((n for n, it in enumerate(team) if it.resource_id == resource_id), None)
    if at is None or not 0 <= at + by_places < len(team):
        return
    team.insert(at + by_places, team.pop(at))
    for position, person in enumerate(team, start=1):
        person.position = position
    db.session.flush()
    changes = {"position": [at + 1, at + by_places + 1]}
    record("staff.moved", "resource", resource_id, by=by, at=now, business_id=business_id, changes=changes)
