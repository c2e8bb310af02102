"""One message to one person, as a row; and what a business says about when and how messages go out."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created, identity, tenant

OPEN = ("pending", "claimed", "transmitting")


class Notification(Model):
    """`dedupe_key` says what the message means, so it can be planned only once. Moments are UTC.

    pending → claimed → transmitting → sent. A claim that ran out can be claimed again; a transmission that ran out is
    `unknown`, because it may have arrived. Any open one becomes `cancelled` (its subject changed), `expired` (too late
    to be useful) or `failed` (for good). `subject_seq` is the subject's as it was when this was planned; `last_error`
    is the reason, in words a member can read, whatever the status. `business_id` is null for mails about an account.
    `resent_at`: nobody knew whether it had arrived, and it was put in line once more. A text message is paid for by
    `segments`; its provider says later that it was `delivered`. `copy_of` is the one a member sent again.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        CheckConstraint(
            "status IN ('pending', 'claimed', 'transmitting', 'sent', 'delivered', 'unknown', 'cancelled',"
            " 'expired', 'failed')",
            name="status",
        ),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(status IN ('claimed', 'transmitting')) = (claim_token IS NOT NULL)", name="claim"),
        CheckConstraint("(claim_token IS NULL) = (claimed_until IS NULL)", name="lease"),
        CheckConstraint("status NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL", name="sent"),
        CheckConstraint("segments BETWEEN 1 AND 20", name="segments"),
        Index("ix_notifications_due", "send_at", "id", postgresql_where=text("status = 'pending'")),
        Index(
            "ix_notifications_leased",
            "claimed_until",
            postgresql_where=text("status IN ('claimed', 'transmitting')"),
        ),
        Index("ix_notifications_of_subject", "business_id", "subject_kind", "subject_id"),
        Index("ix_notifications_of_business", "business_id", "created_at"),
        # Whose turn it is: each business has its own line, and mails about accounts have one too.
        Index(
            "ix_notifications_in_line",
            text("coalesce(business_id, 0)"),
            "send_at",
            "id",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_notifications_of_customer",
            "business_id",
            "customer_id",
            "created_at",
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
        Index(
            "ix_notifications_gone_wrong",
            "business_id",
            "created_at",
            postgresql_where=text("status IN ('failed', 'unknown')"),
        ),
        Index(
            "ix_notifications_of_provider",
            "provider_message_id",
            postgresql_where=text("channel = 'sms' AND provider_message_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    business_id: Mapped[bigint | None] = mapped_column(ForeignKey("businesses.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[bigint]
    subject_seq: Mapped[int] = mapped_column(server_default="0", default=0)
    user_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    customer_id: Mapped[bigint | None]
    copy_of: Mapped[bigint | None] = mapped_column(ForeignKey("notifications.id"))
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
    delivered_at: Mapped[datetime | None]
    segments: Mapped[int | None] = mapped_column(SmallInteger)
    message_id: Mapped[str | None] = mapped_column(unique=True)
    provider_message_id: Mapped[str | None]
    last_error: Mapped[str | None]
    created_at: Mapped[created]


class ReminderRule(Model):
    """When customers are reminded of a visit, or thanked for it: so many hours or days before or after.

    Hours are real time. Days are calendar days in the shop's zone, at `at_min` minutes from midnight or, where that is
    null, at the clock time of the visit: "24 hours before" and "the day before, same time" differ when clocks change.
    """

    __tablename__ = "reminder_rules"
    __table_args__ = (
        CheckConstraint("about IN ('before', 'after')", name="about"),
        CheckConstraint("unit IN ('hours', 'days')", name="unit"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint(
            "CASE unit WHEN 'hours' THEN amount BETWEEN 1 AND 720 ELSE amount BETWEEN 0 AND 30 END",
            name="amount",
        ),
        CheckConstraint("at_min IS NULL OR unit = 'days' AND at_min BETWEEN 0 AND 1439", name="at"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    about: Mapped[str] = mapped_column(server_default="before", default="before")
    unit: Mapped[str]
    amount: Mapped[int] = mapped_column(SmallInteger)
    at_min: Mapped[int | None] = mapped_column(SmallInteger)
    channel: Mapped[str] = mapped_column(server_default="email", default="email")


class MessageWording(Model):
    """How a business words a kind of message, in one language: `body` with words in braces. No row: as we word it."""

    __tablename__ = "message_wordings"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint("(channel = 'email') = (subject IS NOT NULL)", name="subject"),
        CheckConstraint("btrim(body) <> ''", name="body_given"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str | None]
    body: Mapped[str]
    updated_at: Mapped[datetime]


class MessageSettings(Model):
    """What a business says about its messages; no row means these defaults.

    Text messages go only to `sms_countries` (ISO 3166, none: its own) and to at most `sms_limit` segments a month; 0
    sends none. Nothing that can wait is sent from `quiet_from_min` to `quiet_until_min`, minutes from the midnight of
    the shop; both null: at any hour. `left_out` are those of the messages that can be left out which it does not send,
    as `<kind>:<channel>`. `asks_for_reviews`: customers are asked what it was like.
    """

    __tablename__ = "message_settings"
    __table_args__ = (
        CheckConstraint("sms_limit BETWEEN 0 AND 100000", name="sms_limit"),
        CheckConstraint("quiet_from_min BETWEEN 0 AND 1439", name="quiet_from"),
        CheckConstraint("quiet_until_min BETWEEN 0 AND 1439", name="quiet_until"),
        CheckConstraint("(quiet_from_min IS NULL) = (quiet_until_min IS NULL)", name="quiet"),
        CheckConstraint("cardinality(left_out) <= 100", name="left_out"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    sms_limit: Mapped[int] = mapped_column(server_default="0", default=0)
    sms_countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    quiet_from_min: Mapped[int | None] = mapped_column(SmallInteger, server_default="1260", default=1260)
    quiet_until_min: Mapped[int | None] = mapped_column(SmallInteger, server_default="480", default=480)
    left_out: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    asks_for_reviews: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
