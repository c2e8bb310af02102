"""What a provider says later. A report only moves a message forward, so late, early and doubled ones do no harm."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from app.core.db import db
from app.notifications.models import Notification
from app.notifications.sms.twilio import why_not

_TAKEN = ("accepted", "queued", "sending", "sent")
_ARRIVED = ("delivered", "read")
_LOST = ("undelivered", "failed")
# What nobody knew the end of, because the answer was lost or is still under way.
_OPEN = ("transmitting", "unknown")


def keep_report(message_id: int, provider_id: str, said: str, code: int | None, now: datetime) -> None:
    """Write down what became of a text message. Unknown ones, other ids and other words change nothing.

    A message whose answer was lost is known to be sent by its first report.
    """
    this = _of(message_id, provider_id)
    free = {"claim_token": None, "claimed_until": None, "provider_message_id": provider_id}
    sent = free | {"sent_at": func.coalesce(Notification.sent_at, now), "last_error": None}
    if said in _TAKEN:
        _change(and_(this, Notification.status.in_(_OPEN)), sent | {"status": "sent"})
    elif said in _ARRIVED:
        arrived = sent | {"status": "delivered", "delivered_at": now}
        _change(and_(this, Notification.status.in_((*_OPEN, "sent"))), arrived)
    elif said in _LOST:
        lost = sent | {"status": "failed", "last_error": str(why_not(code))}
        _change(and_(this, Notification.status.in_((*_OPEN, "sent"))), lost)


def _of(message_id: int, provider_id: str) -> ColumnElement[bool]:
    """The text message with this id, if the provider calls it so, or has not told us yet how."""
    named = or_(Notification.provider_message_id == provider_id, Notification.provider_message_id.is_(None))
    return and_(Notification.id == message_id, Notification.channel == "sms", named)


def _change(which: ColumnElement[bool], values: Mapping[str, object]) -> None:
    this = select(Notification.id).where(which).with_for_update().scalar_subquery()
    change = update(Notification).where(Notification.id == this).values(values)
    db.session.execute(change, execution_options={"synchronize_session": False})
