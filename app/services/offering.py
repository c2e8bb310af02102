"""What a business offers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.audit.models import record, rewrite
from app.businesses.locking import rules_changed
from app.businesses.models import Business
from app.businesses.window import check_window
from app.core.actor import Actor
from app.core.db import db
from app.services.models import Service, ServiceCategory

_WINDOW = ("notice_amount", "notice_unit", "advance_days")
_OFFERED = (
    select(Service)
    .where(
        Service.business_id == bindparam("business"),
        Service.active,
        Service.bookable,
        Service.unit == "visit",
    )
    .order_by(Service.position, Service.id)
)


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
    """A new service: a visit has a length (minutes); price in cents; `more` are further columns of Service.

    Raises NoticeBeyondWindow.
    """
    rules_changed(business_id)
    columns = {"name": name, "minutes": minutes, "price_cents": price_cents, **more}
    _check_window(business_id, **columns)
    service = Service(business_id=business_id, **columns)
    db.session.add(service)
    db.session.flush()
    changes = {column: [None, value] for column, value in columns.items()}
    record("service.added", "service", service.id, by=by, at=now, business_id=business_id, changes=changes)
    return service


def change_service(service: Service, *, by: Actor, now: datetime, **columns: Any) -> None:
    """Give a service other columns. What is booked keeps what it was booked with. Raises NoticeBeyondWindow.

    The places of a class have an act of their own, which looks after its dates.
    """
    if "capacity" in columns:
        raise ValueError("places have an act of their own: app.appointments.class_times.change_capacity")
    rules_changed(service.business_id)
    db.session.refresh(service)
    own = {name: getattr(service, name) for name in _WINDOW}
    _check_window(service.business_id, **own | columns)
    changes = rewrite(service, columns)
    if "notice_amount" in changes:
        changes.setdefault("notice_unit", [service.notice_unit, service.notice_unit])
    if changes:
        of = service.business_id
        record("service.changed", "service", service.id, by=by, at=now, business_id=of, changes=changes)


def bookable_services(business_id: int) -> list[Service]:
    """What a customer can choose from, in the business's own order: visits and classes, which the flow is made for."""
    return list(db.session.scalars(_OFFERED, {"business": business_id}))


def by_category(business_id: int, services: Sequence[Service]) -> list[tuple[str | None, list[Service]]]:
    """Services under their headings, those without one last. One statement, where any has one."""
    if not any(it.category_id for it in services):
        return [(None, list(services))] if services else []
    order = (ServiceCategory.position, ServiceCategory.id)
    headings = (
        select(ServiceCategory.id, ServiceCategory.name).filter_by(business_id=business_id).order_by(*order)
    )
    found: list[tuple[str | None, list[Service]]] = [
        (name, [it for it in services if it.category_id == category])
        for category, name in [*db.session.execute(headings), (None, None)]
    ]
    return [(name, those) for name, those in found if those]


def _check_window(
    business_id: int,
    *,
    notice_amount: int | None = None,
    notice_unit: str | None = None,
    advance_days: int | None = None,
    **_others: Any,
) -> None:
    """The service's own notice and window, or the business's where it has none."""
    business = db.session.get_one(Business, business_id, populate_existing=True)
    ahead = business.advance_days if advance_days is None else advance_days
    if notice_amount is None or notice_unit is None:
        notice_amount, notice_unit = business.notice_amount, business.notice_unit
    check_window(notice_amount, notice_unit, ahead)
