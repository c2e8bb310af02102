"""People who perform services."""

from datetime import datetime

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.db import db
from app.schedule.serving import add_resource
from app.staff.models import StaffMember


def hire(
    business_id: int,
    name: str,
    *,
    title: str | None = None,
    about: str | None = None,
    colour: int = 1,
    user_id: int | None = None,
    by: Actor,
    now: datetime,
) -> StaffMember:
    """A new person, the last in the list, bookable as soon as a service needs them. `colour` is one of twelve."""
    resource = add_resource(business_id, "staff", name, by=by, now=now)
    last = db.session.scalar(select(func.max(StaffMember.position)).filter_by(business_id=business_id))
    person = StaffMember(
        business_id=business_id,
        resource_id=resource.id,
        user_id=user_id,
        title=title,
        about=about,
        colour=colour,
        position=(last or 0) + 1,
    )
    db.session.add(person)
    db.session.flush()
    return person
