"""What a service takes, decided as a whole: who performs it, and what else it needs at the same time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.intervals import Interval
from app.schedule.binding import check_class_times
from app.schedule.grouping import NeedWish, write_needs
from app.schedule.models import ResourceGroup, ResourceGroupMember, ServiceNeed, ServiceNeedStretch
from app.schedule.serving import Server

PERFORMER = 1


def needs_of(business_id: int, service_ids: Collection[int]) -> dict[int, list[NeedWish]]:
    """What these services take now, by service and in order, people and rooms that were put away included."""
    own = ServiceNeed.business_id == business_id, ServiceNeed.service_id.in_(service_ids)
    of_group = (ResourceGroupMember.business_id == ServiceNeed.business_id) & (
        ResourceGroupMember.group_id == ServiceNeed.group_id
    )
    needs = (
        select(ServiceNeed.service_id, ServiceNeed.position, ResourceGroup.kind)
        .join(
            ResourceGroup,
            (ResourceGroup.business_id == ServiceNeed.business_id)
            & (ResourceGroup.id == ServiceNeed.group_id),
        )
        .where(*own)
        .order_by(ServiceNeed.service_id, ServiceNeed.position)
    )
    servers = select(
        ServiceNeed.service_id,
        ServiceNeed.position,
        ResourceGroupMember.resource_id,
        ResourceGroupMember.minutes,
        ResourceGroupMember.price_cents,
    ).join(ResourceGroupMember, of_group)
    work = select(ServiceNeedStretch).filter_by(business_id=business_id)
    by_need: dict[tuple[int, int], list[Server]] = {}
    for row in db.session.execute(servers.where(*own).order_by(ResourceGroupMember.resource_id)):
        by_need.setdefault((row.service_id, row.position), []).append(Server(*row[2:]))
    at_work: dict[tuple[int, int], list[Interval]] = {}
    theirs = work.where(ServiceNeedStretch.service_id.in_(service_ids)).order_by(ServiceNeedStretch.from_min)
    for it in db.session.scalars(theirs):
        at_work.setdefault((it.service_id, it.position), []).append((it.from_min, it.to_min))
    found: dict[int, list[NeedWish]] = {service: [] for service in service_ids}
    for service, position, kind in db.session.execute(needs):
        key = service, position
        found[service].append(
            NeedWish(position, kind, tuple(by_need.get(key, ())), tuple(at_work.get(key, ())))
        )
    return found


def set_needs(
    business_id: int, service_id: int, needs: Sequence[NeedWish], *, by: Actor, now: datetime
) -> None:
    """Let a service take exactly this from now on. What is booked keeps whom and what it has.

    Only what differs is written. Raises OnTheTimetable when a class time goes by what is taken away, or lacks what is
    added.
    """
    set_needs_of_all(business_id, {service_id: needs}, by=by, now=now)


def set_needs_of_all(
    business_id: int, wanted: Mapping[int, Sequence[NeedWish]], *, by: Actor, now: datetime
) -> None:
    """The same for several services, in as many statements as for one."""
    becomes = {service: {it.position: _in_order(it) for it in needs} for service, needs in wanted.items()}
    if any(PERFORMER not in needs for needs in becomes.values()):
        raise ValueError("somebody performs it: the first need may be empty, but it is there")
    rules_changed(business_id)
    was = {
        service: {it.position: it for it in needs}
        for service, needs in needs_of(business_id, wanted.keys()).items()
    }
    check_class_times(business_id, was, becomes, now=now)
    changed = [
        (service, at)
        for service in sorted(wanted)
        for at in sorted(was[service].keys() | becomes[service].keys())
        if was[service].get(at) != becomes[service].get(at)
    ]
    write_needs(business_id, {(service, at): becomes[service].get(at) for service, at in changed})
    for service in dict.fromkeys(service for service, _ in changed):
        changes = {
            f"need_{at}": [_in_words(was[of].get(at)), _in_words(becomes[of].get(at))]
            for of, at in changed
            if of == service
        }
        subject = ("service", service)
        record("service.needs_changed", *subject, by=by, at=now, business_id=business_id, changes=changes)


def _in_order(need: NeedWish) -> NeedWish:
    servers = sorted(need.servers, key=lambda it: it.resource_id)
    return replace(need, servers=tuple(servers), stretches=tuple(sorted(need.stretches)))


def _in_words(need: NeedWish | None) -> Any:
    """For the audit: who with which own length and price, and when."""
    if need is None:
        return None
    servers = [[it.resource_id, it.minutes, it.price_cents] for it in need.servers]
    return {"kind": need.kind, "servers": servers, "stretches": [list(it) for it in need.stretches]}
