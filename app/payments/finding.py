"""Invoices by what an address names, and what was paid of several of them at once."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, select

from app.core.db import db
from app.payments.models import Invoice, Payment, Refund

_OF_PAYMENT = and_(Invoice.business_id == Payment.business_id, Invoice.id == Payment.invoice_id)
OF_REFUND = and_(Payment.business_id == Refund.business_id, Payment.id == Refund.payment_id)


@dataclass(slots=True)
class Account:
    """All money of one subject, such as a visit. `notes` are its credit notes, all in the order of time."""

    invoice: Invoice
    notes: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    @property
    def papers(self) -> list[Invoice]:
        """What can be printed: the invoice and its credit notes, once they have a number."""
        return [it for it in (self.invoice, *self.notes) if it.number]

    def method_of(self, refund: Refund) -> str:
        """The way on which what goes back had come."""
        return next(it.method for it in self.payments if it.id == refund.payment_id)


def way_back() -> ColumnElement[str]:
    """The way on which a refund goes back: as its payment came, or another where a member did what Stripe could not."""
    is_stripes = and_(Payment.method == "stripe", Refund.status == "succeeded", Refund.provider_ref.is_(None))
    return case((is_stripes, "other"), else_=Payment.method)


def accounts_of(business_id: int, kind: str, uids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Account]:
    """The accounts of the subjects that have an invoice, by subject. Three statements, one where there is none."""
    if not uids:
        return {}
    rows = select(Invoice).where(
        Invoice.business_id == business_id, Invoice.subject_kind == kind, Invoice.subject_uid.in_(uids)
    )
    invoices = db.session.scalars(rows.order_by(Invoice.id)).all()
    found = {it.subject_uid: Account(it) for it in invoices if it.kind == "invoice"}
    if not found:
        return {}
    for note in invoices:
        if note.kind == "credit_note":
            found[note.subject_uid].notes.append(note)
    by_invoice = {it.invoice.id: it for it in found.values()}
    paid = select(Payment).where(Payment.business_id == business_id, Payment.invoice_id.in_(by_invoice))
    by_payment: dict[int, Account] = {}
    for payment in db.session.scalars(paid.order_by(Payment.id)):
        by_payment[payment.id] = by_invoice[payment.invoice_id]
        by_payment[payment.id].payments.append(payment)
    back = select(Refund).where(Refund.business_id == business_id, Refund.payment_id.in_(by_payment))
    for refund in db.session.scalars(back.order_by(Refund.id)) if by_payment else ():
        by_payment[refund.payment_id].refunds.append(refund)
    return found


def issued_for(business_id: int, kind: str, uid: uuid.UUID) -> Sequence[Invoice]:
    """The invoice of a subject and its credit notes, once they have a number."""
    rows = select(Invoice).filter_by(business_id=business_id, subject_kind=kind, subject_uid=uid)
    return db.session.scalars(rows.where(Invoice.number.is_not(None)).order_by(Invoice.id)).all()


def find_issued(business_id: int, kind: str, uid: uuid.UUID, number: uuid.UUID) -> Invoice | None:
    """An issued invoice or credit note of a subject by its own uid; None where there is no such one."""
    rows = select(Invoice).filter_by(business_id=business_id, subject_kind=kind, subject_uid=uid, uid=number)
    return db.session.scalar(rows.where(Invoice.number.is_not(None)))


def notes_of(invoice: Invoice) -> Sequence[Invoice]:
    """Its credit notes, by number."""
    rows = select(Invoice).filter_by(business_id=invoice.business_id, corrects_id=invoice.id)
    return db.session.scalars(rows.order_by(Invoice.id)).all()


def corrected_by(note: Invoice) -> Invoice | None:
    """The invoice a credit note corrects."""
    return (note.corrects_id and db.session.get(Invoice, (note.business_id, note.corrects_id))) or None


def payments_of(business_id: int) -> Any:
    """A statement for all payments of a business, each with its invoice."""
    return select(Payment, Invoice).join(Invoice, _OF_PAYMENT).where(Payment.business_id == business_id)


def refunds_of(business_id: int) -> Any:
    """A statement for all refunds of a business, each with its payment and that one's invoice."""
    rows = select(Refund, Payment, Invoice).join(Payment, OF_REFUND).join(Invoice, _OF_PAYMENT)
    return rows.where(Refund.business_id == business_id)
