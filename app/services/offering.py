"""What a business offers."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.services.models import Service


def add_service(
    business_id: int,
    name: str,
    *,
    minutes: int | None,
    price_cents: int | None,
    by: Actor,
    now: datetime,
    **more: Any,
) -> Service:
    """A new service: a visit has a length (minutes); price in cents; `more` are further columns of Service."""
    rules_changed(business_id)
    columns = {"name": name, "minutes": minutes, "price_cents": price_cents, **more}
    service = Service(business_id=business_id, **columns)
    db.session.add(service)
    db.session.flush()
    changes = {column: [None, value] for column, value in columns.items()}
    record("service.added", "service", service.id, by=by, at=now, business_id=business_id, changes=changes)
    return service


def bookable_services(business_id: int) -> list[Service]:
    """What a customer can choose from, in the business's own order: visits, which the flow is made for."""
    offered = select(Service).filter_by(
        business_id=business_id, active=True, bookable=True, unit="visit", capacity=1
    )
    return list(db.session.scalars(offered.order_by(Service.position, Service.id)))
