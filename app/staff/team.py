"""Who a customer can choose from."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.core.db import db
from app.schedule.models import Resource, ResourceGroupMember, ServiceNeed
from app.staff.models import StaffMember

# Written down once: every public page asks it, and putting it together takes as long as answering it.
_PERFORMERS = (
    select(
        ServiceNeed.service_id,
        Resource.id,
        Resource.name,
        StaffMember.title,
        StaffMember.colour,
        ResourceGroupMember.price_cents,
        ResourceGroupMember.minutes,
        StaffMember.photo,
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
        ServiceNeed.service_id.in_(bindparam("services", expanding=True)),
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
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A person as the page of the business shows them; `photo` is the key of an upload."""

    id: int
    name: str
    title: str | None
    colour: int
    photo: str | None
    about: str | None


def team(business_id: int) -> list[TeamMember]:
    """Everybody who works here, in the business's own order."""
    people = (
        select(
            Resource.id,
            Resource.name,
            StaffMember.title,
            StaffMember.colour,
            StaffMember.photo,
            StaffMember.about,
        )
        .join(
            StaffMember,
            (StaffMember.business_id == Resource.business_id) & (StaffMember.resource_id == Resource.id),
        )
        .where(Resource.business_id == business_id, Resource.active)
        .order_by(StaffMember.position, Resource.id)
    )
    return [TeamMember(*row) for row in db.session.execute(people)]


def performers_of(business_id: int, service_ids: Collection[int]) -> dict[int, list[Performer]]:
    """The people who perform each of these services."""
    found: dict[int, list[Performer]] = {service: [] for service in service_ids}
    if found:
        asked = {"business": business_id, "services": list(found)}
        for row in db.session.execute(_PERFORMERS, asked):
            found[row.service_id].append(Performer(*row[1:]))
    return found
