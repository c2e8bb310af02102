"""What is owed for something, as the lines of its invoice."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select

from app.businesses.models import Business
from app.core.db import db
from app.core.errors import Conflict
from app.customers.models import Customer
from app.payments.models import Invoice, InvoiceLine
from app.payments.taxes import tax_in


class AlreadyIssued(Conflict):
    """An invoice that has its number does not change any more; it is corrected by a credit note."""

    message = _("This invoice has been issued. It can only be corrected by a credit note.")


class Subject(NamedTuple):
    """What an invoice is for: a kind of thing ("visit", "order") and which one."""

    kind: str
    uid: uuid.UUID


class Item(NamedTuple):
    """A line to be: amounts in minor units for all of the quantity, with their tax of `tax_bp`/100 percent."""

    label: str
    amount_cents: int
    subject_id: int | None = None
    subject_kind: str | None = None
    quantity: int = 1
    tax_bp: int = 0
    prepay_cents: int = 0
    kind: str = "item"


def owe(
    business: Business,
    subject: Subject,
    items: Sequence[Item],
    *,
    customer: Customer | None,
    language: str,
    now: datetime,
    name: str | None = None,
    email: str | None = None,
    currency: str | None = None,
) -> Invoice:
    """The invoice of a subject, with these lines and no others. Under the schedule lock.

    `currency` is that of the amounts: they may have been promised before the business took another one. Raises
    AlreadyIssued when it has its number and would change.
    """
    invoice = invoice_of(business.id, subject)
    if invoice is None:
        invoice = Invoice(
            business_id=business.id,
            subject_kind=subject.kind,
            subject_uid=subject.uid,
            currency=currency or business.currency,
            tax_included=business.tax_included,
            language=language,
            created_at=now,
        )
        db.session.add(invoice)
    invoice.customer_id = customer.id if customer else None
    invoice.name, invoice.email = name, email
    rewrite(invoice, items)
    return invoice


def rewrite(invoice: Invoice, items: Sequence[Item]) -> None:
    """Put these lines in the place of those of an invoice and add it up anew. Raises AlreadyIssued."""
    if invoice.number is not None:
        raise AlreadyIssued
    db.session.flush()
    db.session.execute(
        delete(InvoiceLine).filter_by(business_id=invoice.business_id, invoice_id=invoice.id),
        execution_options={"synchronize_session": False},
    )
    write_lines(invoice, items)


def write_lines(invoice: Invoice, items: Sequence[Item]) -> None:
    """Add lines to an invoice that has none, and add it up."""
    db.session.add_all(
        InvoiceLine(
            business_id=invoice.business_id,
            invoice_id=invoice.id,
            position=position,
            **item._asdict(),
        )
        for position, item in enumerate(items)
    )
    invoice.tax_cents = sum(tax_in(it.amount_cents, it.tax_bp) for it in items)
    invoice.total_cents = sum(it.amount_cents for it in items)
    invoice.prepay_cents = min(sum(it.prepay_cents for it in items), max(0, invoice.total_cents))
    db.session.flush()
    db.session.expire(invoice, ["lines"])


def as_items(lines: Iterable[InvoiceLine]) -> list[Item]:
    """The lines of an invoice, to write them again."""
    return [Item(**{name: getattr(it, name) for name in Item._fields}) for it in lines]


def invoice_of(business_id: int, subject: Subject) -> Invoice | None:
    """The invoice of a subject, read again and locked; None while nothing is owed for it."""
    rows = select(Invoice).filter_by(
        business_id=business_id, subject_kind=subject.kind, subject_uid=subject.uid, kind="invoice"
    )
    fresh = rows.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(fresh)


def find_invoice(business_id: int, subject: Subject) -> Invoice | None:
    """The same for whoever only looks at it."""
    rows = select(Invoice).filter_by(
        business_id=business_id, subject_kind=subject.kind, subject_uid=subject.uid, kind="invoice"
    )
    return db.session.scalar(rows)


def lock_invoice(business_id: int, invoice_id: int) -> Invoice:
    """An invoice, read again and locked. Under the schedule lock, and before its payments."""
    return db.session.get_one(
        Invoice, (business_id, invoice_id), populate_existing=True, with_for_update=True
    )
