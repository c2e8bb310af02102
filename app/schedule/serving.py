"""Who and what a service takes: its needs, each filled by one resource of a group."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.businesses.locking import rules_changed
from app.core.db import db
from app.schedule.models import Resource, ResourceGroup, ResourceGroupMember, ServiceNeed


@dataclass(frozen=True, slots=True)
class Server:
    """A resource that can fill a need, with its own length (minutes) and price (cents) where they differ."""

    resource_id: int
    minutes: int | None = None
    price_cents: int | None = None


def add_resource(business_id: int, kind: str, name: str) -> Resource:
    """A new person (`staff`) or room (`space`)."""
    resource = Resource(business_id=business_id, kind=kind, name=name)
    db.session.add(resource)
    rules_changed(business_id)
    db.session.flush()
    return resource


def add_need(
    business_id: int, service_id: int, servers: Iterable[Server], kind: str = "staff"
) -> ServiceNeed:
    """One more thing the service takes: any one of these. The first need is who performs it."""
    group = ResourceGroup(business_id=business_id, kind=kind)
    db.session.add(group)
    db.session.flush()
    for server in servers:
        db.session.add(
            ResourceGroupMember(
                business_id=business_id,
                group_id=group.id,
                resource_id=server.resource_id,
                kind=kind,
                minutes=server.minutes,
                price_cents=server.price_cents,
            )
        )
    need = ServiceNeed(
        business_id=business_id,
        service_id=service_id,
        position=_needs_of(business_id, service_id) + 1,
        group_id=group.id,
    )
    db.session.add(need)
    rules_changed(business_id)
    db.session.flush()
    return need


def _needs_of(business_id: int, service_id: int) -> int:
    counted = select(func.count()).select_from(ServiceNeed)
    return db.session.scalar(counted.filter_by(business_id=business_id, service_id=service_id)) or 0
