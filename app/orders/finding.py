"""Orders by their links and numbers."""

import uuid

from sqlalchemy import select

from app.core import signing
from app.core.db import db
from app.orders.models import Order


def order_token(order: Order) -> str:
    """The part of an address that leads to an order; a higher link version makes older links dead."""
    return signing.sign("order", [order.business_id, str(order.uid), order.link_version])


def find_order(token: str) -> Order | None:
    """The order a link is for; None for a wrong or revoked one."""
    signed = signing.read("order", token)
    if signed is None:
        return None
    business_id, uid, version = signed
    found = db.session.scalar(select(Order).filter_by(business_id=business_id, uid=uuid.UUID(uid)))
    return found if found is not None and found.link_version == version else None


def load_order(business_id: int, order_id: int) -> Order | None:
    """An order of this business; None for another's."""
    return db.session.get(Order, (business_id, order_id))


def order_of(business_id: int, uid: uuid.UUID) -> Order | None:
    """The order an invoice is for, read again."""
    rows = select(Order).filter_by(business_id=business_id, uid=uid).execution_options(populate_existing=True)
    return db.session.scalar(rows)
