"""What a business offers."""

from typing import Any

from sqlalchemy import select

from app.businesses.locking import rules_changed
from app.core.db import db
from app.services.models import Service


def add_service(
    business_id: int, name: str, *, minutes: int, price_cents: int | None, **more: Any
) -> Service:
    """A new service of fixed length (minutes) and price (cents); `more` are further columns of Service."""
    service = Service(business_id=business_id, name=name, minutes=minutes, price_cents=price_cents, **more)
    db.session.add(service)
    rules_changed(business_id)
    db.session.flush()
    return service


def bookable_services(business_id: int) -> list[Service]:
    """What a customer can choose from, in the business's own order."""
    offered = select(Service).filter_by(business_id=business_id, active=True, bookable=True)
    return list(db.session.scalars(offered.order_by(Service.position, Service.id)))
