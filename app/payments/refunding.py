"""Money that goes back: written down and reserved here, carried out by whoever has it."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.card_amounts import step_of
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.money import down_to, up_to
from app.payments.counting import count
from app.payments.models import Invoice, Payment, Refund
from app.payments.news import tell_of_refund
from app.payments.owing import lock_invoice

AGAIN = "again"  # The end of the key of a refund in the place of one that failed.


class GivenBackMeanwhile(Conflict):
    """Somebody else was faster."""

    message = _("Somebody has dealt with this refund meanwhile.")


class MoreThanPaid(DomainError):
    """Only what was paid and has not gone back yet can go back."""

    message = _("That is more than what was paid and has not been refunded yet.")


class NotInSteps(DomainError):
    """Stripe gives back thousandths of a dinar by tens only."""

    message = _(
        "What was paid online in this currency can only be refunded in amounts whose last digit is 0. Please change it."
    )


def give_back(
    business: Business,
    invoice: Invoice,
    amount: int,
    *,
    cause: str,
    key: str,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    only: Payment | None = None,
) -> list[Refund]:
    """Let so much (minor units) of what was paid for an invoice go back, the payment that came last first.

    `key` says what for: the same again changes nothing. What Stripe has is sent back by a job; what members took is
    theirs to hand out, and waits for them. `only` one payment gives. Raises MoreThanPaid, and NotInSteps for what a
    member types; by itself it becomes a whole step.
    """
    lock_schedule(business.id)
    invoice = lock_invoice(business.id, invoice.id)
    earlier = _of_key(business.id, key)
    if earlier or amount == 0:
        return list(earlier)
    payments = _with_money(invoice, only)
    if amount < 0 or amount > sum(_left(it) for it in payments):
        raise MoreThanPaid
    parts = _parts(payments, amount, step_of(invoice.currency))
    if sum(parts) != amount and cause == "member":
        raise NotInSteps
    refunds = [
        _refund(payment, part, cause, f"{key}/{payment.id}", by, now, reason)
        for payment, part in zip(payments, parts, strict=True)
        if part
    ]
    count(invoice)
    return refunds


def hand_out(business: Business, refund: Refund, *, by: Actor, now: datetime) -> None:
    """A member has given back what they had taken. Doing it twice changes nothing."""
    lock_schedule(business.id)
    refund = db.session.get_one(
        Refund, (business.id, refund.id), populate_existing=True, with_for_update=True
    )
    if refund.status != "pending":
        return
    refund.status, refund.settled_at, refund.by_name = "succeeded", now, by.name
    changes = {"status": ["pending", "succeeded"]}
    record("refund.handed_out", "refund", refund.id, by=by, at=now, business_id=business.id, changes=changes)
    payment = db.session.get_one(Payment, (business.id, refund.payment_id))
    invoice = db.session.get_one(Invoice, (business.id, payment.invoice_id))
    tell_of_refund(business, invoice, payment, refund, now)


def give_again(business: Business, refund: Refund, *, by_hand: bool, by: Actor, now: datetime) -> Refund:
    """Give back what failed: by Stripe once more, or a member has handed it out. It is a refund of its own.

    Raises GivenBackMeanwhile, and MoreThanPaid where its money has gone back in another way since.
    """
    lock_schedule(business.id)
    payment = db.session.get_one(Payment, (business.id, refund.payment_id))
    invoice = lock_invoice(business.id, payment.invoice_id)
    payment = db.session.get_one(
        Payment, (business.id, payment.id), populate_existing=True, with_for_update=True
    )
    refund = db.session.get_one(Refund, (business.id, refund.id), populate_existing=True)
    key = f"{refund.dedupe_key}/{AGAIN}"
    if refund.status != "failed" or _of_key(business.id, refund.dedupe_key):
        raise GivenBackMeanwhile
    if refund.amount_cents > _left(payment):
        raise MoreThanPaid
    fresh = _refund(payment, refund.amount_cents, refund.cause, key, by, now, refund.reason)
    if by_hand:
        fresh.status, fresh.settled_at, fresh.next_sync_at = "succeeded", now, None
        changes = {"status": ["failed", "succeeded"]}
        record(
            "refund.handed_out", "refund", fresh.id, by=by, at=now, business_id=business.id, changes=changes
        )
    count(invoice)
    return fresh


def _parts(payments: Sequence[Payment], amount: int, step: int) -> list[int]:
    """What of an amount each payment gives: Stripe's in whole steps, a part of one those that members took.

    Where these have none, one of Stripe's gives a whole step instead of it.
    """
    parts = []
    for payment in payments:
        part = min(amount, _left(payment))
        if payment.method == "stripe":
            part = down_to(part, step)
        parts.append(part)
        amount -= part
    for at, payment in enumerate(payments):
        if amount > 0:
            more = min(up_to(amount, step), _left(payment) - parts[at])
            parts[at] += more
            amount -= more
    return parts


def _refund(
    payment: Payment, amount: int, cause: str, key: str, by: Actor, now: datetime, reason: str | None
) -> Refund:
    online = payment.method == "stripe"
    refund = Refund(
        business_id=payment.business_id,
        payment_id=payment.id,
        status="created" if online else "pending",
        cause=cause,
        reason=reason,
        amount_cents=amount,
        dedupe_key=key,
        idempotency_key=secrets.token_urlsafe(24),
        by_name=by.name,
        next_sync_at=now if online else None,
        created_at=now,
    )
    db.session.add(refund)
    db.session.flush()
    record(
        "refund.promised",
        "refund",
        refund.id,
        by=by,
        at=now,
        business_id=payment.business_id,
        changes={"amount_cents": [None, amount], "cause": [None, cause]},
        reason=reason,
    )
    return refund


def _of_key(business_id: int, key: str) -> Sequence[Refund]:
    rows = select(Refund).where(
        Refund.business_id == business_id, Refund.dedupe_key.startswith(f"{key}/", autoescape=True)
    )
    return db.session.scalars(rows.order_by(Refund.id)).all()


def _with_money(invoice: Invoice, only: Payment | None) -> Sequence[Payment]:
    """The payments something can go back of, locked, those by Stripe first and the latest of them first."""
    rows = select(Payment).filter_by(business_id=invoice.business_id, invoice_id=invoice.id)
    rows = rows.where(Payment.received_cents > Payment.refunded_cents)
    if only is not None:
        rows = rows.where(Payment.id == only.id)
    in_order = rows.order_by((Payment.method != "stripe"), Payment.id.desc())
    return db.session.scalars(in_order.with_for_update().execution_options(populate_existing=True)).all()


def _left(payment: Payment) -> int:
    return payment.received_cents - payment.refunded_cents
