"""A customer takes an order back."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.core.actor import Actor
from app.core.errors import Conflict
from app.orders.changing import change_order, lock_order
from app.orders.models import Order


class AlreadyAccepted(Conflict):
    """Somebody is at it."""

    message = _("We have begun with your order already. Please call us if you do not want it any more.")


def can_cancel(order: Order) -> bool:
    """Whether its customer may take it back by themselves; with the visit, while that waits for its payment."""
    return order.status == "placed" or (order.status == "pending_payment" and order.visit is None)


def cancel(order: Order, *, by: Actor, now: datetime) -> None:
    """Take it back; what was paid goes back. Takes the schedule lock. Doing it twice changes nothing.

    Raises AlreadyAccepted.
    """
    order = lock_order(order)
    if order.status == "cancelled":
        return
    if not can_cancel(order):
        raise AlreadyAccepted
    change_order(order, "cancelled", by=by, now=now)
