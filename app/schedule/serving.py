"""Who and what a service takes: its needs, each filled by one resource of a group."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.intervals import Interval
from app.schedule.models import (
    Resource,
    ResourceGroup,
    ResourceGroupMember,
    ServiceNeed,
    ServiceNeedStretch,
)


@dataclass(frozen=True, slots=True)
class Server:
    """A resource that can fill a need, with its own length (minutes) and price (cents) where they differ."""

    resource_id: int
    minutes: int | None = None
    price_cents: int | None = None


def add_resource(business_id: int, kind: str, name: str, *, by: Actor, now: datetime) -> Resource:
    """A new person (`staff`) or room (`space`)."""
    rules_changed(business_id)
    resource = Resource(business_id=business_id, kind=kind, name=name)
    db.session.add(resource)
    db.session.flush()
    changes = {"kind": [None, kind], "name": [None, name]}
    record("resource.added", "resource", resource.id, by=by, at=now, business_id=business_id, changes=changes)
    return resource


def put_away(business_id: int, resource_id: int, *, by: Actor, now: datetime) -> None:
    """Let nobody book a person or room any more. What they are booked for keeps its time. Twice changes nothing."""
    rules_changed(business_id)
    resource = db.session.get_one(Resource, (business_id, resource_id), populate_existing=True)
    if not resource.active:
        return
    resource.active = False
    db.session.flush()
    changes = {"active": [True, False]}
    record(
        "resource.put_away", "resource", resource_id, by=by, at=now, business_id=business_id, changes=changes
    )


def add_need(
    business_id: int,
    service_id: int,
    servers: Collection[Server],
    kind: str = "staff",
    stretches: Collection[Interval] = (),
    *,
    by: Actor,
    now: datetime,
) -> ServiceNeed:
    """One more thing the service takes: any one of these. The first need is who performs it.

    `stretches` is when it is at work, in minutes from the start, where that is not throughout (processing time).
    """
    rules_changed(business_id)
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
    position = _last_position(business_id, service_id) + 1
    need = ServiceNeed(business_id=business_id, service_id=service_id, position=position, group_id=group.id)
    db.session.add(need)
    db.session.flush()
    for begin, end in stretches:
        row = ServiceNeedStretch(service_id=service_id, position=position, from_min=begin, to_min=end)
        row.business_id = business_id
        db.session.add(row)
    db.session.flush()
    changes: dict[str, Any] = {"needs": [None, [server.resource_id for server in servers]]}
    if stretches:
        changes["stretches"] = [None, [list(it) for it in stretches]]
    record(
        "service.need_added", "service", service_id, by=by, at=now, business_id=business_id, changes=changes
    )
    return need


def _last_position(business_id: int, service_id: int) -> int:
    """Needs that were taken away leave gaps."""
    last = select(func.max(ServiceNeed.position))
    return db.session.scalar(last.filter_by(business_id=business_id, service_id=service_id)) or 0
