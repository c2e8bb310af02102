"""One message to one person, as a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created

OPEN = ("pending", "claimed", "transmitting")


class Notification(Model):
    """`dedupe_key` says what the message means, so it can be planned only once. Moments are UTC.

    pending → claimed → transmitting → sent. A claim that ran out can be claimed again; a transmission that ran out is
    `unknown`, because it may have arrived. Any open one becomes `cancelled` (its subject changed), `expired` (too late
    to be useful) or `failed` (for good). `subject_seq` is the subject's as it was when this was planned; `last_error`
    is the reason, in words a member can read, whatever the status. `business_id` is null for mails about an account.
    `resent_at`: nobody knew whether it had arrived, and it was put in line once more.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'claimed', 'transmitting', 'sent', 'unknown', 'cancelled', 'expired', 'failed')",
            name="status",
        ),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(status IN ('claimed', 'transmitting')) = (claim_token IS NOT NULL)", name="claim"),
        CheckConstraint("(claim_token IS NULL) = (claimed_until IS NULL)", name="lease"),
        CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name="sent"),
        Index("ix_notifications_due", "send_at", "id", postgresql_where=text("status = 'pending'")),
        Index(
            "ix_notifications_leased",
            "claimed_until",
            postgresql_where=text("status IN ('claimed', 'transmitting')"),
        ),
        Index("ix_notifications_of_subject", "business_id", "subject_kind", "subject_id"),
        Index("ix_notifications_of_business", "business_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    business_id: Mapped[bigint | None] = mapped_column(ForeignKey("businesses.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[bigint]
    subject_seq: Mapped[int] = mapped_column(server_default="0", default=0)
    user_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default="email", default="email")
    recipient: Mapped[str]
    language: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    send_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(server_default="pending", default="pending")
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    claim_token: Mapped[str | None] = mapped_column(UUID(as_uuid=False))
    claimed_until: Mapped[datetime | None]
    transmitting_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    resent_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(unique=True)
    provider_message_id: Mapped[str | None]
    last_error: Mapped[str | None]
    created_at: Mapped[created]
