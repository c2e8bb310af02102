"""Who is told what about the money of an order: planned in the transaction of what happened to it, once each.

What goes back because an order ended is said by the letter that says so; here is what nobody has been told.
"""

from datetime import datetime
from typing import Any

from app.appointments.notices import owners_of
from app.appointments.telling_money import AT_THE_COUNTER, GATHERED_FOR, KEEPS, OWNERS_KEEP
from app.appointments.telling_money import tell_taken as tell_taken_for_visit
from app.businesses.models import Business
from app.notifications.planning import Message, plan, unsent
from app.orders.finding import order_of
from app.orders.models import Order
from app.orders.telling import ORDER, about_order
from app.payments.models import Invoice, Payment, Refund


def tell_taken(business: Business, order: Order, payment: Payment, *, now: datetime) -> None:
    """The receipt of what a member took at the shop, because the customer wants one; that of the visit it came with."""
    if order.visit:
        tell_taken_for_visit(business, payment, now=now)
        return
    what, about = f"receipt:p{payment.id}", {"payment": payment.id}
    plan(_to_customer(business, order, "order_receipt", what, about, now), now)


def tell_received(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """A card was charged. Where all of it goes back at once, another letter says so."""
    order = _order(business, invoice)
    if order is not None and invoice.void_at is None:
        tell_taken(business, order, payment, now=now)


def tell_sent(business: Business, invoice: Invoice, payment: Payment, refund: Refund, now: datetime) -> None:
    """Money is on its way back: to the customer, of several refunds in a row in one message."""
    order = _order(business, invoice)
    if order is None or payment.method in AT_THE_COUNTER or _is_told(order, refund):
        return
    for row in unsent(business.id, ORDER, [order.id], ("order_returned",)):
        row.payload = row.payload | {"refunds": sorted({*row.payload.get("refunds", ()), refund.id})}
        return
    what, about = f"returned:r{refund.id}", {"refunds": [refund.id]}
    soon = now + GATHERED_FOR
    plan(_to_customer(business, order, "order_returned", what, about, now, send_at=soon), now)


def tell_in_doubt(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """Something about a payment is not as it should be: to the owners."""
    order = _order(business, invoice)
    if order is not None:
        about = {"payment": payment.id}
        plan(
            _to_owners(business, order, "order_payment_review", f"review:p{payment.id}", about, now),
            now,
        )


def tell_not_sent(
    business: Business, invoice: Invoice, payment: Payment, refund: Refund, now: datetime
) -> None:
    """What was to go back did not, or came back: to the owners."""
    order = _order(business, invoice)
    if order is not None:
        about = {"refund": refund.id, "payment": payment.id}
        plan(
            _to_owners(business, order, "order_refund_failed", f"refund_failed:r{refund.id}", about, now),
            now,
        )


def _is_told(order: Order, refund: Refund) -> bool:
    """Whether the letter that says how an order ended, or that it was paid too late, says that this goes back."""
    if order.status == "expired":
        return refund.cause == "late"
    return order.ended_at is not None and refund.created_at <= order.ended_at


def _order(business: Business, invoice: Invoice) -> Order | None:
    """What an invoice is for, where that is an order."""
    return order_of(business.id, invoice.subject_uid) if invoice.subject_kind == ORDER else None


def _to_customer(
    business: Business,
    order: Order,
    kind: str,
    what: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    send_at: datetime | None = None,
) -> list[Message]:
    """By mail alone; nothing where there is no address."""
    if not order.contact_email:
        return []
    return [
        Message(
            kind=kind,
            recipient=order.contact_email,
            language=order.language or business.language,
            dedupe_key=f"b{business.id}:order{order.id}:{what}:email",
            expires_at=now + KEEPS,
            send_at=send_at,
            payload=payload,
            **about_order(order),
        )
    ]


def _to_owners(
    business: Business, order: Order, kind: str, what: str, payload: dict[str, Any], now: datetime
) -> list[Message]:
    """To each of them, whatever they chose to be told."""
    return [
        Message(
            kind=kind,
            recipient=user.email,
            language=user.language or business.language,
            dedupe_key=f"b{business.id}:order{order.id}:{what}:u{user.id}:email",
            expires_at=now + OWNERS_KEEP,
            user_id=user.id,
            payload=payload,
            **about_order(order),
        )
        for user in owners_of(business.id)
    ]
