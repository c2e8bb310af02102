"""What an order owes: its invoice, and whether it is paid before it counts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.appointments.billing import VISIT
from app.appointments.paying_back import paid_for_companion
from app.businesses.models import Business
from app.core.card_amounts import askable, most_of
from app.core.db import db
from app.core.errors import DomainError
from app.customers.models import Customer
from app.orders.models import GONE, Order, OrderSettings
from app.payments.models import Invoice
from app.payments.owing import Item, Subject, find_invoice, owe
from app.payments.stripe.account import account_of

ORDER = "order"


class TooMuchOnline(DomainError):
    """More than Stripe takes at once."""

    message = _("So much cannot be paid online at once. Please order less.")


def subject_of(order: Order) -> Subject:
    """What the invoice of an order is for: the order, or all of the visit it was ordered with."""
    return Subject(VISIT, order.visit) if order.visit else Subject(ORDER, order.uid)


def find_bill(order: Order) -> Invoice | None:
    """The invoice an order is on, as somebody looks at it."""
    return find_invoice(order.business_id, subject_of(order))


def find_own_bill(order: Order) -> Invoice | None:
    """The invoice of an order that has one of its own; what comes with a visit has not."""
    return None if order.visit else find_bill(order)


def is_prepaid_with_visit(business: Business, settings: OrderSettings, total: int) -> bool:
    """Whether so much (minor units) that is ordered with a visit is paid first; who may choose pays at the visit."""
    return settings.prepay == "online" and can_be_paid(business, total, business.currency)


def paid_and_left(order: Order) -> tuple[int, int]:
    """What was paid for an order and did not go back, and what is left to pay of it (minor units)."""
    bill = find_bill(order)
    if bill is None or order.visit is None:
        return (bill.kept_cents, bill.open_cents) if bill else (0, 0)
    paid = paid_for_companion(bill, ORDER, order.id)
    is_owed = any((it.subject_kind, it.subject_id) == (ORDER, order.id) for it in bill.lines)
    return paid, max(0, order.total_cents - paid) if is_owed and order.status not in GONE else 0


def is_paid_first(business: Business, settings: OrderSettings, order: Order, *, online: bool) -> bool:
    """Whether an order counts once it is paid; `online`: its customer wants to pay at once, where they may choose."""
    wants = settings.prepay == "online" or (settings.prepay == "either" and online)
    return wants and can_be_paid(business, order.total_cents, order.currency)


def can_be_paid(business: Business, total: int, currency: str) -> bool:
    """Whether so much (minor units) can be paid online: there are keys for it, and it is not too little."""
    return askable(total, currency) > 0 and account_of(business.id) is not None


def check_online(total: int, currency: str) -> None:
    """Raise TooMuchOnline where so much (minor units) is more than can be paid at once."""
    if total > most_of(currency):
        raise TooMuchOnline


def bill_of(business: Business, order: Order, now: datetime, *, prepaid: bool = False) -> Invoice | None:
    """The invoice of an order; none where it costs nothing. Under the schedule lock. `prepaid`: all is due first."""
    if not order.total_cents:
        return None
    customer = order.customer_id and db.session.get(Customer, (business.id, order.customer_id))
    return owe(
        business,
        subject_of(order),
        items_of(order, prepaid=prepaid),
        customer=customer or None,
        language=order.language or business.language,
        now=now,
        name=order.contact_name,
        email=order.contact_email,
        currency=order.currency,
    )


def items_of(order: Order, *, prepaid: bool) -> list[Item]:
    """The lines of its invoice: what was ordered with its options, and the delivery."""
    sold = [(_label(it.name, it.options), it.amount_cents, it.quantity, it.tax_bp) for it in order.lines]
    if order.delivery_cents:
        settings = db.session.get_one(OrderSettings, order.business_id)
        sold.append((gettext("Delivery"), order.delivery_cents, 1, settings.delivery_tax_bp))
    return [
        Item(
            label,
            amount,
            subject_id=order.id,
            subject_kind=ORDER,
            quantity=quantity,
            tax_bp=tax_bp,
            prepay_cents=amount if prepaid else 0,
        )
        for label, amount, quantity, tax_bp in sold
    ]


def _label(name: str, options: Iterable[Mapping[str, Any]]) -> str:
    """What was ordered, as one line of an invoice says it."""
    chosen = ", ".join(it["name"] for it in options)
    return f"{name} ({chosen})" if chosen else name
