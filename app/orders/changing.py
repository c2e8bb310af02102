"""The one function that changes the status of an order, and what members and customers do to it."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.core.actor import Actor, ActorKind
from app.core.db import db
from app.core.errors import Conflict
from app.orders.models import KEEPS_PIECES, ON_HOLD, TRANSITIONS, Order
from app.orders.news import order_changed
from app.orders.stock import give_back_pieces

_CANCELLED_BY: dict[ActorKind, str] = {
    "visitor": "customer",
    "customer": "customer",
    "member": "member",
    "admin": "member",
    "system": "system",
}
_WRITES = {"accepted": "accepted_at", "ready": "ready_at"}


class OrderChanged(Conflict):
    """The order is not what it was when somebody decided on it."""

    message = _("This order has changed meanwhile. Please look at it again.")


def lock_order(order: Order) -> Order:
    """The order as it is under the business's lock, which this takes first."""
    lock_schedule(order.business_id)
    return db.session.get_one(
        Order, (order.business_id, order.id), populate_existing=True, with_for_update=True
    )


def change_order(
    order: Order,
    to: str,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Put an order into another status, give its pieces back where it ends without being had, and write it down.

    Under the schedule lock, with the order locked. Raises OrderChanged where it cannot become that. The rooms hear of
    it by `order_changed`.
    """
    was = order.status
    if to not in TRANSITIONS[was]:
        raise OrderChanged
    order.status = to
    order.seq += 1
    if to not in ON_HOLD:
        order.expires_at = None
    if to in _WRITES:
        setattr(order, _WRITES[to], now)
    if was == "ready" and to == "preparing":
        order.ready_at = None
    if not TRANSITIONS[to] or to == "expired":
        order.ended_at, order.reason = now, reason
    if to == "cancelled":
        order.cancelled_by = _CANCELLED_BY[by.kind]
    if to not in KEEPS_PIECES:
        give_back_pieces(order)
    record(
        f"order.{to}",
        "order",
        order.id,
        by=by,
        at=now,
        business_id=order.business_id,
        changes={"status": [was, to]},
        reason=reason,
    )
    db.session.flush()
    order_changed.send(order, was=was, by=by, now=now)
