"""Messages that a business has decided not to send: kinds it may do without, by mail or by text."""

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.notifications.kinds import Reason, find_kind
from app.notifications.limiting import lock_settings
from app.notifications.models import MessageSettings, Notification


class AlwaysSent(DomainError):
    """Whoever is not told this stands in front of a closed door."""

    message = _("These messages are always sent.")


def left_out(business_id: int) -> frozenset[str]:
    """What a business does not send, as `<kind>:<channel>`."""
    settings = db.session.get(MessageSettings, business_id)
    return frozenset(settings.left_out if settings else ())


def is_left_out(business_id: int, kind: str, channel: str) -> bool:
    """Whether the business does not send these messages this way."""
    return f"{kind}:{channel}" in left_out(business_id)


def why_left_out(row: Notification) -> Reason | None:
    """Why a message that was planned before is not sent: the business does not send such ones any more."""
    db.session.get(MessageSettings, row.business_id or 0, populate_existing=True)
    if is_left_out(row.business_id or 0, row.kind, row.channel):
        return gettext("The business does not send such messages.")
    return None


def set_sent(business_id: int, kind: str, channel: str, *, sent: bool, by: Actor, now: datetime) -> None:
    """Send these messages from now on, or none of them; what is planned goes by it too. Twice changes nothing.

    Raises AlwaysSent for a kind no business can do without.
    """
    if not find_kind(kind).optional:
        raise AlwaysSent
    settings, what = lock_settings(business_id), f"{kind}:{channel}"
    if (what not in settings.left_out) == sent:
        return
    before = list(settings.left_out)
    settings.left_out = [it for it in before if it != what] if sent else [*before, what]
    _record("business.messages_chosen", settings, {"left_out": [before, settings.left_out]}, by, now)


def set_asking(business_id: int, *, asks: bool, by: Actor, now: datetime) -> None:
    """Ask customers from now on what it was like, or ask nobody. Twice changes nothing."""
    settings = lock_settings(business_id)
    if settings.asks_for_reviews == asks:
        return
    settings.asks_for_reviews = asks
    _record("business.messages_chosen", settings, {"asks_for_reviews": [not asks, asks]}, by, now)


def _record(
    action: str, row: MessageSettings, changes: dict[str, list[object]], by: Actor, now: datetime
) -> None:
    record(action, "business", row.business_id, by=by, at=now, business_id=row.business_id, changes=changes)
    db.session.flush()
