"""What visits owe: the invoice made of their bookings, and when it gets its number by itself."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from app.appointments.agreeing import agreed
from app.appointments.models import GIVES_BACK, WAITED_FOR, Booking
from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.money import split
from app.customers.models import Customer
from app.payments.issuing import issue
from app.payments.models import Invoice, InvoiceLine
from app.payments.news import invoice_issued
from app.payments.owing import Item, Subject, as_items, find_invoice, invoice_of, lock_invoice, owe

VISIT, BOOKING = "visit", "booking"


def bill_of(
    business: Business, bookings: Sequence[Booking], now: datetime, more: Sequence[Item] = ()
) -> Invoice:
    """The invoice of a visit, made or brought up to date from its bookings; one that was issued stays as it is.

    It has the prices that were promised, and what is due first by the terms that were agreed. What was kept of a
    booking that was given back stays on it, and so does what was taken off for all, and what was bought with it; `more`
    is bought just now. Under the schedule lock.
    """
    first = min(bookings, key=lambda it: (it.guest, it.id))
    invoice = invoice_of(business.id, subject_of(first))
    if invoice is not None and invoice.number is not None:
        return invoice
    owed = [it for it in bookings if not is_settled(it)]
    items = [item for booking in owed for item in items_of(booking)]
    if invoice is not None:
        ids = {it.id for it in owed}
        # Another kind of thing may have the same number.
        items += [
            it for it in as_items(invoice.lines) if it.subject_kind != BOOKING or it.subject_id not in ids
        ]
    customer = first.customer_id and db.session.get(Customer, (business.id, first.customer_id))
    return owe(
        business,
        subject_of(first),
        [*items, *more],
        customer=customer or None,
        language=first.language or business.language,
        now=now,
        name=first.contact_name,
        email=first.contact_email,
        currency=first.currency,
    )


def subject_of(booking: Booking) -> Subject:
    """What the invoice and the code of a booking are for: all of its visit."""
    return Subject(VISIT, booking.visit)


def items_of(booking: Booking) -> list[Item]:
    """The lines of a booking; of a price that is told on site the amount is nothing."""
    lines = booking.price_lines or [{"amount": booking.total_cents}]
    amounts = [line["amount"] or 0 for line in lines]
    due_first = agreed(booking).due_first(sum(amounts), booking.places)
    # A discount is no part of what is due first: that is counted from what is left.
    parts = split(due_first, [max(0, it) for it in amounts])
    return [
        Item(
            line.get("label") or booking.service_name,
            amount,
            subject_id=booking.id,
            subject_kind=BOOKING,
            quantity=line.get("quantity", 1),
            tax_bp=booking.tax_bp,
            prepay_cents=part,
            kind="discount" if line.get("kind") == "discount" else "item",
        )
        for line, amount, part in zip(lines, amounts, parts, strict=True)
    ]


@invoice_issued.connect
def _say_when(business: Business, *, invoice: Invoice) -> None:
    """Put the days of its bookings onto an invoice that gets its number, as the law of most countries wants it."""
    lines = update(InvoiceLine).where(
        InvoiceLine.business_id == business.id,
        InvoiceLine.invoice_id == invoice.id,
        InvoiceLine.subject_kind == BOOKING,
        Booking.business_id == InvoiceLine.business_id,
        Booking.id == InvoiceLine.subject_id,
    )
    db.session.execute(
        lines.values(served_on=func.date(Booking.local_start)),
        execution_options={"synchronize_session": False},
    )


def is_settled(booking: Booking) -> bool:
    """Whether nothing more is owed for it than what was kept of it."""
    return booking.status in (*GIVES_BACK, "no_show")


def find_bill(business_id: int, booking: Booking) -> Invoice | None:
    """The invoice of the visit of a booking, as somebody looks at it."""
    return find_invoice(business_id, subject_of(booking))


def issue_finished(business: Business, visits: Iterable[uuid.UUID], now: datetime) -> None:
    """Give the invoices of these visits their numbers, where nothing of the visit is still to come.

    Under the schedule lock, with what became of the bookings flushed. One statement where there is no such invoice.
    """
    ahead = aliased(Booking)
    db.session.flush()
    found = select(Invoice.id).where(
        Invoice.business_id == business.id,
        Invoice.kind == "invoice",
        Invoice.subject_kind == VISIT,
        Invoice.subject_uid.in_(set(visits)),
        Invoice.number.is_(None),
        Invoice.void_at.is_(None),
        Invoice.total_cents > 0,
        ~exists().where(
            ahead.business_id == business.id,
            ahead.visit == Invoice.subject_uid,
            ahead.status.in_(WAITED_FOR),
        ),
    )
    for invoice_id in db.session.scalars(found.order_by(Invoice.id)).all():
        issue(business, lock_invoice(business.id, invoice_id), by=SYSTEM, now=now)
