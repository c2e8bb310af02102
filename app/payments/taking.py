"""Money that members take themselves: cash, a card at the shop, a transfer."""

import secrets
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.payments.counting import count_in
from app.payments.models import Invoice, Payment
from app.payments.owing import lock_invoice

BY_HAND = ("cash", "card", "transfer", "other")


class MoreThanOwed(DomainError):
    """Nobody pays more than what is open; a tip is not owed."""

    message = _("That is more than what is left to pay.")


def take(
    business: Business,
    invoice: Invoice,
    amount: int,
    method: str,
    *,
    by: Actor,
    now: datetime,
    note: str | None = None,
    key: str | None = None,
) -> Payment:
    """Write down that so much (minor units) was paid at the shop. The same `key` again is the same payment.

    Raises MoreThanOwed.
    """
    lock_schedule(business.id)
    invoice = lock_invoice(business.id, invoice.id)
    earlier = (
        key and db.session.query(Payment).filter_by(business_id=business.id, idempotency_key=key).first()
    )
    if earlier:
        return earlier
    if amount > invoice.open_cents:
        raise MoreThanOwed
    payment = Payment(
        business_id=business.id,
        invoice_id=invoice.id,
        method=method,
        status="succeeded",
        currency=invoice.currency,
        amount_cents=amount,
        received_cents=amount,
        idempotency_key=key or secrets.token_urlsafe(24),
        by_name=by.name,
        note=note,
        succeeded_at=now,
        created_at=now,
    )
    db.session.add(payment)
    db.session.flush()
    record(
        "payment.taken",
        "payment",
        payment.id,
        by=by,
        at=now,
        business_id=business.id,
        changes={"amount_cents": [None, amount], "method": [None, method]},
    )
    count_in(business, invoice, now)
    return payment
