"""Who a customer can choose from."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.schedule.models import Resource, ResourceGroupMember, ServiceNeed
from app.staff.models import StaffMember


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
    """Everybody who works here, in the order they came."""
    people = (
        select(Resource.id, Resource.name, StaffMember.title, StaffMember.colour)
        .join(
            StaffMember,
            (StaffMember.business_id == Resource.business_id) & (StaffMember.resource_id == Resource.id),
        )
        .where(Resource.business_id == business_id, Resource.active)
        .order_by(Resource.id)
    )
    return [Performer(*row) for row in db.session.execute(people)]


def performers_of(business_id: int, service_id: int) -> list[Performer]:
    """The people who perform a service."""
    member = ResourceGroupMember
    people = (
        select(
            Resource.id,
            Resource.name,
            StaffMember.title,
            StaffMember.colour,
            member.price_cents,
            member.minutes,
        )
        .join(
            StaffMember,
            (StaffMember.business_id == Resource.business_id) & (StaffMember.resource_id == Resource.id),
        )
        .join(member, (member.business_id == Resource.business_id) & (member.resource_id == Resource.id))
        .join(
            ServiceNeed,
            (ServiceNeed.business_id == member.business_id) & (ServiceNeed.group_id == member.group_id),
        )
        .where(
            Resource.business_id == business_id,
            Resource.active,
            ServiceNeed.service_id == service_id,
            ServiceNeed.position == 1,
        )
        .order_by(Resource.id)
    )
    return [Performer(*row) for row in db.session.execute(people)]
