"""Every payment and every refund of a period, and what each was for. Three statements, however many there are."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, union

from app.appointments.billing import BOOKING
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.db import db
from app.payments.finding import payments_of, refunds_of, way_back
from app.payments.models import Invoice, InvoiceLine, Payment, Refund
from app.schedule.periods import Period
from app.schedule.wall_clock import local_date


@dataclass(frozen=True, slots=True)
class Part:
    """One thing an invoice is for, and how much of its money counts for it; None for what has no person."""

    service: str
    person: str | None
    weight: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Money that came in, or (below nothing) that went back, in minor units, on a `day` of the shop's clock."""

    at: datetime
    day: date
    cents: int
    currency: str
    method: str
    customer: str | None
    number: str | None
    visit: uuid.UUID
    note: str | None
    by_name: str | None
    parts: Sequence[Part]


def came_in(business: Business, period: Period) -> ColumnElement[bool]:
    """Of a payment: whether it came in during a period."""
    within = _within(period, Payment.succeeded_at)
    return and_(Payment.business_id == business.id, *within, Payment.received_cents > 0)


def went_back(business: Business, period: Period) -> ColumnElement[bool]:
    """Of a refund: whether it was promised in a period. What failed never left."""
    within = _within(period, Refund.created_at)
    return and_(Refund.business_id == business.id, *within, Refund.status != "failed")


def entries_of(business: Business, period: Period) -> list[Entry]:
    """What came in and what was promised back in a period, by time."""
    came = payments_of(business.id).where(came_in(business, period))
    went = refunds_of(business.id).where(went_back(business, period))
    of_invoice = (Invoice.name, Invoice.number, Invoice.subject_uid, Payment.invoice_id)
    paid = came.with_only_columns(
        Payment.succeeded_at.label("at"),
        Payment.received_cents.label("cents"),
        Payment.currency,
        Payment.method,
        Payment.note,
        Payment.by_name,
        *of_invoice,
    )
    back = went.with_only_columns(
        Refund.created_at.label("at"),
        (-Refund.amount_cents).label("cents"),
        Payment.currency,
        way_back().label("method"),
        Refund.reason.label("note"),
        Refund.by_name,
        *of_invoice,
    )
    rows = [*db.session.execute(paid), *db.session.execute(back)]
    invoices = union(*(it.with_only_columns(Payment.invoice_id) for it in (came, went))).subquery()
    parts = _parts(business.id, select(invoices.c.invoice_id))
    found = [
        Entry(
            at=row.at,
            day=local_date(row.at, business.zone),
            cents=row.cents,
            currency=row.currency,
            method=row.method,
            customer=row.name,
            number=row.number,
            visit=row.subject_uid,
            note=row.note,
            by_name=row.by_name,
            parts=parts.get(row.invoice_id, ()),
        )
        for row in rows
    ]
    return sorted(found, key=lambda it: it.at)


def _within(period: Period, column: Any) -> tuple[Any, Any]:
    return column >= period.starts_at, column < period.ends_at


def parts_of(business_id: int, invoices: Any) -> Any:
    """What each of the `invoices` (a statement of their ids) is for, as columns; with no row for what is for nothing.

    What takes something off of all of it counts for nothing by itself. One on which nothing is left, because all of its
    visit was given up, was for what had been booked.
    """
    of_booking = and_(
        InvoiceLine.subject_kind == BOOKING,
        Booking.business_id == InvoiceLine.business_id,
        Booking.id == InvoiceLine.subject_id,
    )
    lines = (
        select(
            InvoiceLine.invoice_id,
            InvoiceLine.position,
            InvoiceLine.id.label("line"),
            func.coalesce(Booking.service_name, InvoiceLine.label).label("service"),
            Booking.performer_name.label("person"),
            func.greatest(0, InvoiceLine.amount_cents).label("weight"),
        )
        .outerjoin(Booking, of_booking)
        .where(
            InvoiceLine.business_id == business_id,
            InvoiceLine.kind != "discount",
            InvoiceLine.invoice_id.in_(invoices),
        )
        .cte("lines")
    )
    for_nothing = invoices.except_(select(lines.c.invoice_id)).subquery()
    booked = (
        Booking.id,
        Booking.service_name,
        Booking.performer_name,
        Booking.total_cents,
    )
    given_up = (
        select(Invoice.id, literal(0), *booked)
        .join(for_nothing, for_nothing.c.invoice_id == Invoice.id)
        .join(Booking, and_(Booking.business_id == Invoice.business_id, Booking.visit == Invoice.subject_uid))
        .where(Invoice.business_id == business_id)
    )
    return select(lines).union_all(given_up)


def _parts(business_id: int, invoices: Any) -> Mapping[int, Sequence[Part]]:
    rows = parts_of(business_id, invoices).order_by("invoice_id", "position", "line")
    found: dict[int, list[Part]] = defaultdict(list)
    for row in db.session.execute(rows):
        found[row.invoice_id].append(Part(row.service, row.person, row.weight))
    return found
