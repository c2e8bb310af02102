"""What money keeps of a customer. Invoices that were issued keep the name and address they have to show, by law."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.audit.forgetting import forget_in_journal, mentions
from app.core.db import db
from app.customers.belonging import Person
from app.payments.models import Invoice, Payment, Refund

OF_INVOICE: Mapping[str, Any] = {"name": None, "email": None, "address": None}
OF_ISSUED_INVOICE: Mapping[str, Any] = {"email": None}


def forget(person: Person, now: datetime) -> None:
    """Whom invoices are to, and what was written beside payments where it names them."""
    theirs = update(Invoice).where(
        Invoice.business_id == person.business_id, Invoice.customer_id.in_(person.ids)
    )
    db.session.execute(theirs.where(Invoice.number.is_(None)).values(**OF_INVOICE))
    db.session.execute(theirs.where(Invoice.number.is_not(None)).values(**OF_ISSUED_INVOICE))
    payments, refunds = _payments(person), _refunds(person)
    for payment in payments:
        payment.note = None if mentions(payment.note, person.words) else payment.note
        payment.failure = None if mentions(payment.failure, person.words) else payment.failure
    for refund in refunds:
        refund.reason = None if mentions(refund.reason, person.words) else refund.reason
        refund.failure = None if mentions(refund.failure, person.words) else refund.failure
    subjects = {
        "invoice": [it.id for it in _invoices(person)],
        "payment": [it.id for it in payments],
        "refund": [it.id for it in refunds],
    }
    forget_in_journal(person.business_id, subjects, person.words)


def tell(person: Person) -> dict[str, Any]:
    """What they owed and how it was paid."""
    payments = _payments(person)
    return {
        "invoices": [
            {
                "number": it.number,
                "issued_on": it.issued_on.isoformat() if it.issued_on else None,
                "name": it.name,
                "email": it.email,
                "address": it.address,
                "currency": it.currency,
                "total": it.total_cents,
                "paid": it.paid_cents,
                "given_back": it.refunded_cents,
                "lines": [{"label": line.label, "amount": line.amount_cents} for line in it.lines],
                "payments": [
                    {
                        "method": payment.method,
                        "status": payment.status,
                        "amount": payment.received_cents or payment.amount_cents,
                        "given_back": payment.refunded_cents,
                        "note": payment.note,
                        "paid_at": payment.succeeded_at.isoformat() if payment.succeeded_at else None,
                    }
                    for payment in payments
                    if payment.invoice_id == it.id
                ],
            }
            for it in _invoices(person)
        ]
    }


def _invoices(person: Person) -> list[Invoice]:
    rows = select(Invoice).where(
        Invoice.business_id == person.business_id, Invoice.customer_id.in_(person.ids)
    )
    return list(db.session.scalars(rows.order_by(Invoice.id).execution_options(populate_existing=True)))


def _payments(person: Person) -> list[Payment]:
    paid_for = (Payment.business_id == Invoice.business_id) & (Payment.invoice_id == Invoice.id)
    rows = select(Payment).join(Invoice, paid_for)
    theirs = rows.where(Invoice.business_id == person.business_id, Invoice.customer_id.in_(person.ids))
    return list(db.session.scalars(theirs.order_by(Payment.id)))


def _refunds(person: Person) -> list[Refund]:
    ids = [it.id for it in _payments(person)]
    rows = select(Refund).where(Refund.business_id == person.business_id, Refund.payment_id.in_(ids))
    return list(db.session.scalars(rows))
