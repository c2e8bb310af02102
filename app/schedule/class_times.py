"""When classes happen: the rows a timetable is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.schedule.models import (
    ClassTime,
    ClassTimeResource,
    Resource,
    ResourceGroupMember,
    ServiceNeed,
)
from app.services.models import Service


class NotAClass(DomainError):
    """A class time for a service with one place, which starts wherever it fits."""

    message = _("Only a service with several places happens at set times.")


class NotTheirService(DomainError):
    """A class needs one of those who can fill it for each of its needs, nobody twice."""

    message = _("Please choose for this class one of those who do it, and one of its rooms.")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every week on a weekday (0 is Monday) at `starts_min` minutes from local midnight; rota and season as in Rota."""

    weekday: int
    starts_min: int
    valid_from: date | None = None
    valid_until: date | None = None
    rota_week: int = 0
    rota_of: int = 1


def add_class_time(
    service: Service, when: Recurrence, resources: Mapping[int, int], *, by: Actor, now: datetime
) -> ClassTime:
    """A new class time; `resources` says for the position of each need who or what fills it.

    Raises NotAClass or NotTheirService. Its dates are laid by app.appointments.timetabling.
    """
    business_id = service.business_id
    rules_changed(business_id)
    db.session.refresh(service)
    if service.capacity == 1:
        raise NotAClass
    if not _can_fill(service, resources):
        raise NotTheirService
    columns: dict[str, Any] = {
        "weekday": when.weekday,
        "starts_min": when.starts_min,
        "valid_from": when.valid_from,
        "valid_until": when.valid_until,
        "rota_week": when.rota_week,
        "rota_of": when.rota_of,
    }
    class_time = ClassTime(business_id=business_id, service_id=service.id, **columns)
    db.session.add(class_time)
    db.session.flush()
    for position, resource in resources.items():
        row = ClassTimeResource(class_time_id=class_time.id, position=position, resource_id=resource)
        row.business_id = business_id
        db.session.add(row)
    db.session.flush()
    changes = {name: [None, value] for name, value in {**columns, "resources": dict(resources)}.items()}
    record(
        "class_time.added",
        "class_time",
        class_time.id,
        by=by,
        at=now,
        business_id=business_id,
        changes=changes,
    )
    return class_time


def end_class_time(class_time: ClassTime, last_on: date, *, by: Actor, now: datetime) -> None:
    """Let it happen on this date for the last time; with a date before its season it does not happen at all."""
    rules_changed(class_time.business_id)
    was = class_time.valid_until
    class_time.valid_until = last_on
    if class_time.valid_from and class_time.valid_from > last_on:
        # A season has at least one day, so it gets one on which the class does not happen.
        never = last_on if last_on.weekday() != class_time.weekday else last_on - timedelta(days=1)
        class_time.valid_from = class_time.valid_until = never
    db.session.flush()
    record(
        "class_time.ended",
        "class_time",
        class_time.id,
        by=by,
        at=now,
        business_id=class_time.business_id,
        changes={"valid_until": [was, last_on]},
    )


def goes_on(today: date) -> ColumnElement[bool]:
    """The class times that do not end before a day."""
    return ClassTime.valid_until.is_(None) | (ClassTime.valid_until >= today)


def is_on_timetable(business_id: int, class_time_id: int | None, class_on: date | None) -> bool:
    """Whether a class time holds on the day a date was made for; a visit, and what was given up, has neither."""
    if class_time_id is None or class_on is None:
        return False
    class_time = db.session.get_one(ClassTime, (business_id, class_time_id), populate_existing=True)
    return class_time.valid_until is None or class_time.valid_until >= class_on


def class_times_of(business_id: int) -> Sequence[ClassTime]:
    """The class times of the services that can be had, by id."""
    found = (
        select(ClassTime)
        .join(Service, (Service.business_id == ClassTime.business_id) & (Service.id == ClassTime.service_id))
        .where(ClassTime.business_id == business_id, Service.active, Service.capacity > 1)
    )
    return db.session.scalars(found.order_by(ClassTime.id)).all()


def businesses_with_classes() -> Sequence[int]:
    """Who has a timetable, by id."""
    return db.session.scalars(select(ClassTime.business_id).distinct().order_by(ClassTime.business_id)).all()


def resources_of(class_time: ClassTime) -> dict[int, int]:
    """Who or what fills each need, by position."""
    rows = select(ClassTimeResource.position, ClassTimeResource.resource_id).filter_by(
        business_id=class_time.business_id, class_time_id=class_time.id
    )
    return {row.position: row.resource_id for row in db.session.execute(rows)}


def _can_fill(service: Service, resources: Mapping[int, int]) -> bool:
    """Whether each need has one of its members, and nobody two."""
    rows = (
        select(ServiceNeed.position, ResourceGroupMember.resource_id)
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
            ServiceNeed.business_id == service.business_id,
            ServiceNeed.service_id == service.id,
            Resource.active,
        )
    )
    able = {(position, resource) for position, resource in db.session.execute(rows)}
    needs = {position for position, _resource in able}
    return resources.keys() == needs and able >= set(resources.items()) and _are_distinct(resources)


def _are_distinct(resources: Mapping[int, int]) -> bool:
    return len(set(resources.values())) == len(resources)
