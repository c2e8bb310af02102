"""People and rooms as what time is taken from: found, renamed, put away and taken back."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.audit.models import record, rewrite
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.schedule.models import Resource

MOST = 200


class TooMany(DomainError):
    """A business has more people or rooms than its lists and its calendar are made for."""

    message = _("There are 200 already, which is as many as Daybook can show. Please put some away first.")


def find_resource(business_id: int, resource_id: int, kind: str) -> Resource | None:
    """A person (`staff`) or room (`space`) of this business, put away or not."""
    found = select(Resource).filter_by(business_id=business_id, id=resource_id, kind=kind)
    return db.session.scalar(found)


def check_room_for_more(business_id: int, kind: str) -> None:
    """Raise TooMany where there are MOST of a kind."""
    counted = select(func.count()).select_from(Resource)
    if (db.session.scalar(counted.filter_by(business_id=business_id, kind=kind, active=True)) or 0) >= MOST:
        raise TooMany


def change_resource(resource: Resource, *, by: Actor, now: datetime, **columns: Any) -> None:
    """Give a person or room another name or daily limit. Past and future bookings keep the name they were made with."""
    rules_changed(resource.business_id)
    db.session.refresh(resource)
    changes = rewrite(resource, columns)
    if changes:
        _record("changed", resource, changes, by, now)


def put_back(business_id: int, resource_id: int, *, by: Actor, now: datetime) -> None:
    """Let a person or room be booked again. Twice changes nothing. Raises TooMany."""
    rules_changed(business_id)
    resource = db.session.get_one(Resource, (business_id, resource_id), populate_existing=True)
    if resource.active:
        return
    check_room_for_more(business_id, resource.kind)
    resource.active = True
    db.session.flush()
    _record("put_back", resource, {"active": [False, True]}, by, now)


def _record(what: str, resource: Resource, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    record(
        f"resource.{what}",
        "resource",
        resource.id,
        by=by,
        at=now,
        business_id=resource.business_id,
        changes=changes,
    )
