"""What a provider tells us, kept once each before anything is made of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.payments.models import Payment, WebhookEvent

STRIPE = "stripe"
MOST_TRIES = 8
# What a business lets Stripe tell us; anything else does no harm.
KINDS = (
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "checkout.session.completed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.updated",
    "refund.failed",
)
# Where in an object of Stripe's the intent stands that a payment of ours is known by; one of a page is known by that.
_REFS = ("payment_intent", "id")
_PAGE = "checkout.session"


def receive(business_id: int, event: Mapping[str, Any], now: datetime) -> bool:
    """Keep an event of Stripe's; False when it was here before. Raises ValueError for what is no event."""
    kept = {
        "business_id": business_id,
        "provider": STRIPE,
        "event_id": _text(event.get("id")),
        "kind": _text(event.get("type")),
        "object_ref": _ref(event),
        "live_mode": event.get("livemode") is True,
        "received_at": now,
    }
    added = insert(WebhookEvent).values(kept).on_conflict_do_nothing().returning(WebhookEvent.event_id)
    return db.session.scalar(added) is not None


def waiting_events(limit: int) -> list[WebhookEvent]:
    """Events nothing was made of yet, the oldest first."""
    rows = select(WebhookEvent).where(WebhookEvent.handled_at.is_(None), WebhookEvent.attempts < MOST_TRIES)
    return list(db.session.scalars(rows.order_by(WebhookEvent.received_at).limit(limit)))


def payment_about(event: WebhookEvent) -> Payment | None:
    """The payment an event is about, in the mode of the event; None where it is none of ours."""
    if event.object_ref is None:
        return None
    rows = select(Payment).where(
        Payment.business_id == event.business_id,
        Payment.live_mode == event.live_mode,
        (Payment.provider_ref == event.object_ref) | (Payment.checkout_ref == event.object_ref),
    )
    return db.session.scalar(rows)


def handled(event: WebhookEvent, now: datetime, problem: str | None = None) -> None:
    """Something was made of it; or there was a `problem`, and it is tried again."""
    event.last_error = problem
    if problem is None:
        event.handled_at = now


def forget_old_events(now: datetime, kept: timedelta = timedelta(days=90)) -> None:
    """Delete what came long ago; what could not be handled by then never will."""
    db.session.query(WebhookEvent).filter(WebhookEvent.received_at < now - kept).delete()


def _ref(event: Mapping[str, Any]) -> str | None:
    data = event.get("data")
    about = data.get("object") if isinstance(data, Mapping) else None
    if not isinstance(about, Mapping):
        raise ValueError("an event without an object")
    refs = ("id",) if about.get("object") == _PAGE else _REFS
    found = next((about[it] for it in refs if isinstance(about.get(it), str)), None)
    return found[:255] if found else None


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise ValueError("no id or type")
    return value
