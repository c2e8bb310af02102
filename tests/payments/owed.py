"""Invoices and payments for tests."""

import secrets
import uuid

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments.applying import apply_refund_state
from app.payments.counting import count, count_in
from app.payments.models import Invoice, Payment, PaymentSettings, Refund
from app.payments.owing import Item, Subject, owe
from app.payments.refunding import give_back
from app.payments.stripe.account import keep_keys
from tests.factories import a_business


def an_invoice(business=None, amount=6000, prepay=0, **columns) -> Invoice:
    """Somebody owes this much; `columns` are further ones of its line."""
    subject = Subject("visit", uuid.uuid4())
    item = Item("Haircut", amount, prepay_cents=prepay, **columns)
    return owe(business or a_business(), subject, [item], customer=None, language="en-GB", now=clock.now())


def paid_online(business, invoice, amount) -> Payment:
    """What Stripe says it has got for an invoice."""
    payment = Payment(
        business_id=business.id,
        invoice_id=invoice.id,
        method="stripe",
        status="succeeded",
        currency=invoice.currency,
        amount_cents=amount,
        received_cents=amount,
        idempotency_key=secrets.token_hex(16),
        provider_ref=f"pi_{secrets.token_hex(8)}",
        succeeded_at=clock.now(),
    )
    db.session.add(payment)
    count_in(business, invoice, clock.now())
    return payment


def with_keys(business, simulator, mode="test") -> PaymentSettings:
    """The business has an account at Stripe, or at what stands in for it."""
    settings = PaymentSettings(business_id=business.id, mode=mode)
    keep_keys(settings, simulator.publishable_key, simulator.secret_key, simulator.webhook_secret, live=False)
    db.session.add(settings)
    db.session.flush()
    return settings


def to_review(business, received=1500, currency="EUR", *, prepay=2000, kind="sum") -> Payment:
    """A payment of €20.00 of which Stripe says something else; it waits for a member."""
    payment = paid_online(business, an_invoice(business, prepay=prepay), 2000)
    payment.status, payment.received_cents, payment.succeeded_at = "needs_review", 0, None
    payment.review = f"{kind}/{received}/{currency}"
    count(db.session.get_one(Invoice, (business.id, payment.invoice_id)))
    return payment


def failed_refund(business, amount=500, failure="The card is closed.") -> Refund:
    """A refund that Stripe could not give back."""
    invoice = an_invoice(business)
    paid_online(business, invoice, 2000)
    key = f"desk/{secrets.token_hex(8)}"
    (refund,) = give_back(business, invoice, amount, cause="member", key=key, by=SYSTEM, now=clock.now())
    apply_refund_state(business.id, refund.id, failure, clock.now())
    return refund
