"""Who performs what, for lists."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from app.core.db import db
from app.schedule.models import Resource, ResourceGroupMember, ServiceNeed


def performers_of_all(business_id: int, service_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of those who perform each of these services, in the order they came; [] for nobody."""
    found = (
        select(ServiceNeed.service_id, Resource.name)
        .join(
            ResourceGroupMember,
            (ResourceGroupMember.business_id == ServiceNeed.business_id)
            & (ResourceGroupMember.group_id == ServiceNeed.group_id),
        )
        .join(
            Resource,
            (Resource.business_id == ResourceGroupMember.business_id)
            & (Resource.id == ResourceGroupMember.resource_id),
        )
        .where(
            ServiceNeed.business_id == business_id,
            ServiceNeed.service_id.in_(service_ids),
            ServiceNeed.position == 1,
            Resource.active,
        )
        .order_by(Resource.id)
    )
    names: dict[int, list[str]] = defaultdict(list)
    for service_id, name in db.session.execute(found):
        names[service_id].append(name)
    return names
