"""What a service is by its rules: how long it lasts with whom, its buffers, and who can fill what it needs."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from app.core.db import db
from app.schedule.models import ResourceGroupMember, ServiceNeed, ServiceNeedStretch
from app.services.models import Service

Stretches = tuple[tuple[int, int, int], ...]


class Made(NamedTuple):
    """How a visit lies on time: its length and buffers in minutes, and (need, from, to) of work that has pauses."""

    minutes: int | None
    before: int
    after: int
    stretches: Stretches = ()


@dataclass(slots=True)
class Rules:
    """A service as it is now. `able` are those who can fill a need, with a length (minutes) of their own, if any."""

    minutes: int | None
    before: int
    after: int
    able: dict[int, dict[int, int | None]] = field(default_factory=lambda: defaultdict(dict))
    stretches: Stretches = ()

    def has(self, need: int, resource: int) -> bool:
        """Whether this person or room can fill a need."""
        return resource in self.able.get(need, ())

    def made(self, performer: int | None) -> Made:
        """How a visit with somebody would lie now."""
        first = self.able[min(self.able)] if self.able else {}
        own = first.get(performer) if performer is not None else None
        return Made(own or self.minutes, self.before, self.after, self.stretches)


def rules_of(business_id: int, service_ids: Collection[int]) -> dict[int, Rules]:
    """The rules of these services: two statements."""
    found: dict[int, Rules] = {}
    needs = (
        select(
            Service.id,
            Service.minutes,
            Service.before_min,
            Service.after_min,
            ServiceNeed.position,
            ResourceGroupMember.resource_id,
            ResourceGroupMember.minutes,
        )
        .select_from(Service)
        .outerjoin(
            ServiceNeed,
            (ServiceNeed.business_id == Service.business_id) & (ServiceNeed.service_id == Service.id),
        )
        .outerjoin(
            ResourceGroupMember,
            (ResourceGroupMember.business_id == ServiceNeed.business_id)
            & (ResourceGroupMember.group_id == ServiceNeed.group_id),
        )
        .where(Service.business_id == business_id, Service.id.in_(service_ids))
    )
    for service, minutes, before, after, position, resource, own in db.session.execute(needs):
        rules = found.setdefault(service, Rules(minutes, before, after))
        if resource is not None:
            rules.able[position][resource] = own
    work = select(ServiceNeedStretch).filter_by(business_id=business_id)
    for it in db.session.scalars(work.where(ServiceNeedStretch.service_id.in_(service_ids))):
        rules = found[it.service_id]
        rules.stretches = tuple(sorted((*rules.stretches, (it.position, it.from_min, it.to_min))))
    return found
