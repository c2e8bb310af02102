"""Every payment and every refund of a period, and what each was for. Three statements, however many there are."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, literal, select, union

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


def came_and_went(business: Business, period: Period) -> tuple[Any, Any]:
    """The payments that came in and the refunds that were promised in a period. What failed never left."""
    came = payments_of(business.id).where(*_within(period, Payment.succeeded_at), Payment.received_cents > 0)
    went = refunds_of(business.id).where(*_within(period, Refund.created_at), Refund.status != "failed")
    return came, went


def entries_of(business: Business, period: Period, *only: Any) -> list[Entry]:
    """What came in and what was promised back in a period, by time; `only` are further conditions of its payments."""
    came, went = (it.where(*only) for it in came_and_went(business, period))
    invoices = (Invoice.name, Invoice.number, Invoice.subject_uid, Payment.invoice_id)
    paid = came.with_only_columns(
        Payment.succeeded_at.label("at"),
        Payment.received_cents.label("cents"),
        Payment.currency,
        Payment.method,
        Payment.note,
        Payment.by_name,
        *invoices,
    )
    back = went.with_only_columns(
        Refund.created_at.label("at"),
        (-Refund.amount_cents).label("cents"),
        Payment.currency,
        way_back().label("method"),
        Refund.reason.label("note"),
        Refund.by_name,
        *invoices,
    )
    rows = [*db.session.execute(paid), *db.session.execute(back)]
    parts = _parts(
        business.id,
        union(*(it.with_only_columns(Payment.invoice_id) for it in (came, went))).subquery(),
    )
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


def _parts(business_id: int, invoices: Any) -> Mapping[int, Sequence[Part]]:
    """What each of the invoices is for; what takes something off of all of it counts for nothing by itself.

    One on which nothing is left, because all of its visit was given up, was for what had been booked.
    """
    wanted = select(invoices.c.invoice_id)
    lines = (
        select(
            InvoiceLine.invoice_id,
            InvoiceLine.position,
            InvoiceLine.label,
            InvoiceLine.amount_cents,
            Booking.service_name,
            Booking.performer_name,
        )
        .outerjoin(
            Booking,
            and_(
                InvoiceLine.subject_kind == BOOKING,
                Booking.business_id == InvoiceLine.business_id,
                Booking.id == InvoiceLine.subject_id,
            ),
        )
        .where(
            InvoiceLine.business_id == business_id,
            InvoiceLine.kind != "discount",
            InvoiceLine.invoice_id.in_(wanted),
        )
    )
    is_for_something = exists().where(
        InvoiceLine.business_id == business_id,
        InvoiceLine.invoice_id == Invoice.id,
        InvoiceLine.kind != "discount",
    )
    given_up = (
        select(
            Invoice.id,
            literal(0),
            Booking.service_name,
            Booking.total_cents,
            Booking.service_name,
            Booking.performer_name,
        )
        .join(Booking, and_(Booking.business_id == Invoice.business_id, Booking.visit == Invoice.subject_uid))
        .where(Invoice.business_id == business_id, Invoice.id.in_(wanted), ~is_for_something)
    )
    found: dict[int, list[Part]] = defaultdict(list)
    for row in db.session.execute(lines.union_all(given_up).order_by("invoice_id", "position", "label")):
        weight = max(0, row.amount_cents)
        found[row.invoice_id].append(Part(row.service_name or row.label, row.performer_name, weight))
    return found
