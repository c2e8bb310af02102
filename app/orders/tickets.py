"""Orders of the board in full, as they are read for their cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import load_only

from app.core.db import db
from app.orders.bills import is_bill_of_order
from app.orders.due_times import slowest
from app.orders.models import Order, OrderLine, OrderSettings
from app.orders.urgency import Urgency, urgency_of
from app.payments.models import Invoice


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order on the board in full: what is in it, its invoice, and `when` it should be begun and done with."""

    order: Order | Row[*tuple[Any, ...]]
    lines: Sequence[OrderLine | Row[*tuple[Any, ...]]]
    bill: Invoice | None
    when: Urgency

    @property
    def open_cents(self) -> int:
        """What is still to be paid for it (minor units)."""
        return self.bill.open_cents if self.bill else self.order.total_cents

    @property
    def money(self) -> str:
        """Whether it is paid: "free", "with_visit" (with that), "paid", "partly_paid" or "unpaid"."""
        if not self.order.total_cents:
            return "free"
        if self.order.visit:
            return "with_visit"
        if not self.open_cents:
            return "paid"
        return "partly_paid" if self.open_cents < self.order.total_cents else "unpaid"


def ticket_of(
    order: Order, bill: Invoice | None, settings: OrderSettings, slow: Mapping[int, int], now: datetime
) -> Ticket:
    """An order as its page shows it; `slow` are the minutes of items that have their own."""
    made = slowest([slow.get(line.item_id) for line in order.lines], settings.prepare_min)
    return Ticket(order, order.lines, bill, urgency_of(order, made, settings.way_min, now))


def tickets_of(business_id: int, whens: Mapping[int, Urgency]) -> Mapping[int, Ticket]:
    """These orders, by id, with all that is on their cards. Two statements, none for no orders."""
    if not whens:
        return {}
    which = {"business": business_id, "orders": list(whens)}
    orders = db.session.execute(_ON_CARDS, which).all()
    contents: dict[int, list[Row[*tuple[Any, ...]]]] = {it: [] for it in whens}
    for line in db.session.execute(_IN_THEM, which):
        contents[line.order_id].append(line)
    return {it.id: Ticket(it, contents[it.id], it.Invoice, whens[it.id]) for it in orders}


_ON_CARDS = (
    select(
        Order.id,
        Order.uid,
        Order.number,
        Order.status,
        Order.visit,
        Order.way,
        Order.due_at,
        Order.at_table,
        Order.street,
        Order.postcode,
        Order.city,
        Order.contact_name,
        Order.note,
        Order.member_note,
        Order.total_cents,
        Order.currency,
        Invoice,
    )
    .outerjoin(Invoice, is_bill_of_order())
    .where(Order.business_id == bindparam("business"), Order.id.in_(bindparam("orders", expanding=True)))
    .options(
        load_only(
            Invoice.total_cents,
            Invoice.paid_cents,
            Invoice.refunded_cents,
            Invoice.credited_cents,
            Invoice.void_at,
            raiseload=True,
        )
    )
)
_IN_THEM = (
    select(OrderLine.order_id, OrderLine.name, OrderLine.options, OrderLine.quantity, OrderLine.note)
    .where(
        OrderLine.business_id == bindparam("business"),
        OrderLine.order_id.in_(bindparam("orders", expanding=True)),
    )
    .order_by(OrderLine.order_id, OrderLine.position)
)
