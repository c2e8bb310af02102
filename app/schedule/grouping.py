"""The rows of what services take: each need with the group of those who can fill it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, tuple_

from app.core.db import db
from app.core.intervals import Interval
from app.schedule.models import ResourceGroup, ResourceGroupMember, ServiceNeed, ServiceNeedStretch
from app.schedule.serving import Server

# A service and the position of one of its needs.
NeedKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NeedWish:
    """Any one of `servers` is taken, during the stretches (minutes from the start; none means throughout).

    Need 1 is who performs the service. A need keeps its position for good: what is booked remembers it by that.
    """

    position: int
    kind: str
    servers: tuple[Server, ...]
    stretches: tuple[Interval, ...] = ()

    @property
    def resources(self) -> set[int]:
        """Who or what can fill it."""
        return {it.resource_id for it in self.servers}


def write_needs(business_id: int, needs: Mapping[NeedKey, NeedWish | None]) -> None:
    """Write these needs anew, or away where there is None, in as many statements however many there are.

    A group that has a name or fills several needs is left to the others. Under the lock.
    """
    if not needs:
        return
    rows = _rows(business_id, needs.keys())
    former = {row.group_id for row, _, _ in rows.values()}
    groups = _groups(business_id, needs, rows)
    _empty(business_id, needs.keys(), groups.values())
    for key, need in needs.items():
        row = rows[key][0] if key in rows else None
        if need is None:
            db.session.delete(row)
            continue
        if row is None:
            row = ServiceNeed(business_id=business_id, service_id=key[0], position=key[1])
            db.session.add(row)
        row.group_id = groups[key]
    db.session.flush()
    for key, need in needs.items():
        if need is not None:
            _fill(business_id, key, need, groups[key])
    db.session.flush()
    _drop_unused(business_id, former)


def _rows(
    business_id: int, keys: Collection[NeedKey]
) -> dict[NeedKey, tuple[ServiceNeed, ResourceGroup, int]]:
    """The needs there are, with their group and how many needs it fills."""
    other = ServiceNeed.__table__.alias()
    uses = (
        select(func.count())
        .select_from(other)
        .where(other.c.business_id == ResourceGroup.business_id, other.c.group_id == ResourceGroup.id)
        .scalar_subquery()
    )
    found = (
        select(ServiceNeed, ResourceGroup, uses)
        .join(
            ResourceGroup,
            (ResourceGroup.business_id == ServiceNeed.business_id)
            & (ResourceGroup.id == ServiceNeed.group_id),
        )
        .where(
            ServiceNeed.business_id == business_id,
            tuple_(ServiceNeed.service_id, ServiceNeed.position).in_(keys),
        )
    )
    rows = db.session.execute(found.execution_options(populate_existing=True))
    return {(need.service_id, need.position): (need, group, count) for need, group, count in rows}


def _groups(
    business_id: int,
    needs: Mapping[NeedKey, NeedWish | None],
    rows: Mapping[NeedKey, tuple[ServiceNeed, ResourceGroup, int]],
) -> dict[NeedKey, int]:
    """The id of a group for each need: its own, if nothing else goes by it and it is of this kind, or a new one."""
    groups: dict[NeedKey, int] = {}
    new: dict[str, list[NeedKey]] = defaultdict(list)
    for key, need in needs.items():
        _row, group, uses = rows.get(key, (None, None, 0))
        if need and group and group.name is None and uses == 1 and group.kind == need.kind:
            groups[key] = group.id
        elif need:
            new[need.kind].append(key)
    if new:
        given = [{"business_id": business_id, "kind": kind} for kind, keys in new.items() for _ in keys]
        made = insert(ResourceGroup).values(given).returning(ResourceGroup.id, ResourceGroup.kind)
        # New groups are all alike but for their kind.
        groups |= {new[kind].pop(): group_id for group_id, kind in db.session.execute(made)}
    return groups


def _empty(business_id: int, keys: Collection[NeedKey], groups: Collection[int]) -> None:
    """Forget who is in these groups and when these needs are at work."""
    members = ResourceGroupMember.business_id == business_id, ResourceGroupMember.group_id.in_(groups)
    db.session.execute(delete(ResourceGroupMember).where(*members))
    at_work = tuple_(ServiceNeedStretch.service_id, ServiceNeedStretch.position).in_(keys)
    db.session.execute(
        delete(ServiceNeedStretch).where(ServiceNeedStretch.business_id == business_id, at_work)
    )


def _fill(business_id: int, key: NeedKey, need: NeedWish, group_id: int) -> None:
    db.session.add_all(
        ResourceGroupMember(
            business_id=business_id,
            group_id=group_id,
            resource_id=it.resource_id,
            kind=need.kind,
            minutes=it.minutes,
            price_cents=it.price_cents,
        )
        for it in need.servers
    )
    db.session.add_all(
        ServiceNeedStretch(
            business_id=business_id, service_id=key[0], position=key[1], from_min=begin, to_min=end
        )
        for begin, end in need.stretches
    )


def _drop_unused(business_id: int, groups: Collection[int]) -> None:
    """Forget those of these groups that have no name and that nothing goes by any more."""
    goes_by = select(ServiceNeed.group_id).where(
        ServiceNeed.business_id == ResourceGroup.business_id, ServiceNeed.group_id == ResourceGroup.id
    )
    unused = select(ResourceGroup.id).where(
        ResourceGroup.business_id == business_id,
        ResourceGroup.id.in_(groups),
        ResourceGroup.name.is_(None),
        ~goes_by.exists(),
    )
    gone = db.session.scalars(unused).all()
    members = ResourceGroupMember.business_id == business_id, ResourceGroupMember.group_id.in_(gone)
    db.session.execute(delete(ResourceGroupMember).where(*members))
    own = ResourceGroup.business_id == business_id, ResourceGroup.id.in_(gone)
    db.session.execute(delete(ResourceGroup).where(*own))
