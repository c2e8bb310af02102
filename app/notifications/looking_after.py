"""What members do about messages: send one again, leave one out, say that they have seen what went wrong."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, func, select, update

from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.jobs import enqueue_after_commit
from app.notifications.jobs import deliver
from app.notifications.kinds import Reason, UnknownKind, find_kind
from app.notifications.listing import WRONG
from app.notifications.models import OPEN, Notification

MOST_COPIES = 3
_COPIED = (
    *(
        "business_id",
        "subject_kind",
        "subject_id",
        "subject_seq",
        "user_id",
        "customer_id",
        "kind",
        "channel",
    ),
    *("recipient", "language", "payload", "expires_at"),
)


class NotToBeSentAgain(DomainError):
    """Nobody would want it any more; the reason says why."""


class SentTooOften(DomainError):
    status = 429
    message = _("It was sent again three times already. If nothing arrives, the address may be wrong.")


class AlreadyUnderWay(Conflict):
    message = _("It is under way already, so it cannot be changed any more.")


def why_not_again(row: Notification, now: datetime) -> Reason | None:
    """Why a message cannot be sent again; None when it can. Asks the room of its kind."""
    if row.status in OPEN:
        return _("It was not sent yet.")
    if row.expires_at is not None and row.expires_at <= now:
        return _("It is too late to be of use.")
    try:
        return find_kind(row.kind).wanted(row)
    except UnknownKind:
        return _("This kind of message is not sent any more.")


def send_again(row: Notification, *, now: datetime) -> Notification:
    """Put a copy of a message in line, at once. Raises NotToBeSentAgain or SentTooOften."""
    reason = why_not_again(row, now)
    if reason:
        raise NotToBeSentAgain(reason)
    first = db.session.get_one(
        Notification, row.copy_of or row.id, with_for_update=True, populate_existing=True
    )
    copies = db.session.scalar(select(func.count()).where(_is_copy_of(first))) or 0
    if copies >= MOST_COPIES:
        raise SentTooOften
    copy = Notification(
        copy_of=first.id,
        dedupe_key=f"{first.dedupe_key}:again:{copies + 1}",
        send_at=now,
        **{name: getattr(first, name) for name in _COPIED},
    )
    copy.payload = {name: value for name, value in first.payload.items() if name != "seen"}
    db.session.add(copy)
    db.session.flush()
    _see(Notification.id.in_((row.id, first.id)), now)
    enqueue_after_commit(deliver, copy.id)
    return copy


def leave_out(row: Notification, who: str) -> None:
    """Do not send a planned message. Raises AlreadyUnderWay when its sender was faster."""
    reason = _("%(name)s has left it out.", name=who)
    left = update(Notification).where(Notification.id == row.id, Notification.status == "pending")
    change = left.values(status="cancelled", last_error=str(reason)).returning(Notification.id)
    if db.session.scalar(change, execution_options={"synchronize_session": False}) is None:
        raise AlreadyUnderWay
    db.session.refresh(row)


def acknowledge(business_id: int, *, now: datetime) -> int:
    """Somebody has seen what went wrong up to now; how many messages that were."""
    wrong = (
        Notification.status.in_(WRONG)
        & (Notification.created_at <= now)
        & Notification.payload["seen"].is_(None)
    )
    return _see((Notification.business_id == business_id) & wrong, now)


def _see(which: ColumnElement[bool], now: datetime) -> int:
    seen = Notification.payload.op("||")(func.jsonb_build_object("seen", now.isoformat()))
    change = update(Notification).where(which).values(payload=seen)
    found = db.session.execute(change, execution_options={"synchronize_session": False})
    return int(found.rowcount)  # type: ignore[attr-defined]


def _is_copy_of(first: Notification) -> ColumnElement[bool]:
    return and_(Notification.business_id == first.business_id, Notification.copy_of == first.id)
