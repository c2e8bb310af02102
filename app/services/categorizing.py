"""The headings under which services stand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.ordering import Direction, move
from app.services.models import Service, ServiceCategory

MOST_CATEGORIES = 50
LONGEST_NAME = 80


class SameHeading(DomainError):
    """Two categories nobody could tell apart."""

    message = _("There is a category with this name already.")


class TooManyCategories(DomainError):
    """More headings than anybody would read."""

    message = _("There are as many categories as there may be. Please remove one first.")


def categories_of(business_id: int) -> Sequence[ServiceCategory]:
    """The categories in the business's own order."""
    found = select(ServiceCategory).filter_by(business_id=business_id)
    return db.session.scalars(found.order_by(ServiceCategory.position, ServiceCategory.id)).all()


def find_category(business_id: int, category_id: int) -> ServiceCategory | None:
    """A category of the business."""
    return db.session.get(ServiceCategory, (business_id, category_id))


def add_category(business_id: int, name: str, *, by: Actor, now: datetime) -> ServiceCategory:
    """A new heading, after the others. Raises SameHeading or TooManyCategories."""
    known = _in_turn(business_id)
    if len(known) >= MOST_CATEGORIES:
        raise TooManyCategories
    _check_name(known, name)
    position = max((it.position for it in known), default=0) + 1
    category = ServiceCategory(business_id=business_id, name=name, position=position)
    db.session.add(category)
    db.session.flush()
    _record("added", category, {"name": [None, name]}, by=by, now=now)
    return category


def rename_category(category: ServiceCategory, name: str, *, by: Actor, now: datetime) -> bool:
    """Call it something else. False when somebody has removed it meanwhile. Raises SameHeading."""
    known = _in_turn(category.business_id)
    if category not in known:
        return False
    _check_name([it for it in known if it is not category], name)
    was, category.name = category.name, name
    db.session.flush()
    if was != name:
        _record("renamed", category, {"name": [was, name]}, by=by, now=now)
    return True


def move_category(category: ServiceCategory, direction: Direction, *, by: Actor, now: datetime) -> None:
    """Put it one place further up or down."""
    moved = move(_in_turn(category.business_id), category, direction)
    db.session.flush()
    if moved:
        _record("moved", category, {"position": list(moved)}, by=by, now=now)


def remove_category(category: ServiceCategory, *, by: Actor, now: datetime) -> None:
    """Take a heading away. The services under it stay, without one. Twice changes nothing."""
    if category not in _in_turn(category.business_id):
        return
    theirs = Service.business_id == category.business_id, Service.category_id == category.id
    freed = update(Service).where(*theirs).values(category_id=None).returning(Service.id)
    services = sorted(db.session.scalars(freed))
    _record("removed", category, {"name": [category.name, None], "services": [services, []]}, by=by, now=now)
    db.session.delete(category)
    db.session.flush()


def _in_turn(business_id: int) -> Sequence[ServiceCategory]:
    """The categories as they are; others wait who change them."""
    lock_schedule(business_id)
    found = select(ServiceCategory).filter_by(business_id=business_id)
    fresh = found.order_by(ServiceCategory.position, ServiceCategory.id)
    return db.session.scalars(fresh.execution_options(populate_existing=True)).all()


def _check_name(known: Sequence[ServiceCategory], name: str) -> None:
    if name.casefold() in {it.name.casefold() for it in known}:
        raise SameHeading


def _record(
    what: str, category: ServiceCategory, changes: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    record(
        f"service_category.{what}",
        "service_category",
        category.id,
        by=by,
        at=now,
        business_id=category.business_id,
        changes=changes,
    )
