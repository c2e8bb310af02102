"""Money and orders: what was paid counts, what was not lapses, what ends gives back."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.businesses.finding import load_business
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.orders.billing import ORDER, subject_of
from app.orders.changing import change_order
from app.orders.finding import order_of
from app.orders.models import GONE, Order, OrderSettings
from app.orders.placing import KEPT, first_status
from app.orders.taking_again import take_again
from app.orders.telling import tell_late
from app.orders.timing import soonest
from app.orders.with_visits import settle_with_visit
from app.payments.calling_off import call_off
from app.payments.issuing import credit, issue
from app.payments.models import Invoice, Payment
from app.payments.owing import as_items, invoice_of
from app.payments.refunding import give_back

# From when Stripe says that a payment is on its way; a bank debit is answered within some working days.
KEPT_FOR_BANK = timedelta(days=7)


def take_for_ordered(business: Business, invoice: Invoice, now: datetime) -> None:
    """What was due first for an order has come in: it counts. Where it had lapsed, it is taken again, or all goes back.

    Under the schedule lock, in the transaction in which the money was counted.
    """
    order = order_of(business.id, invoice.subject_uid) if invoice.subject_kind == ORDER else None
    if order is None or order.status not in ("pending_payment", "expired") or invoice.due_now_cents:
        return
    settings = db.session.get_one(OrderSettings, business.id)
    if order.status == "expired":
        try:
            with db.session.begin_nested():
                take_again(business, order, now)
        except DomainError:
            _pay_back(business, invoice, order, by=SYSTEM, now=now)
            tell_late(business, order, now=now)
            return
        invoice.void_at = None
    elif order.asap:
        # As soon as possible is counted from when it is paid.
        order.due_at = max(order.due_at, soonest(order, settings, now))
    change_order(order, first_status(settings), by=SYSTEM, now=now)


def keep_on(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """Keep an order while its payment is on its way, never beyond the time it is due nor shorter than was said.

    Under the schedule lock.
    """
    order = _waiting(business, invoice)
    if order is not None and order.expires_at is not None:
        order.expires_at = max(order.expires_at, min(now + KEPT_FOR_BANK, order.due_at))


def give_time_again(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """What was on its way did not come in: its customer has as long as at first to pay in another way.

    Under the schedule lock.
    """
    order = _waiting(business, invoice)
    if order is not None:
        order.expires_at = now + KEPT


def settle(order: Order, was: str, by: Actor, now: datetime) -> None:
    """Let the money follow what became of an order. Under the schedule lock."""
    business = load_business(order.business_id)
    if order.status not in (*GONE, "fulfilled"):
        return
    if order.visit is not None:
        settle_with_visit(business, order, by=by, now=now)
        return
    invoice = invoice_of(order.business_id, subject_of(order))
    if invoice is None:
        return
    if order.status == "fulfilled":
        issue(business, invoice, by=SYSTEM, now=now)
    else:
        _pay_back(business, invoice, order, by=by, now=now)


def let_lapse(business_id: int, now: datetime, at_once: int) -> int:
    """End what nobody has paid for in time, and give its pieces back; how many. Takes the schedule lock."""
    lock_schedule(business_id)
    due = select(Order).where(Order.business_id == business_id, Order.expires_at <= now)
    found = db.session.scalars(due.order_by(Order.id).limit(at_once).with_for_update()).all()
    for order in found:
        change_order(order, "expired", by=SYSTEM, now=now, reason=None)
    return len(found)


def businesses_with_lapsing(now: datetime) -> list[int]:
    """Those in which an order was to be paid by now."""
    due = select(Order.business_id).where(Order.expires_at <= now).distinct()
    return sorted(db.session.scalars(due))


def _waiting(business: Business, invoice: Invoice) -> Order | None:
    """The order that waits for the payment of an invoice; None for any other invoice."""
    order = order_of(business.id, invoice.subject_uid) if invoice.subject_kind == ORDER else None
    return order if order is not None and order.status == "pending_payment" else None


def _pay_back(business: Business, invoice: Invoice, order: Order, *, by: Actor, now: datetime) -> None:
    """All that was paid goes back; nothing is owed any more, and nobody is to pay it."""
    call_off(invoice, now)
    if invoice.number is None:
        invoice.void_at = now
    else:
        credit(business, invoice, as_items(invoice.lines), by=by, now=now)
    give_back(
        business,
        invoice,
        invoice.kept_cents,
        cause="cancelled" if order.status != "expired" else "late",
        key=f"order/{order.id}/{order.seq}/{invoice.paid_cents}",
        by=by,
        now=now,
        reason=order.reason,
    )
