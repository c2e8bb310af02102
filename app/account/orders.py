"""What somebody has ordered, in whatever business: by what is bound to their account, never by an address alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import selectinload

from app.businesses.models import Business
from app.core.db import db
from app.core.paging import Page, nearest_page
from app.customers.models import Customer
from app.orders.finding import order_token
from app.orders.models import Order

PAGE = 10


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order, with the business it is of and the link to its own page."""

    business: Business
    order: Order
    token: str

    @property
    def what(self) -> str:
        """What it was, in short: 2 × Margherita, 1 × Water."""
        return ", ".join(f"{it.quantity} × {it.name}" for it in self.order.lines)

    @property
    def is_over(self) -> bool:
        return self.order.ended_at is not None


def orders_of(user_id: int, page: int = 1) -> Page[Ordered]:
    """One page of their orders, the latest first: three statements. A page that does not exist is the last."""
    total = db.session.scalar(select(func.count()).select_from(_of(user_id).subquery())) or 0
    number = nearest_page(page, total, PAGE)
    latest = _of(user_id).order_by(Order.placed_at.desc(), Order.business_id, Order.id)
    return Page(_read(latest.limit(PAGE).offset((number - 1) * PAGE)) if total else [], total, number, PAGE)


def all_orders(user_id: int) -> Sequence[Ordered]:
    """Everything, the oldest first."""
    return _read(_of(user_id).order_by(Order.placed_at, Order.business_id, Order.id))


def _of(user_id: int) -> Select[*tuple[Any, ...]]:
    """What was only begun and never ordered is not there."""
    theirs = and_(Customer.business_id == Order.business_id, Customer.id == Order.customer_id)
    return (
        select(Order, Business)
        .join(Customer, theirs)
        .join(Business, Business.id == Order.business_id)
        .where(Customer.user_id == user_id, Customer.erased_at.is_(None), Order.status != "held")
    )


def _read(rows: Select[*tuple[Any, ...]]) -> list[Ordered]:
    found = db.session.execute(rows.options(selectinload(Order.lines)))
    return [Ordered(business, order, order_token(order)) for order, business in found]
