"""One row per change, written in the transaction that makes it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.changes import will_change
from app.core.db import Model, bigint, db


class AuditEvent(Model):
    """`changes` is {field: [old, new]}; `action` is noun.verb, such as booking.confirmed."""

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint(
            "actor_kind IN ('visitor', 'customer', 'member', 'admin', 'system')", name="actor_kind"
        ),
        Index("ix_audit_events_of_business", "business_id", "at"),
        Index("ix_audit_events_of_subject", "business_id", "subject_kind", "subject_id"),
        Index("ix_audit_events_of_admins", "id", postgresql_where=text("actor_kind = 'admin'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    business_id: Mapped[bigint | None] = mapped_column(ForeignKey("businesses.id"))
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_user_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str]
    on_behalf_of: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[bigint]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    reason: Mapped[str | None]


def changes_to(row: Model, columns: Mapping[str, Any]) -> dict[str, Any]:
    """What a row would become by these columns, as `record` takes it: those that differ."""
    return {
        name: [getattr(row, name), value] for name, value in columns.items() if getattr(row, name) != value
    }


def rewrite(row: Model, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row these columns; what that changes, as `record` takes it."""
    changes = changes_to(row, columns)
    for name, value in columns.items():
        setattr(row, name, value)
    db.session.flush()
    return changes


def record(
    action: str,
    subject_kind: str,
    subject_id: int,
    *,
    by: Actor,
    at: datetime,
    business_id: int | None = None,
    changes: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Add one audit row to the current transaction. `at` is UTC; `changes` is {field: [old, new]}, dates as text.

    With it the transaction counts as a change of its business.
    """
    if business_id is not None:
        will_change(business_id)
    db.session.add(
        AuditEvent(
            business_id=business_id,
            at=at,
            actor_kind=by.kind,
            actor_user_id=by.user_id,
            actor_name=by.name,
            on_behalf_of=by.on_behalf_of,
            source=by.source,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            changes=json.loads(json.dumps(changes or {}, default=str)),
            reason=reason,
        )
    )
