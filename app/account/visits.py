"""What somebody has booked, in whatever business: by what is bound to their account, never by an address alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import joinedload

from app.appointments.finding import receipt_token
from app.appointments.models import Appointment, Booking
from app.appointments.receipt import Receipt
from app.appointments.subjects import in_order
from app.businesses.models import Business
from app.core.db import db
from app.core.paging import Page, nearest_page
from app.customers.models import Customer

PAGE = 20
MOST_AHEAD = 50
KNOWN = ("requested", "pending_payment", "confirmed", "completed", "no_show", "cancelled", "declined")


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, with the business it is at and the link to its own page."""

    business: Business
    receipt: Receipt
    token: str

    @property
    def service_id(self) -> int:
        return self.receipt.first.appointment.service_id

    @property
    def services(self) -> list[str]:
        return list(dict.fromkeys(it.service_name for it in self.receipt.kept))

    @property
    def person(self) -> str | None:
        return self.receipt.first.performer_name


def visits_ahead(user_id: int, now: datetime) -> list[Visit]:
    """What is to come, by time; MOST_AHEAD at most."""
    begins = func.min(Appointment.starts_at)
    keys = _visits_of(user_id).having(func.bool_or(_is_ahead(now))).order_by(begins).limit(MOST_AHEAD)
    return _read(db.session.execute(keys).all())


def visits_before(user_id: int, now: datetime, page: int = 1) -> Page[Visit]:
    """One page of what was or was called off, the latest first. A page that does not exist is the last."""
    over = _visits_of(user_id).having(~func.bool_or(_is_ahead(now)))
    total = db.session.scalar(select(func.count()).select_from(over.subquery())) or 0
    number = nearest_page(page, total, PAGE)
    latest = over.order_by(func.min(Appointment.starts_at).desc(), Booking.visit)
    rows = db.session.execute(latest.limit(PAGE).offset((number - 1) * PAGE)).all() if total else []
    return Page(_read(rows), total, number, PAGE)


def all_visits(user_id: int) -> list[Visit]:
    """Everything, the oldest first."""
    keys = _visits_of(user_id).order_by(func.min(Appointment.starts_at), Booking.visit)
    return _read(db.session.execute(keys).all())


def customers_of(user_id: int) -> list[Customer]:
    """What businesses know of somebody."""
    rows = select(Customer).filter_by(user_id=user_id, erased_at=None)
    return list(db.session.scalars(rows.order_by(Customer.business_id, Customer.id)))


def _is_ahead(now: datetime) -> ColumnElement[bool]:
    waited_for = Booking.status.in_(("requested", "pending_payment", "confirmed"))
    return and_(waited_for, Appointment.ends_at > now)


def _visits_of(user_id: int) -> Select[*tuple[Any, ...]]:
    """(business, visit) of each."""
    return (
        select(Booking.business_id, Booking.visit)
        .select_from(Customer)
        .join(Booking, _same(Booking.customer_id, Customer))
        .join(Appointment, _same(Booking.appointment_id, Appointment))
        .where(Customer.user_id == user_id, Customer.erased_at.is_(None), Booking.status.in_(KNOWN))
        .group_by(Booking.business_id, Booking.visit)
    )


def _same(column: Any, table: Any) -> ColumnElement[bool]:
    return and_(Booking.business_id == table.business_id, column == table.id)


def _read(keys: Sequence[Any]) -> list[Visit]:
    """The visits, in this order: two statements, however many."""
    if not keys:
        return []
    pairs = [tuple(key) for key in keys]
    rows = select(Booking, Business).join(Business, Business.id == Booking.business_id)
    rows = rows.options(joinedload(Booking.appointment)).where(Booking.status.in_(KNOWN))
    rows = rows.where(tuple_(Booking.business_id, Booking.visit).in_(pairs))
    found: dict[Any, list[Any]] = defaultdict(list)
    for booking, business in db.session.execute(rows.execution_options(populate_existing=True)):
        found[booking.business_id, booking.visit].append((booking, business))
    return [_visit(found[pair]) for pair in pairs if found[pair]]


def _visit(rows: list[Any]) -> Visit:
    bookings = in_order(it for it, _ in rows)
    return Visit(rows[0][1], Receipt(bookings), receipt_token(bookings[0]))
