"""Who is told what about an order: planned in the transaction of what happened to it, once each.

What has not left yet is put right: whatever is told of an order now takes the place of what waits to be said of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from app.appointments.notices import members_to_tell, notice_of
from app.appointments.reaching import may_text
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.core.actor import Actor
from app.notifications.kinds import Reason
from app.notifications.leaving_out import left_out
from app.notifications.models import Notification
from app.notifications.planning import Message, call_off, last_told, plan, unsent
from app.orders.models import ON_HOLD, Order

ORDER = "order"
TOLD = ("order_placed", "order_accepted", "order_ready", "order_declined", "order_cancelled")
# Nobody needs to know any more that it has come, or how far it is.
OVER = ("fulfilled", "declined", "cancelled", "expired")
# Whoever waits for something to be ready may be on their way already: they get a mail and a text message.
_BOTH_WAYS = ("order_ready",)
# What is said while it is made is of use until a while after it is due; that it is not to be had, for longer.
_KEEPS = timedelta(hours=3)
_GONE_KEEPS = timedelta(days=2)
_OVER = _("The order was over before it was sent.")


def tell(order: Order, was: str, by: Actor, now: datetime) -> None:
    """Tell the customer and the members what has become of an order. Under the schedule lock, after it was changed."""
    business = load_business(order.business_id)
    is_over, is_back = order.status in OVER, (was, order.status) == ("ready", "preparing")
    if is_back:
        _call_off(order, ["order_ready"], _("It is not ready yet after all."))
    kind = _kind_of(order, was)
    messages = _to_customer(business, order, kind, now) if kind else []
    if messages:
        _call_off(order, TOLD, _("The order changed again, and a newer message says so."))
    elif is_over:
        _call_off(order, TOLD, _OVER)
    unheard = {it.user_id for it in _call_off(order, ["order_new"], _OVER)} if is_over else set()
    messages += _to_members(business, order, was, by, now, unheard)
    plan(messages, now)


def tell_late(business: Business, order: Order, *, now: datetime) -> None:
    """That an order which had lapsed was paid too late, and that all of it goes back: to the customer."""
    rows = _to_customer(business, order, "order_declined", now)
    plan([replace(it, dedupe_key=f"{it.dedupe_key}:late", payload={"late": True}) for it in rows], now)


def about_order(order: Order) -> dict[str, Any]:
    """What all messages about an order have in common."""
    return {
        "business_id": order.business_id,
        "subject_kind": ORDER,
        "subject_id": order.id,
        "subject_seq": order.seq,
        "customer_id": order.customer_id,
    }


def _kind_of(order: Order, was: str) -> str | None:
    """Which kind of message the customer gets; None where there is nothing to say.

    Nobody was told anything of an order that still waits for its payment, so nobody hears of its end either. Who has
    read that it is ready reads it once. Where that was called off, they read what it had taken the place of.
    """
    if was in ON_HOLD and order.status in ("cancelled", "expired"):
        return None
    if order.status == "expired":
        return "order_declined"
    if order.status in ("ready", "preparing"):
        heard = last_told(order.business_id, ORDER, order.id, TOLD)
        if order.status == "ready":
            return None if heard == "order_ready" else "order_ready"
        return "order_accepted" if was == "ready" and heard in (None, "order_placed") else None
    kind = f"order_{order.status}"
    return kind if kind in TOLD else None


def _call_off(order: Order, kinds: Collection[str], reason: Reason) -> list[Notification]:
    """Call off what of these kinds waits to be told about an order; what that was."""
    rows = unsent(order.business_id, ORDER, [order.id], kinds)
    call_off(rows, reason)
    return rows


def _to_customer(business: Business, order: Order, kind: str, now: datetime) -> list[Message]:
    """The message to whoever ordered, by each way they are told such things."""
    gone = kind in ("order_declined", "order_cancelled")
    return [
        Message(
            kind=kind,
            recipient=recipient,
            channel=channel,
            language=order.language or business.language,
            dedupe_key=_key(order, kind.removeprefix("order_"), channel),
            expires_at=max(order.due_at, now) + (_GONE_KEEPS if gone else _KEEPS),
            **about_order(order),
        )
        for channel, recipient in _ways(business, order, kind).items()
    ]


def _ways(business: Business, order: Order, kind: str) -> Mapping[str, str]:
    """By mail, or by text where there is no address and the business sends texts; what is urgent both ways."""
    silent = left_out(business.id)
    found = {}
    if order.contact_email:
        found["email"] = order.contact_email
    wants_text = not order.contact_email or kind in _BOTH_WAYS
    if order.contact_phone and wants_text and may_text(business.id):
        found["sms"] = order.contact_phone
    return {channel: to for channel, to in found.items() if f"{kind}:{channel}" not in silent}


def _to_members(
    business: Business, order: Order, was: str, by: Actor, now: datetime, unheard: Collection[int | None]
) -> list[Message]:
    """That there is a new order, or that its customer took it back: to those who want to know and did not do it."""
    is_new = order.status in ("placed", "accepted") and was in (*ON_HOLD, "expired")
    is_given_up = order.status == "cancelled" and was not in ON_HOLD and order.cancelled_by == "customer"
    if not (is_new or is_given_up):
        return []
    kind = "order_new" if is_new else "order_given_up"
    return [
        Message(
            kind=kind,
            recipient=user.email,
            language=user.language or business.language,
            dedupe_key=_key(order, f"{kind.removeprefix('order_')}:u{user.id}", "email"),
            expires_at=max(order.due_at, now) + _KEEPS,
            user_id=user.id,
            **about_order(order),
        )
        for user in members_to_tell(business.id, notice_of(kind), [])
        if user.id != by.user_id and user.id not in unheard
    ]


def _key(order: Order, what: str, channel: str) -> str:
    """What a message means: of which order, after how many changes, and what of it."""
    return f"b{order.business_id}:order{order.id}:s{order.seq}:{what}:{channel}"
