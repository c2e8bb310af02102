"""A payment by Stripe begins: our row first, then Stripe, then its reference; each is committed before the next."""

import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.db import db
from app.core.errors import Conflict
from app.payments.models import LIVE, Invoice, Payment
from app.payments.owing import lock_invoice
from app.payments.stripe.account import Account, account_of
from app.payments.stripe.answers import NotLetIn

ASKED_AFTER = timedelta(
    minutes=2
)  # By then the answer of a webhook should be here, and that of Stripe itself.
PAGE_LIVES = timedelta(minutes=35)  # Stripe wants half an hour at least, counted from when it is asked.


class NothingDue(Conflict):
    """It has been paid already, or nothing is owed any more."""

    message = _("There is nothing left to pay.")


class OtherPaymentUnderWay(Conflict):
    """A payment of another sum, or in another way, has to be called off before."""

    message = _("Another payment for this has been started. Please try again in a moment.")


def account_to_pay_with(business_id: int) -> Account:
    """The keys that count now. Raises NotLetIn without any."""
    account = account_of(business_id)
    if account is None:
        raise NotLetIn("no keys")
    return account


def start(business: Business, invoice: Invoice, *, live: bool, by_page: bool, now: datetime) -> Payment:
    """The payment of what is due first, or else of the rest, that is under way or begins now.

    `by_page`: on a page of Stripe's. The same again is the same payment. Raises NothingDue, OtherPaymentUnderWay.
    """
    lock_schedule(business.id)
    invoice = lock_invoice(business.id, invoice.id)
    amount = invoice.askable_cents
    under_way = payment_under_way(invoice)
    if under_way is not None:
        same = (under_way.amount_cents, under_way.live_mode) == (amount, live)
        if not same or _is_other_way(under_way, by_page) or is_dead(under_way, now):
            raise OtherPaymentUnderWay
        return under_way
    if not amount:
        raise NothingDue
    payment = Payment(
        business_id=business.id,
        invoice_id=invoice.id,
        method="stripe",
        status="created",
        currency=invoice.currency,
        amount_cents=amount,
        live_mode=live,
        idempotency_key=secrets.token_urlsafe(24),
        next_sync_at=now + ASKED_AFTER,
        created_at=now,
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def opened(payment: Payment, ref: str) -> None:
    """Stripe has taken it in under this reference. It says the same each time it is asked.

    Only who has written it down may tell anybody how to pay. Raises OtherPaymentUnderWay.
    """
    _write_down(payment, "provider_ref", ref)


def page_opened(payment: Payment, ref: str) -> None:
    """Stripe has a page for it. Raises OtherPaymentUnderWay."""
    _write_down(payment, "checkout_ref", ref)


def is_asked(payment: Payment) -> bool:
    """Whether Stripe's answer was written down, so that somebody may know how to pay it."""
    return bool(payment.provider_ref or payment.checkout_ref)


def is_dead(payment: Payment, now: datetime) -> bool:
    """Whether nobody can pay it any more, though nobody has said so: its answer was lost, or its page has closed."""
    if payment.checkout_ref:
        return now >= payment.created_at + PAGE_LIVES
    return not is_asked(payment) and now >= payment.created_at + ASKED_AFTER


def payment_under_way(invoice: Invoice) -> Payment | None:
    """The one payment of an invoice that may still become money."""
    rows = select(Payment).filter_by(business_id=invoice.business_id, invoice_id=invoice.id)
    fresh = rows.where(Payment.status.in_(LIVE)).execution_options(populate_existing=True)
    return db.session.scalar(fresh)


def last_payment(invoice: Invoice) -> Payment | None:
    """The one that was begun last, whatever became of it."""
    rows = select(Payment).filter_by(business_id=invoice.business_id, invoice_id=invoice.id)
    return db.session.scalar(rows.order_by(Payment.id.desc()).limit(1))


def _is_other_way(payment: Payment, by_page: bool) -> bool:
    """Whether it was begun on our own page and is to go on on one of Stripe's, or the other way round."""
    return is_asked(payment) and bool(payment.checkout_ref) != by_page


def _write_down(payment: Payment, name: str, ref: str) -> None:
    """Somebody else may have begun it in the other way, or called it off, while Stripe was asked."""
    db.session.refresh(payment, with_for_update=True)
    if getattr(payment, name) == ref:
        return
    if is_asked(payment) or payment.status not in LIVE:
        raise OtherPaymentUnderWay
    setattr(payment, name, ref)
