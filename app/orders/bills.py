"""The invoices of many orders at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, select, tuple_

from app.core.db import db
from app.orders.billing import subject_of
from app.orders.models import Order
from app.payments.models import Invoice


def bills_of(business_id: int, orders: Iterable[Order | Row[*tuple[Any, ...]]]) -> Mapping[int, Invoice]:
    """The invoice of each order that has one, by the id of the order. One statement, none for no orders.

    Of an order that is a row of its own, its id, uid and visit have to be known.
    """
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
