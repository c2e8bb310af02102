"""One effect per form, however often it is sent."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, created, db, tenant


class IdempotencyKey(Model):
    """What was answered to a request; written before the commit, so a committed row always has an answer.

    The same key with another body is another request (somebody went back and chose again), so the
    hash of the body is part of the key. Kept for 48 hours.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        CheckConstraint("length(key) BETWEEN 16 AND 128", name="key"),
        CheckConstraint("length(request_hash) = 32", name="request_hash"),
        Index("ix_idempotency_keys_old", "created_at"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[created]


# Written down once: every hold waits for them.
_CLAIM = text("""
    INSERT INTO idempotency_keys (business_id, scope, key, request_hash, created_at)
    VALUES (:business_id, :scope, :key, :request_hash, :created_at)
    ON CONFLICT DO NOTHING RETURNING true
""")
_ANSWER = text("""
    UPDATE idempotency_keys SET answer = :given
     WHERE business_id = :business_id AND scope = :scope AND key = :key AND request_hash = :request_hash
""").bindparams(bindparam("given", type_=JSONB))


class Once:
    """One request that must take effect once: claim it, act, then record the answer."""

    def __init__(self, business_id: int, scope: str, key: str, body: dict[str, Any]) -> None:
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).digest()
        self._key = {"business_id": business_id, "scope": scope, "key": key, "request_hash": digest}

    def earlier_answer(self, now: datetime) -> dict[str, Any] | None:
        """Claim the request, or return what its twin was answered. A twin under way is waited for.

        Whoever acts once more, because that answer has become void, makes its twins wait too.
        """
        if db.session.execute(_CLAIM, self._key | {"created_at": now}).first():
            return None
        earlier = select(IdempotencyKey.answer).filter_by(**self._key).with_for_update()
        return db.session.execute(earlier).scalar_one_or_none()

    def answered(self, answer: dict[str, Any]) -> None:
        """Record the answer in the same transaction as its effect."""
        db.session.execute(_ANSWER, self._key | {"given": answer})
