"""What a service takes, decided as a whole: who performs it, and what else it needs at the same time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from babel.dates import format_time, get_day_names
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.intervals import Interval
from app.schedule.models import (
    ClassTime,
    ClassTimeResource,
    Resource,
    ResourceGroup,
    ResourceGroupMember,
    ServiceNeed,
    ServiceNeedStretch,
)
from app.schedule.serving import Server
from app.schedule.wall_clock import local_date

PERFORMER = 1
MOST_NEEDS = 20


class OnTheTimetable(DomainError):
    """A class happens with what is to be taken from it, or without what is to be added."""

    message = _(
        "This class is on the timetable with what you have changed. Please end that class time first."
    )


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
    becomes = {it.position: _in_order(it) for it in needs}
    if PERFORMER not in becomes:
        raise ValueError("somebody performs it: the first need may be empty, but it is there")
    rules_changed(business_id)
    was = {it.position: it for it in needs_of(business_id, [service_id])[service_id]}
    _check_class_times(business_id, service_id, was, becomes, now)
    changed = [at for at in sorted(was.keys() | becomes.keys()) if was.get(at) != becomes.get(at)]
    for position in changed:
        if position in becomes:
            _write(business_id, service_id, becomes[position])
        else:
            _remove(business_id, service_id, position)
    if changed:
        changes = {f"need_{at}": [_in_words(was.get(at)), _in_words(becomes.get(at))] for at in changed}
        record(
            "service.needs_changed",
            "service",
            service_id,
            by=by,
            at=now,
            business_id=business_id,
            changes=changes,
        )


def _in_order(need: NeedWish) -> NeedWish:
    servers = sorted(need.servers, key=lambda it: it.resource_id)
    return replace(need, servers=tuple(servers), stretches=tuple(sorted(need.stretches)))


def _in_words(need: NeedWish | None) -> Any:
    """For the audit: who with which own length and price, and when."""
    if need is None:
        return None
    servers = [[it.resource_id, it.minutes, it.price_cents] for it in need.servers]
    return {"kind": need.kind, "servers": servers, "stretches": [list(it) for it in need.stretches]}


def _write(business_id: int, service_id: int, need: NeedWish) -> None:
    """The need with its own group, whose members and stretches are written anew."""
    row = db.session.get(ServiceNeed, (business_id, service_id, need.position), populate_existing=True)
    group = _own_group(row, need.kind) if row else None
    if group is None:
        group = ResourceGroup(business_id=business_id, kind=need.kind)
        db.session.add(group)
        db.session.flush()
    if row is None:
        row = ServiceNeed(service_id=service_id, position=need.position)
        row.business_id = business_id
        db.session.add(row)
    former = row.group_id
    row.group_id = group.id
    db.session.flush()
    if former not in (None, group.id):
        _drop_group(business_id, former)
    members = ResourceGroupMember.business_id == business_id, ResourceGroupMember.group_id == group.id
    db.session.execute(delete(ResourceGroupMember).where(*members))
    for it in need.servers:
        member = ResourceGroupMember(group_id=group.id, resource_id=it.resource_id, kind=need.kind)
        member.business_id, member.minutes, member.price_cents = business_id, it.minutes, it.price_cents
        db.session.add(member)
    _drop_stretches(business_id, service_id, need.position)
    for begin, end in need.stretches:
        stretch = ServiceNeedStretch(service_id=service_id, position=need.position, from_min=begin)
        stretch.business_id, stretch.to_min = business_id, end
        db.session.add(stretch)
    db.session.flush()


def _remove(business_id: int, service_id: int, position: int) -> None:
    row = db.session.get_one(ServiceNeed, (business_id, service_id, position), populate_existing=True)
    _drop_stretches(business_id, service_id, position)
    db.session.delete(row)
    db.session.flush()
    _drop_group(business_id, row.group_id)


def _own_group(need: ServiceNeed, kind: str) -> ResourceGroup | None:
    """The need's group, if nothing else goes by it and it is of this kind."""
    group = db.session.get_one(ResourceGroup, (need.business_id, need.group_id))
    alone = group.name is None and _uses(need.business_id, need.group_id) == 1
    return group if alone and group.kind == kind else None


def _drop_group(business_id: int, group_id: int) -> None:
    """Forget a group that has no name and that nothing goes by any more."""
    group = db.session.get_one(ResourceGroup, (business_id, group_id))
    if group.name is None and not _uses(business_id, group_id):
        of_group = ResourceGroupMember.business_id == business_id, ResourceGroupMember.group_id == group_id
        db.session.execute(delete(ResourceGroupMember).where(*of_group))
        db.session.delete(group)
        db.session.flush()


def _uses(business_id: int, group_id: int) -> int:
    counted = select(func.count()).select_from(ServiceNeed)
    return db.session.scalar(counted.filter_by(business_id=business_id, group_id=group_id)) or 0


def _drop_stretches(business_id: int, service_id: int, position: int) -> None:
    db.session.execute(
        delete(ServiceNeedStretch).where(
            ServiceNeedStretch.business_id == business_id,
            ServiceNeedStretch.service_id == service_id,
            ServiceNeedStretch.position == position,
        )
    )


def _check_class_times(
    business_id: int,
    service_id: int,
    was: Mapping[int, NeedWish],
    becomes: Mapping[int, NeedWish],
    now: datetime,
) -> None:
    """Raise OnTheTimetable for the first class time that could not be laid any more."""
    taken = {at: was[at].resources - becomes[at].resources for at in was.keys() & becomes.keys()}
    added = becomes.keys() - was.keys()
    if not added and not any(taken.values()):
        return
    for class_time, resources, names in _class_times(business_id, service_id, now):
        when = {"weekday": _weekday(class_time), "time": _clock(class_time)}
        gone = [at for at, resource in resources.items() if resource in taken.get(at, ())]
        if gone:
            sentence = gettext(
                "%(name)s is on the timetable for this class: %(weekday)s, %(time)s."
                " Please end that class time first.",
                name=names[resources[gone[0]]],
                **when,
            )
            raise OnTheTimetable(sentence)
        if added - resources.keys():
            sentence = gettext(
                "This class is on the timetable without what you have added: %(weekday)s, %(time)s."
                " Please end that class time first, and put it back with it.",
                **when,
            )
            raise OnTheTimetable(sentence)


def _class_times(
    business_id: int, service_id: int, now: datetime
) -> Iterable[tuple[ClassTime, dict[int, int], dict[int, str]]]:
    """The class times that go on, each with what fills its needs (by position) and what that is called."""
    business = db.session.get_one(Business, business_id)
    today = local_date(now, business.zone)
    found = (
        select(ClassTime, ClassTimeResource.position, Resource.id, Resource.name)
        .join(
            ClassTimeResource,
            (ClassTimeResource.business_id == ClassTime.business_id)
            & (ClassTimeResource.class_time_id == ClassTime.id),
        )
        .join(
            Resource,
            (Resource.business_id == ClassTimeResource.business_id)
            & (Resource.id == ClassTimeResource.resource_id),
        )
        .where(
            ClassTime.business_id == business_id,
            ClassTime.service_id == service_id,
            ClassTime.valid_until.is_(None) | (ClassTime.valid_until >= today),
        )
        .order_by(ClassTime.id)
    )
    known: dict[int, tuple[ClassTime, dict[int, int], dict[int, str]]] = {}
    for class_time, position, resource, name in db.session.execute(found):
        _same, resources, names = known.setdefault(class_time.id, (class_time, {}, {}))
        resources[position], names[resource] = resource, name
    return known.values()


def _weekday(class_time: ClassTime) -> str:
    return str(get_day_names("wide", "stand-alone", get_locale())[class_time.weekday])


def _clock(class_time: ClassTime) -> str:
    hour, minute = divmod(class_time.starts_min, 60)
    return format_time(time(hour, minute), "short", locale=get_locale())
