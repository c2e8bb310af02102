"""Who a customer can choose from."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.core.db import db
from app.schedule.models import Resource, ResourceGroupMember, ServiceNeed
from app.staff.models import StaffMember

# Written down once: every public page asks it, and putting it together takes as long as answering it.
_PERFORMERS = (
    select(
        Resource.id,
        Resource.name,
        StaffMember.title,
        StaffMember.colour,
        ResourceGroupMember.price_cents,
        ResourceGroupMember.minutes,
    )
    .join(
        StaffMember,
        (StaffMember.business_id == Resource.business_id) & (StaffMember.resource_id == Resource.id),
    )
    .join(
        ResourceGroupMember,
        (ResourceGroupMember.business_id == Resource.business_id)
        & (ResourceGroupMember.resource_id == Resource.id),
    )
    .join(
        ServiceNeed,
        (ServiceNeed.business_id == ResourceGroupMember.business_id)
        & (ServiceNeed.group_id == ResourceGroupMember.group_id),
    )
    .where(
        Resource.business_id == bindparam("business"),
        Resource.active,
        ServiceNeed.service_id == bindparam("service"),
        ServiceNeed.position == 1,
    )
    .order_by(StaffMember.position, Resource.id)
)


@dataclass(frozen=True, slots=True)
class Performer:
    """A person as a customer sees them. Own price (cents) and length (minutes) are null where they do not differ."""

    id: int
    name: str
    title: str | None
    colour: int
    price_cents: int | None = None
    minutes: int | None = None


def team(business_id: int) -> list[Performer]:
    """Everybody who works here, in the business's own order."""
    people = (
        select(Resource.id, Resource.name, StaffMember.title, StaffMember.colour)
        .join(
            StaffMember,
            (StaffMember.business_id == Resource.business_id) & (StaffMember.resource_id == Resource.id),
        )
        .where(Resource.business_id == business_id, Resource.active)
        .order_by(StaffMember.position, Resource.id)
    )
    return [Performer(*row) for row in db.session.execute(people)]


def performers_of(business_id: int, service_id: int) -> list[Performer]:
    """The people who perform a service."""
    rows = db.session.execute(_PERFORMERS, {"business": business_id, "service": service_id})
    return [Performer(*row) for row in rows]
