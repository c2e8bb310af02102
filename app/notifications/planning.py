"""Deciding that somebody will be told something: a row, in the transaction of what it is about."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.jobs import enqueue_after_commit
from app.notifications.jobs import deliver_due
from app.notifications.kinds import Reason, find_kind
from app.notifications.models import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to be told to one person.

    `dedupe_key` says what it means, never when it was planned: `b7:booking12:confirmed:email`. After `expires_at`
    (UTC) nobody needs it any more. `subject_seq` counts the changes of the subject up to now. Without `send_at` (UTC)
    it goes out at once.
    """

    kind: str
    business_id: int | None
    subject_kind: str
    subject_id: int
    subject_seq: int = 0
    recipient: str
    language: str
    dedupe_key: str
    expires_at: datetime | None = None
    user_id: int | None = None
    customer_id: int | None = None
    channel: str = "email"
    send_at: datetime | None = None
    payload: dict[str, Any] = field(default_factory=dict)


def plan(messages: Sequence[Message], now: datetime) -> list[int]:
    """Plan messages, to be sent once the transaction is committed or at their time; the ids of those that are new.

    What was planned before under the same key stays as it is. Only what was called off before it went out is planned
    afresh: whoever undoes a cancellation wants it said after all. What nobody needs any more is not planned. Raises
    UnknownKind for a kind no room answers for.
    """
    wanted = {
        it.dedupe_key: it for it in messages if it.expires_at is None or it.expires_at > _leaves(it, now)
    }
    if not wanted:
        return []
    for it in wanted.values():
        find_kind(it.kind)
    rows = [asdict(it) | {"send_at": it.send_at or now} for it in wanted.values()]
    planned = insert(Notification).values(rows)
    again = {name: planned.excluded[name] for name in rows[0] if name != "dedupe_key"}
    upsert = planned.on_conflict_do_update(
        index_elements=["dedupe_key"],
        set_=again | {"status": "pending", "attempts": 0, "last_error": None, "created_at": func.now()},
        where=(Notification.status == "cancelled") & Notification.transmitting_at.is_(None),
    )
    found = db.session.execute(upsert.returning(Notification.id, Notification.send_at)).all()
    if any(row.send_at <= now for row in found):
        enqueue_after_commit(deliver_due)
    return [row.id for row in found]


def unsent(
    business_id: int, subject_kind: str, subject_ids: Collection[int], kinds: Collection[str]
) -> list[Notification]:
    """The messages of these kinds about these subjects that nobody has begun to send, oldest first.

    Until the transaction ends nobody does: whoever comes for one leaves it for later.
    """
    found = select(Notification).where(
        Notification.business_id == business_id,
        Notification.subject_kind == subject_kind,
        Notification.subject_id.in_(subject_ids),
        Notification.kind.in_(kinds),
        Notification.status == "pending",
    )
    ordered = found.order_by(Notification.id).with_for_update()
    return list(db.session.scalars(ordered.execution_options(populate_existing=True)))


def call_off(rows: Iterable[Notification], reason: Reason) -> None:
    """Let messages that `unsent` found not be sent, for this reason."""
    for row in rows:
        row.status, row.last_error = "cancelled", str(reason)
    db.session.flush()


def is_planned(dedupe_key: str) -> bool:
    """Whether this was, or will be, told: planned, and not called off."""
    planned = exists().where(Notification.dedupe_key == dedupe_key, Notification.status != "cancelled")
    return bool(db.session.scalar(select(planned)))


def was_planned(dedupe_keys: Collection[str]) -> bool:
    """Whether any of these was ever to be told, even if it was called off."""
    planned = exists().where(Notification.dedupe_key.in_(dedupe_keys))
    return bool(db.session.scalar(select(planned)))


def last_told(business_id: int, subject_kind: str, subject_id: int, kinds: Collection[str]) -> str | None:
    """Which of these kinds about a subject has left last, or may have; None for none of them."""
    told = select(Notification.kind).where(
        Notification.business_id == business_id,
        Notification.subject_kind == subject_kind,
        Notification.subject_id == subject_id,
        Notification.kind.in_(kinds),
        Notification.status.not_in(("pending", "cancelled", "expired", "failed")),
    )
    return db.session.scalar(told.order_by(Notification.id.desc()).limit(1))


def has_left_before(row: Notification) -> bool:
    """Whether an earlier message of the same kind about the same subject has left, or may have; not a copy of it."""
    first = row.copy_of or row.id
    left = exists().where(
        Notification.business_id == row.business_id,
        Notification.subject_kind == row.subject_kind,
        Notification.subject_id == row.subject_id,
        Notification.kind == row.kind,
        Notification.id < first,
        Notification.status.not_in(("pending", "cancelled", "expired", "failed")),
    )
    return bool(db.session.scalar(select(left)))


def _leaves(message: Message, now: datetime) -> datetime:
    return max(message.send_at or now, now)
