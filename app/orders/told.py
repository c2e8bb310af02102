"""Which orders messages are about, and which messages are about an order."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select

from app.core.db import db
from app.notifications.listing import messages_about
from app.notifications.models import Notification
from app.orders.models import Order
from app.orders.telling import ORDER


class OrderSubject(NamedTuple):
    """The order a message is about, and who ordered."""

    order_id: int
    number: int
    name: str | None


def orders_about(business_id: int, messages: Collection[Notification]) -> dict[int, OrderSubject]:
    """The orders these messages are about, by the message's id. One statement at most."""
    ids = {it.subject_id for it in messages if it.subject_kind == ORDER}
    if not ids:
        return {}
    columns = (Order.id, Order.number, Order.contact_name)
    rows = db.session.execute(select(*columns).where(Order.business_id == business_id, Order.id.in_(ids)))
    found = {row.id: OrderSubject(*row) for row in rows}
    return {
        it.id: found[it.subject_id] for it in messages if it.subject_kind == ORDER and it.subject_id in found
    }


def told_about_order(order: Order) -> list[Notification]:
    """The newest messages about an order. One statement."""
    return messages_about(order.business_id, [order.id], [ORDER])
