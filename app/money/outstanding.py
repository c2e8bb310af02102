"""What is owed still."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, exists, func, select, tuple_

from app.appointments.models import Booking
from app.core.db import db
from app.core.paging import Page, Place, each_part, nearest_page
from app.orders.models import ON_HOLD, Order
from app.payments.models import Invoice

PAGE = 50
AT_ONCE = 500
# As `Invoice.open_cents`, for the database.
_LEFT = Invoice.total_cents - Invoice.credited_cents - Invoice.paid_cents + Invoice.refunded_cents


def debts_of(business_id: int, number: int) -> tuple[Page[Invoice], list[tuple[int, str]]]:
    """A page of invoices not paid in full, the oldest first, and all that is open by currency. Two statements."""
    sums = _open(business_id).with_only_columns(Invoice.currency, func.count(), func.sum(_LEFT))
    by_currency = db.session.execute(sums.group_by(Invoice.currency).order_by(Invoice.currency)).all()
    total = sum(row[1] for row in by_currency)
    number = nearest_page(number, total, PAGE)
    rows = db.session.scalars(_in_order(business_id).limit(PAGE).offset((number - 1) * PAGE)).all()
    return Page(list(rows), total, number, PAGE), [(int(row[2]), row[0]) for row in by_currency]


def each_debt(business_id: int) -> Iterator[Sequence[Invoice]]:
    """All of them, the oldest first, in parts of AT_ONCE, between which a transaction may end."""
    rows = _in_order(business_id).limit(AT_ONCE)

    def read(after: Place | None) -> Sequence[Invoice]:
        behind = rows.where(tuple_(Invoice.created_at, Invoice.id) > after) if after else rows
        return db.session.scalars(behind).all()

    return each_part(read, lambda it: (it.created_at, it.id), AT_ONCE)


def _in_order(business_id: int) -> Select[Invoice]:
    return _open(business_id).order_by(Invoice.created_at, Invoice.id)


def _open(business_id: int) -> Select[Invoice]:
    return select(Invoice).where(
        Invoice.business_id == business_id,
        Invoice.kind == "invoice",
        Invoice.void_at.is_(None),
        # As the index of what is outstanding says it.
        Invoice.paid_cents - Invoice.refunded_cents < Invoice.total_cents,
        _LEFT > 0,
        # What is kept while somebody pays, or asks for it, is owed by nobody yet.
        ~exists().where(
            Booking.business_id == Invoice.business_id,
            Booking.visit == Invoice.subject_uid,
            Booking.status.in_(("held", "pending_payment", "requested")),
        ),
        ~exists().where(
            Order.business_id == Invoice.business_id,
            Order.uid == Invoice.subject_uid,
            Order.status.in_(ON_HOLD),
        ),
    )
