"""The services of a business as its own people see them: under their headings, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.db import db
from app.core.ordering import Direction, move
from app.core.text import words_of
from app.services.categorizing import categories_of
from app.services.models import Service, ServiceCategory

_ORDER = (Service.position, Service.id)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and what stands under it; without a heading those that have none."""

    category: ServiceCategory | None
    services: list[Service]


def services_by_category(business_id: int, *, active: bool = True, search: str = "") -> list[Chapter]:
    """The services that are offered, or those put away: heading by heading, those without one last.

    With a `search` only those in whose name each of its words begins one.
    """
    wanted = words_of(search)
    found = select(Service).where(
        Service.business_id == business_id, Service.unit == "visit", Service.active == active
    )
    under: dict[int | None, list[Service]] = {}
    for service in db.session.scalars(found.order_by(*_ORDER)):
        words = words_of(service.name) if wanted else []
        if all(any(word.startswith(begin) for word in words) for begin in wanted):
            under.setdefault(service.category_id, []).append(service)
    sections = [Chapter(it, under.get(it.id, [])) for it in categories_of(business_id)]
    sections.append(Chapter(None, under.get(None, [])))
    return [section for section in sections if section.services]


def count_services(business_id: int) -> dict[bool, int]:
    """How many are offered (true) and put away (false)."""
    counted = select(Service.active, func.count()).where(
        Service.business_id == business_id, Service.unit == "visit"
    )
    found = db.session.execute(counted.group_by(Service.active))
    return {True: 0, False: 0} | {row[0]: row[1] for row in found}


def count_by_category(business_id: int) -> dict[int, int]:
    """How many services, put away or not, stand under each heading that has any."""
    counted = (
        select(Service.category_id, func.count())
        .where(Service.business_id == business_id, Service.category_id.is_not(None))
        .group_by(Service.category_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted) if row[0]}


def find_service(business_id: int, service_id: int) -> Service | None:
    """A visit or class of the business, put away or not."""
    service = db.session.get(Service, (business_id, service_id))
    return service if service and service.unit == "visit" else None


def move_service(service: Service, direction: Direction, *, by: Actor, now: datetime) -> None:
    """Put it one place further up or down under its heading."""
    lock_schedule(service.business_id)
    moved = move(_beside(service.business_id, service.category_id, service.active), service, direction)
    db.session.flush()
    if moved:
        record(
            "service.moved",
            "service",
            service.id,
            by=by,
            at=now,
            business_id=service.business_id,
            changes={"position": list(moved)},
        )


def last_position(business_id: int, category_id: int | None) -> int:
    """The place after the last one under a heading."""
    taken = select(func.coalesce(func.max(Service.position), 0)).where(
        Service.business_id == business_id, _under(category_id)
    )
    return (db.session.scalar(taken) or 0) + 1


def _beside(business_id: int, category_id: int | None, active: bool) -> Sequence[Service]:
    found = select(Service).where(
        Service.business_id == business_id, Service.active == active, _under(category_id)
    )
    return db.session.scalars(found.order_by(*_ORDER).execution_options(populate_existing=True)).all()


def _under(category_id: int | None) -> ColumnElement[bool]:
    return Service.category_id.is_(None) if category_id is None else Service.category_id == category_id
