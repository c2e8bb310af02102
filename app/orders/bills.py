"""The invoices of many orders at once."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_

from app.appointments.billing import VISIT
from app.core.db import db
from app.orders.billing import ORDER, subject_of
from app.orders.models import Order
from app.payments.models import Invoice


def is_bill_of_order() -> ColumnElement[bool]:
    """Whether a row of invoices is what an order is on, as `subject_of` says: for a statement that joins them."""
    return and_(
        Invoice.business_id == Order.business_id,
        Invoice.kind == "invoice",
        Invoice.subject_kind == case((Order.visit.is_not(None), VISIT), else_=ORDER),
        Invoice.subject_uid == func.coalesce(Order.visit, Order.uid),
    )


def bills_of(business_id: int, orders: Iterable[Order]) -> Mapping[int, Invoice]:
    """The invoice of each order that has one, by the id of the order. One statement, none for no orders."""
    subjects = {it.id: subject_of(it) for it in orders}
    if not subjects:
        return {}
    rows = select(Invoice).where(
        Invoice.business_id == business_id,
        Invoice.kind == "invoice",
        tuple_(Invoice.subject_kind, Invoice.subject_uid).in_(set(subjects.values())),
    )
    found = {(it.subject_kind, it.subject_uid): it for it in db.session.scalars(rows)}
    return {order_id: found[subject] for order_id, subject in subjects.items() if subject in found}
