"""Deciding that somebody will be told something: a row, in the transaction of what it is about."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.jobs import enqueue_after_commit
from app.notifications.jobs import deliver_due
from app.notifications.kinds import find_kind
from app.notifications.models import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to be told to one person.

    `dedupe_key` says what it means, never when it was planned: `b7:booking12:confirmed:email`. After `expires_at`
    (UTC) nobody needs it any more. `subject_seq` counts the changes of the subject up to now.
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
    payload: dict[str, Any] = field(default_factory=dict)


def plan(messages: Sequence[Message], now: datetime) -> list[int]:
    """Plan messages to be sent as soon as the transaction is committed; the ids of those that are new.

    What was planned before under the same key stays as it is. Only what was called off before it went out is planned
    afresh: whoever undoes a cancellation wants it said after all. What nobody needs any more is not planned. Raises
    UnknownKind for a kind no room answers for.
    """
    rows = [asdict(it) for it in messages if it.expires_at is None or it.expires_at > now]
    if not rows:
        return []
    for row in rows:
        find_kind(row["kind"])
    planned = insert(Notification).values([row | {"send_at": now} for row in rows])
    again = {name: planned.excluded[name] for name in (*rows[0], "send_at") if name != "dedupe_key"}
    upsert = planned.on_conflict_do_update(
        index_elements=["dedupe_key"],
        set_=again | {"status": "pending", "attempts": 0, "last_error": None, "created_at": func.now()},
        where=(Notification.status == "cancelled") & Notification.transmitting_at.is_(None),
    )
    ids = list(db.session.scalars(upsert.returning(Notification.id)))
    if ids:
        enqueue_after_commit(deliver_due)
    return ids


def is_planned(dedupe_key: str) -> bool:
    """Whether this was, or will be, told: planned, and not called off."""
    planned = exists().where(Notification.dedupe_key == dedupe_key, Notification.status != "cancelled")
    return bool(db.session.scalar(select(planned)))


def was_planned(dedupe_keys: Collection[str]) -> bool:
    """Whether any of these was ever to be told, even if it was called off."""
    planned = exists().where(Notification.dedupe_key.in_(dedupe_keys))
    return bool(db.session.scalar(select(planned)))
