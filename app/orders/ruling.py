"""How a business takes orders: what it decides, and that it takes none for a while."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.changes import changes_of, count_changes_of
from app.core.db import db
from app.orders.models import OrderSettings

# Until somebody says so; a moment that calendars everywhere know.
OPEN_END = datetime(9000, 1, 1, tzinfo=UTC)


def known_settings(business_id: int) -> OrderSettings | None:
    """What was decided once, even if no orders are taken now."""
    return db.session.get(OrderSettings, business_id)


def counted_settings(business_id: int) -> tuple[int, OrderSettings | None]:
    """The count of changes of the business, and the same as it stood then. One statement where it was decided."""
    changes = count_changes_of(business_id)
    found = db.session.execute(
        select(OrderSettings, changes).where(OrderSettings.business_id == business_id)
    ).one_or_none()
    return (found[1] or 0, found[0]) if found else (changes_of(business_id), None)


def set_order_rules(business_id: int, columns: dict[str, Any], *, by: Actor, now: datetime) -> OrderSettings:
    """Take orders like this from now on; `columns` of OrderSettings. What is ordered stays as it was promised.

    Without any way of getting an order no orders are taken.
    """
    settings = _locked(business_id)
    changes = rewrite(settings, columns)
    if changes:
        _record("changed", settings, changes, by=by, now=now)
    return settings


def pause_orders(business_id: int, until: datetime | None, *, by: Actor, now: datetime) -> None:
    """Take no orders before `until` (UTC; OPEN_END: until somebody says so), or take them again at once (None)."""
    settings = _locked(business_id)
    changes = rewrite(settings, {"paused_until": until})
    if changes:
        told = {"paused_until": [it and it.isoformat() for it in changes["paused_until"]]}
        _record("paused" if until else "resumed", settings, told, by=by, now=now)


def _locked(business_id: int) -> OrderSettings:
    """The row, made if need be; nobody places an order meanwhile."""
    lock_schedule(business_id)
    values = {"business_id": business_id, "pickup": False}
    db.session.execute(insert(OrderSettings).values(values).on_conflict_do_nothing())
    return db.session.get_one(OrderSettings, business_id, populate_existing=True)


def _record(what: str, settings: OrderSettings, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    record(
        f"order_settings.{what}",
        "order_settings",
        settings.business_id,
        by=by,
        at=now,
        business_id=settings.business_id,
        changes=changes,
    )
