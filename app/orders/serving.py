"""What members do with an order: take it through the kitchen, hand it over, or end it."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.audit.models import record, rewrite
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.errors import Conflict, DomainError
from app.orders.billing import bill_of, paid_and_left, subject_of
from app.orders.changing import OrderChanged, change_order, lock_order
from app.orders.models import ON_THE_BOARD, TRANSITIONS, Order
from app.orders.telling_money import tell_taken
from app.orders.words import FOR_MEMBERS
from app.payments.models import Invoice, Payment
from app.payments.owing import invoice_of
from app.payments.taking import take

# From which state to which by one press; handing over and ending ask for more.
STEPS = [
    (was, to) for was in ON_THE_BOARD for to in TRANSITIONS[was] if to in ("accepted", "preparing", "ready")
]
NEXT = {"placed": "accepted", "accepted": "preparing", "preparing": "ready", "ready": "fulfilled"}


class PaidAlready(DomainError):
    """Giving money back is not for everybody."""

    status = 403
    message = _("This order is paid, and its money would go back. Please ask a manager to end it.")


class OtherAmount(Conflict):
    """Something was paid or changed while somebody counted the money."""

    message = _("What is left to pay has changed meanwhile. Please look at it again.")


def advance(order: Order, was: str, to: str, *, by: Actor, now: datetime) -> Order:
    """Take an order one step on (or a ready one back), if it still is what was seen. Takes the schedule lock.

    Raises OrderChanged, with what it is now.
    """
    order = lock_order(order)
    if order.status != was:
        raise _changed(order)
    change_order(order, to, by=by, now=now)
    return order


def hand_over(
    business: Business,
    order: Order,
    method: str | None,
    shown: int,
    *,
    receipt: bool = False,
    by: Actor,
    now: datetime,
) -> Order:
    """Its customer has it. With a `method` of payment they paid all that was left just now.

    That was `shown` (minor units) when somebody counted it. With `receipt` they get one, if there is an address.
    Takes the schedule lock. Raises OrderChanged or OtherAmount.
    """
    order = lock_order(order)
    if "fulfilled" not in TRANSITIONS[order.status]:
        raise _changed(order)
    if method:
        invoice = _bill(business, order, now)
        if invoice is None or not shown or invoice.open_cents != shown:
            raise OtherAmount
        paid = take(business, invoice, shown, method, key=f"handover/{order.uid}", by=by, now=now)
        if receipt:
            tell_taken(business, order, paid, now=now)
    change_order(order, "fulfilled", by=by, now=now)
    return order


def take_for_order(
    business: Business,
    order: Order,
    amount: int,
    method: str,
    *,
    key: str,
    note: str | None,
    receipt: bool = False,
    by: Actor,
    now: datetime,
) -> Payment:
    """Write down what was paid at the shop for an order. The same `key` again is the same payment.

    With `receipt` its customer is sent one, if there is an address. Takes the schedule lock. Raises MoreThanOwed,
    or OtherAmount where it costs nothing.
    """
    order = lock_order(order)
    invoice = _bill(business, order, now)
    if invoice is None:
        raise OtherAmount
    paid = take(business, invoice, amount, method, key=f"order/{order.uid}/{key}", note=note, by=by, now=now)
    if receipt:
        tell_taken(business, order, paid, now=now)
    return paid


def end_order(
    order: Order, was: str, reason: str | None, *, may_give_back: bool, by: Actor, now: datetime
) -> Order:
    """Decline an order nobody has accepted, or cancel one; all that was paid goes back. Takes the schedule lock.

    Raises OrderChanged, or PaidAlready where something was paid and whoever does it may not give it back.
    """
    order = lock_order(order)
    to = ending_of(order)
    if order.status != was or to is None:
        raise _changed(order)
    if paid_and_left(order)[0] and not may_give_back:
        raise PaidAlready
    change_order(order, to, by=by, now=now, reason=reason)
    return order


def ending_of(order: Order) -> str | None:
    """What an order becomes when a member ends it; None where it has ended."""
    if order.status == "placed":
        return "declined"
    return "cancelled" if "cancelled" in TRANSITIONS[order.status] else None


def note_order(order: Order, note: str | None, *, by: Actor, now: datetime) -> None:
    """What members know of an order, for each other."""
    changes = rewrite(order, {"member_note": note})
    if changes:
        record(
            "order.noted", "order", order.id, by=by, at=now, business_id=order.business_id, changes=changes
        )


def _bill(business: Business, order: Order, now: datetime) -> Invoice | None:
    """Its invoice, locked; made where there is none yet, as one that came from elsewhere has none.

    What came with a visit is on that one's, which is there as soon as anything is owed.
    """
    invoice = invoice_of(business.id, subject_of(order))
    return invoice if invoice is not None or order.visit else bill_of(business, order, now)


def _changed(order: Order) -> OrderChanged:
    """Says what it has become."""
    words = {"number": order.number, "state": FOR_MEMBERS[order.status]}
    return OrderChanged(
        _("Somebody was faster: order %(number)s is “%(state)s” now. Nothing was changed.", **words)
    )
