"""What a customer can pay online for an order, what it is called, and whether it may be paid later after all."""

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.orders.billing import bill_of, find_own_bill, subject_of
from app.orders.changing import change_order, lock_order
from app.orders.models import ON_THE_BOARD, Order, OrderSettings
from app.orders.placing import first_status
from app.payments.calling_off import call_off
from app.payments.models import Invoice
from app.payments.owing import invoice_of
from app.payments.starting import last_payment, payment_under_way
from app.payments.stripe.account import account_of

_LONGEST = 200


class PaidOnline(Conflict):
    """It is paid before it counts here, or its payment is on its way."""

    message = _("This order has to be paid online, or its payment is on its way already.")


def payable(business: Business, order: Order) -> Invoice | None:
    """The invoice of an order of which something can be paid online now; what came with a visit is paid with that.

    What waits for its payment is still to be paid when the keys are gone; its page then says that this does not work.
    """
    invoice = find_own_bill(order)
    if invoice is None or not invoice.askable_cents:
        return None
    settings = db.session.get(OrderSettings, order.business_id)
    may_be = settings is not None and settings.prepay != "on_site" and account_of(business.id) is not None
    is_taken = order.status in (*ON_THE_BOARD, "fulfilled") and may_be
    return invoice if order.status == "pending_payment" or is_taken else None


def rest_of(business: Business, order: Order) -> Invoice | None:
    """The invoice of an order that counts, as long as something of it is left to pay online and nobody is at it."""
    invoice = payable(business, order) if order.status != "pending_payment" else None
    last = last_payment(invoice) if invoice else None
    return None if last is not None and last.status in ("processing", "needs_review") else invoice


def is_on_its_way(invoice: Invoice) -> bool:
    """Whether it is paid and the money has not come in yet, as with a bank that needs days."""
    under_way = payment_under_way(invoice)
    return under_way is not None and under_way.status == "processing"


def called(business: Business, order: Order) -> str:
    """What is paid for, as it stands on a bank statement or on Stripe's page."""
    return gettext("%(business)s: order %(number)s", business=business.name, number=order.number)[:_LONGEST]


def seconds_left(order: Order, now: datetime) -> int | None:
    """How long an order is kept for whoever pays it (seconds); None where it waits for no payment."""
    return max(0, int((order.expires_at - now).total_seconds())) if order.expires_at else None


def can_pay_later(order: Order) -> bool:
    """Whether an order that waits for its payment would be taken without it, too."""
    settings = db.session.get(OrderSettings, order.business_id)
    may_choose = settings is not None and settings.prepay == "either"
    return order.status == "pending_payment" and order.visit is None and may_choose


def pay_later(business: Business, order: Order, *, by: Actor, now: datetime) -> None:
    """Let an order count that is paid when its customer gets it. Takes the schedule lock; twice changes nothing.

    What was begun to be paid is called off. Raises PaidOnline.
    """
    order = lock_order(order)
    if order.status in ON_THE_BOARD:
        return
    invoice = invoice_of(business.id, subject_of(order))
    is_paid = invoice is not None and (is_on_its_way(invoice) or _is_looked_at(invoice))
    if not can_pay_later(order) or is_paid:
        raise PaidOnline
    if invoice is not None:
        call_off(invoice, now)
        bill_of(business, order, now)
    settings = db.session.get_one(OrderSettings, business.id)
    change_order(order, first_status(settings), by=by, now=now)


def _is_looked_at(invoice: Invoice) -> bool:
    last = last_payment(invoice)
    return last is not None and last.status == "needs_review"
