"""An invoice gets its number, or a credit note that takes some of it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.payments.models import Invoice, PaymentSettings
from app.payments.news import invoice_issued
from app.payments.owing import Item, write_lines

INVOICES, CREDIT_NOTES = "invoice", "credit_note"
# Whoever takes a number holds the row until they commit, and gives it back by rolling back: so there are no gaps.
_NEXT = text("""
    INSERT INTO invoice_series (business_id, series, year, last) VALUES (:business, :series, :year, 1)
    ON CONFLICT (business_id, series, year) DO UPDATE SET last = invoice_series.last + 1
    RETURNING last
""")


def issue(business: Business, invoice: Invoice, *, by: Actor, now: datetime) -> Invoice:
    """Give an invoice its number and keep who sells. Issuing twice changes nothing. Under the schedule lock."""
    if invoice.number is not None:
        return invoice
    settings = db.session.get(PaymentSettings, business.id) or PaymentSettings()
    today = now.astimezone(ZoneInfo(business.zone)).date()
    counted = {"business": business.id, "series": invoice.kind, "year": today.year}
    last = db.session.execute(_NEXT, counted).scalar_one()
    mark = "C" if invoice.kind == CREDIT_NOTES else ""
    invoice.number = f"{settings.invoice_prefix or ''}{mark}{today.year}-{last:04}"
    invoice.issued_at, invoice.issued_on = now, today
    invoice.seller = _seller(business, settings)
    db.session.flush()
    invoice_issued.send(business, invoice=invoice)
    record(
        "invoice.issued",
        "invoice",
        invoice.id,
        by=by,
        at=now,
        business_id=business.id,
        changes={"number": [None, invoice.number]},
    )
    return invoice


def credit(
    business: Business, invoice: Invoice, items: Sequence[Item], *, by: Actor, now: datetime
) -> Invoice:
    """A credit note, issued at once, for these lines of an issued invoice; amounts as they were charged."""
    note = Invoice(
        business_id=business.id,
        kind=CREDIT_NOTES,
        corrects_id=invoice.id,
        subject_kind=invoice.subject_kind,
        subject_uid=invoice.subject_uid,
        customer_id=invoice.customer_id,
        currency=invoice.currency,
        tax_included=invoice.tax_included,
        language=invoice.language,
        name=invoice.name,
        email=invoice.email,
        address=invoice.address,
        created_at=now,
    )
    db.session.add(note)
    db.session.flush()
    write_lines(note, [it._replace(amount_cents=-it.amount_cents, prepay_cents=0) for it in items])
    db.session.expire(invoice, ["credited_cents"])
    return issue(business, note, by=by, now=now)


def _seller(business: Business, settings: PaymentSettings) -> dict[str, Any]:
    """Who sells, as the invoice says for good."""
    place = " ".join(it for it in (business.postcode, business.city) if it)
    lines = [it for it in (business.street, place, business.country) if it]
    return {
        "name": settings.seller_name or business.name,
        "address": settings.seller_address or "\n".join(lines),
        "tax_number": settings.tax_number,
        "note": settings.invoice_note,
        "email": business.email,
        "phone": business.phone,
    }
