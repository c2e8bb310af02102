"""Who or what a service can be given."""

from sqlalchemy import select

from app.core.db import db
from app.schedule.models import Resource, ResourceGroupMember, ServiceNeed


def able_to_fill(business_id: int, service_id: int) -> dict[int, list[Resource]]:
    """Who or what can fill each need of a service now, by its position and by id."""
    found = (
        select(ServiceNeed.position, Resource)
        .outerjoin(
            ResourceGroupMember,
            (ResourceGroupMember.business_id == ServiceNeed.business_id)
            & (ResourceGroupMember.group_id == ServiceNeed.group_id),
        )
        .outerjoin(
            Resource,
            (Resource.business_id == ResourceGroupMember.business_id)
            & (Resource.id == ResourceGroupMember.resource_id)
            & Resource.active,
        )
        .where(ServiceNeed.business_id == business_id, ServiceNeed.service_id == service_id)
        .order_by(ServiceNeed.position, Resource.id)
    )
    able: dict[int, list[Resource]] = {}
    for position, resource in db.session.execute(found):
        able.setdefault(position, [])
        if resource is not None:
            able[position].append(resource)
    return able
