"""The invoices of many orders at once."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, tuple_

from app.core.db import db
from app.orders.billing import subject_of
from app.orders.models import Order
from app.payments.models import Invoice


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
