"""The items a business sells: put on the menu, changed, moved, sold out, taken off and brought back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.businesses.pictures import drop_picture, keep_picture
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.ordering import Direction, move
from app.core.pictures import Picture
from app.services.models import Service, ServiceItem

MOST_ITEMS = 500


class TooManyItems(DomainError):
    """A menu longer than anybody would read."""

    message = _("There are 500 items already, which is as many as there may be. Please take some off first.")


@dataclass(frozen=True, slots=True)
class ItemWish:
    """An item as somebody wants it: `columns` of ServiceItem, and a picture to keep or to drop."""

    columns: dict[str, Any]
    picture: Picture | None = None
    drops_picture: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """A service and its items, in their order."""

    service: Service
    items: Sequence[ServiceItem]


def shelves_of(business_id: int, service_id: int | None = None, *, active: bool = True) -> list[Shelf]:
    """What is on the menu, or what was taken off: of one service, or of all that can be ordered. Two statements."""
    theirs = select(Service).where(Service.business_id == business_id)
    if service_id is None:
        theirs = theirs.where(Service.active, Service.orderable)
    else:
        theirs = theirs.where(Service.id == service_id)
    services = db.session.scalars(theirs.order_by(Service.position, Service.id)).all()
    items = defaultdict(list)
    sold = select(ServiceItem).where(
        ServiceItem.business_id == business_id,
        ServiceItem.active == active,
        ServiceItem.service_id.in_([it.id for it in services]),
    )
    for item in db.session.scalars(sold.order_by(ServiceItem.position, ServiceItem.id)):
        items[item.service_id].append(item)
    return [Shelf(it, items[it.id]) for it in services]


def find_item(business_id: int, item_id: int) -> ServiceItem | None:
    """An item of the business, taken off or not."""
    return db.session.get(ServiceItem, (business_id, item_id))


def add_item(service: Service, wish: ItemWish, *, by: Actor, now: datetime) -> ServiceItem:
    """Put one more on the menu, the last of its service. Raises TooManyItems or NoRoomForPictures."""
    business_id = service.business_id
    lock_schedule(business_id)
    _check_room(business_id)
    key = _kept(business_id, wish, by=by, now=now)
    last = select(func.coalesce(func.max(ServiceItem.position), 0)).filter_by(
        business_id=business_id, service_id=service.id
    )
    position = (db.session.scalar(last) or 0) + 1
    columns = wish.columns | {"picture": key, "position": position}
    item = ServiceItem(business_id=business_id, service_id=service.id, **columns)
    db.session.add(item)
    db.session.flush()
    changes = {name: [None, value] for name, value in columns.items() if value is not None}
    _record("added", item, changes, by=by, now=now)
    return item


def change_item(item: ServiceItem, wish: ItemWish, *, by: Actor, now: datetime) -> None:
    """Sell it like this from now on; what is ordered keeps its name and price. Raises NoRoomForPictures."""
    lock_schedule(item.business_id)
    key = _kept(item.business_id, wish, by=by, now=now)
    db.session.refresh(item, with_for_update=True)
    columns, former = dict(wish.columns), item.picture
    if key or wish.drops_picture:
        columns["picture"] = key
    changes = rewrite(item, columns)
    if former != item.picture:
        drop_picture(item.business_id, former, by=by, now=now)
    if changes:
        _record("changed", item, changes, by=by, now=now)


def move_item(item: ServiceItem, direction: Direction, *, by: Actor, now: datetime) -> None:
    """Put it one place further up or down among those of its service."""
    lock_schedule(item.business_id)
    beside = select(ServiceItem).filter_by(
        business_id=item.business_id, service_id=item.service_id, active=item.active
    )
    fresh = beside.order_by(ServiceItem.position, ServiceItem.id).execution_options(populate_existing=True)
    moved = move(db.session.scalars(fresh).all(), item, direction)
    db.session.flush()
    if moved:
        _record("moved", item, {"position": list(moved)}, by=by, now=now)


def set_sold_out(item: ServiceItem, *, sold_out: bool, by: Actor, now: datetime) -> None:
    """Nobody can order it, or they can again. Twice changes nothing; how many are left stays as it is."""
    db.session.refresh(item, with_for_update=True)
    changes = rewrite(item, {"sold_out": sold_out})
    if changes:
        _record("sold_out" if sold_out else "back", item, changes, by=by, now=now)


def retire_item(item: ServiceItem, *, by: Actor, now: datetime) -> None:
    """Take it off the menu; what is ordered stays ordered. Twice changes nothing."""
    db.session.refresh(item, with_for_update=True)
    changes = rewrite(item, {"active": False})
    if changes:
        _record("retired", item, changes, by=by, now=now)


def return_item(item: ServiceItem, *, by: Actor, now: datetime) -> None:
    """Put it on the menu again. Twice changes nothing. Raises TooManyItems."""
    lock_schedule(item.business_id)
    db.session.refresh(item, with_for_update=True)
    if item.active:
        return
    _check_room(item.business_id)
    _record("returned", item, rewrite(item, {"active": True}), by=by, now=now)


def _check_room(business_id: int) -> None:
    counted = select(func.count()).select_from(ServiceItem).filter_by(business_id=business_id, active=True)
    if (db.session.scalar(counted) or 0) >= MOST_ITEMS:
        raise TooManyItems


def _kept(business_id: int, wish: ItemWish, *, by: Actor, now: datetime) -> str | None:
    """The key of the new picture. Under the lock of the schedule."""
    return keep_picture(business_id, "item", wish.picture, by=by, now=now) if wish.picture else None


def _record(what: str, item: ServiceItem, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    record(
        f"service_item.{what}",
        "service_item",
        item.id,
        by=by,
        at=now,
        business_id=item.business_id,
        changes=changes,
    )
