"""Whether a message about an order is still wanted: asked in the transaction in which it is claimed."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from app.appointments.money_letters import refunds_of_letter
from app.appointments.notices import notice_of, still_wants
from app.core.db import db
from app.customers.models import Customer
from app.notifications.claiming import is_superseded
from app.notifications.kinds import Reason
from app.notifications.leaving_out import why_left_out
from app.notifications.models import Notification
from app.orders.models import ON_HOLD, ON_THE_BOARD, Order
from app.orders.telling import TOLD
from app.orders.words import STATUSES
from app.payments.models import Payment


def why_not_placed(row: Notification) -> Reason | None:
    """Why a customer need not read any more that we have their order."""
    return _why_not(row, ("placed", "accepted", "preparing"))


def why_not_accepted(row: Notification) -> Reason | None:
    """Why a customer need not read any more that their order is accepted."""
    return _why_not(row, ("accepted", "preparing", "ready"))


def why_not_ready(row: Notification) -> Reason | None:
    """Why a customer need not read any more that it is ready."""
    return _why_not(row, ("ready",))


def why_not_declined(row: Notification) -> Reason | None:
    """Why a customer need not read any more that their order was not accepted."""
    return _why_not(row, ("declined", "expired"))


def why_not_cancelled(row: Notification) -> Reason | None:
    """Why a customer need not read any more that their order is cancelled."""
    return _why_not(row, ("cancelled",))


def why_not_new(row: Notification) -> Reason | None:
    """Why a member need not read of a new order any more."""
    return _why_not_member(row) or _why_not_status(order_about(row), ON_THE_BOARD)


def why_not_given_up(row: Notification) -> Reason | None:
    """Why a member need not read any more that a customer took an order back."""
    return _why_not_member(row) or _why_not_status(order_about(row), ("cancelled",))


def why_not_receipt(row: Notification) -> Reason | None:
    """Why a customer need not read any more what they have paid: also where they read that it goes back."""
    order = order_about(row)
    payment = db.session.get(Payment, (row.business_id, row.payload.get("payment", 0)))
    reason = why_not_known(row, order) or _why_not_status(order, (*ON_HOLD, *ON_THE_BOARD, "fulfilled"))
    if reason is None and (payment is None or not payment.received_cents):
        return _("Nothing was paid.")
    return reason


def why_not_returned(row: Notification) -> Reason | None:
    """Why a customer need not read any more that money goes back."""
    reason = why_not_known(row, order_about(row))
    if reason is None and not any(it.status != "failed" for it in refunds_of_letter(row)[0]):
        return _("The money could not be sent back.")
    return reason


def order_about(row: Notification) -> Order | None:
    """The order a message is about, as it is now."""
    key: Any = (row.business_id, row.subject_id)
    return db.session.get(Order, key, populate_existing=True)


def why_not_known(row: Notification, order: Order | None) -> Reason | None:
    """Why nobody can be told anything about an order any more: it is gone, or whose it was."""
    if order is None:
        return _("The order does not exist any more.")
    customer = db.session.get(Customer, (row.business_id, order.customer_id), populate_existing=True)
    if customer is None or customer.erased_at is not None:
        return _("The customer was erased.")
    return None


def _why_not(row: Notification, statuses: Collection[str]) -> Reason | None:
    """The reasons that hold for every letter: gone, erased, something else by now, left out, or told anew."""
    order = order_about(row)
    reason = why_not_known(row, order) or _why_not_status(order, statuses) or why_left_out(row)
    if reason:
        return reason
    if is_superseded(row, order.seq if order else 0, TOLD):
        return _("The order changed again, and a newer message says so.")
    return None


def _why_not_member(row: Notification) -> Reason | None:
    """Whoever works here no longer is told nothing, and neither is who changed their mind."""
    reason = why_not_known(row, order_about(row))
    if reason is None and not still_wants(row.business_id or 0, row.user_id or 0, notice_of(row.kind), []):
        return _("Whoever it was for does not want to be told of this, or does not work here any more.")
    return reason


def _why_not_status(order: Order | None, statuses: Collection[str]) -> Reason | None:
    if order is not None and order.status not in statuses:
        return _("The order is not what it was: %(status)s.", status=STATUSES[order.status])
    return None
