"""The order in which people stand wherever they are listed."""

from datetime import datetime

from sqlalchemy import select

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.ordering import Direction, move
from app.schedule.models import Resource
from app.staff.models import StaffMember


def move_person(person: StaffMember, direction: Direction, *, by: Actor, now: datetime) -> None:
    """Put somebody who works here one place further up or down the list."""
    business_id = person.business_id
    rules_changed(business_id)
    working = StaffMember.resource_id.in_(select(Resource.id).filter_by(business_id=business_id, active=True))
    listed = select(StaffMember).filter_by(business_id=business_id).where(working)
    order = listed.order_by(StaffMember.position, StaffMember.resource_id)
    team = db.session.scalars(order.execution_options(populate_existing=True)).all()
    moved = move(team, person, direction)
    db.session.flush()
    if moved:
        changes = {"position": list(moved)}
        subject = ("resource", person.resource_id)
        record("staff.moved", *subject, by=by, at=now, business_id=business_id, changes=changes)
