"""What orders keep of a customer: the one place that names their personal columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from app.audit.forgetting import NOBODY, forget_in_journal
from app.core.db import db
from app.core.errors import Conflict
from app.customers.belonging import Person
from app.notifications.models import Notification
from app.orders.models import ON_HOLD, ON_THE_BOARD, Order, OrderLine
from app.orders.words import line_in_words

# Each with what stands there afterwards. Links in old mails end with the version.
OF_ORDER: Mapping[str, Any] = {
    "contact_name": NOBODY,
    "contact_email": None,
    "contact_phone": None,
    "language": None,
    "street": "",
    "postcode": None,
    "city": None,
    "note": None,
    "member_note": None,
    "reason": None,
}


class StillOrdered(Conflict):
    """Whoever waits for something would not get it."""

    message = _("They have an order that is not finished yet. Please finish or cancel it first.")


def refuse(person: Person, now: datetime) -> None:
    """Raise StillOrdered for somebody who waits for something."""
    if any(it.status in (*ON_HOLD, *ON_THE_BOARD) for it in _orders(person)):
        raise StillOrdered


def forget(person: Person, now: datetime) -> None:
    """Who ordered, where it went, and what they wished for with it."""
    orders = _orders(person)
    ids = [it.id for it in orders]
    given = {
        it
        for order in orders
        for it in (order.contact_name, order.contact_email, order.contact_phone, order.street)
        if it
    }
    rows = update(Order).where(Order.business_id == person.business_id, Order.id.in_(ids))
    db.session.execute(rows.values(**OF_ORDER, link_version=Order.link_version + 1))
    lines = update(OrderLine).where(OrderLine.business_id == person.business_id, OrderLine.order_id.in_(ids))
    db.session.execute(lines.values(note=None))
    told = update(Notification).where(
        Notification.business_id == person.business_id,
        Notification.subject_kind == "order",
        Notification.subject_id.in_(ids),
    )
    db.session.execute(told.values(payload={}, last_error=None))
    forget_in_journal(person.business_id, {"order": ids}, [*person.words, *given], OF_ORDER)


def tell(person: Person) -> dict[str, Any]:
    """What they ordered."""
    return {
        "orders": [
            {
                "number": it.number,
                "placed_at": it.placed_at.isoformat(),
                "due_at": it.due_at.isoformat(),
                "order_status": it.status,
                "way": it.way,
                "name_given": it.contact_name,
                "email_given": it.contact_email,
                "phone_given": it.contact_phone,
                "street": it.street,
                "postcode": it.postcode,
                "city": it.city,
                "note": it.note,
                "currency": it.currency,
                "total": it.total_cents,
                "ordered": [line_in_words(line) for line in it.lines],
            }
            for it in _orders(person)
        ]
    }


def _orders(person: Person) -> Sequence[Order]:
    rows = select(Order).where(Order.business_id == person.business_id, Order.customer_id.in_(person.ids))
    return db.session.scalars(rows.order_by(Order.id)).all()
