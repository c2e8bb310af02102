"""What was paid, what went back, and what a provider said of it."""

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created, identity, tenant

# What may become of a payment still; of one that is `needs_review` a member decides.
LIVE = ("created", "requires_action", "processing")
ENDED = ("succeeded", "failed", "cancelled")
# By whom or what money changes hands. Only Stripe can be asked what has become of it.
METHODS = ("stripe", "cash", "card", "transfer", "other")


class Payment(Model):
    """One attempt to pay some of an invoice. Of Stripe's, one function writes the status: `applying.py`.

    `provider_ref` is the PaymentIntent's id, `checkout_ref` the Checkout Session's; both are written down after Stripe
    has answered, so `idempotency_key` finds it again where that answer was lost. `next_sync_at`: when to ask Stripe
    again by ourselves. `needs_review` is money somebody has to look at. `by_name` is the member who took it.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        UniqueConstraint("business_id", "idempotency_key"),
        UniqueConstraint("business_id", "provider_ref"),
        UniqueConstraint("business_id", "checkout_ref"),
        ForeignKeyConstraint(["business_id", "invoice_id"], ["invoices.business_id", "invoices.id"]),
        CheckConstraint(
            "status IN ('created', 'requires_action', 'processing', 'succeeded', 'failed', 'cancelled',"
            " 'needs_review')",
            name="status",
        ),
        CheckConstraint("method IN ('stripe', 'cash', 'card', 'transfer', 'other')", name="method"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("received_cents >= 0", name="received"),
        CheckConstraint("refunded_cents BETWEEN 0 AND received_cents", name="refunded"),
        CheckConstraint("status <> 'succeeded' OR succeeded_at IS NOT NULL", name="succeeded"),
        # Nobody pays twice because they pressed twice.
        Index(
            "uq_payments_live",
            "business_id",
            "invoice_id",
            unique=True,
            postgresql_where=text("status IN ('created', 'requires_action', 'processing')"),
        ),
        Index("ix_payments_of_invoice", "business_id", "invoice_id"),
        Index("ix_payments_taken", "business_id", "succeeded_at"),
        Index("ix_payments_to_sync", "next_sync_at", postgresql_where=text("next_sync_at IS NOT NULL")),
        Index(
            "ix_payments_to_review",
            "business_id",
            "created_at",
            postgresql_where=text("status = 'needs_review'"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    invoice_id: Mapped[bigint]
    method: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="created", default="created")
    currency: Mapped[str]
    amount_cents: Mapped[bigint]
    received_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    refunded_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    live_mode: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    idempotency_key: Mapped[str]
    provider_ref: Mapped[str | None]
    checkout_ref: Mapped[str | None]
    failure: Mapped[str | None]
    review: Mapped[str | None]
    by_name: Mapped[str | None]
    note: Mapped[str | None]
    next_sync_at: Mapped[datetime | None]
    synced_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    created_at: Mapped[created]


class Refund(Model):
    """Money that goes back. It is reserved by the payment's `refunded_cents` as soon as this row is there.

    `dedupe_key` says what it is for, so that the same cause pays back once. One that `failed` gives its reservation
    back and is told to the owner.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("business_id", "dedupe_key"),
        UniqueConstraint("business_id", "idempotency_key"),
        UniqueConstraint("business_id", "provider_ref"),
        ForeignKeyConstraint(["business_id", "payment_id"], ["payments.business_id", "payments.id"]),
        CheckConstraint("status IN ('created', 'pending', 'succeeded', 'failed')", name="status"),
        CheckConstraint("cause IN ('cancelled', 'late', 'twice', 'member')", name="cause"),
        CheckConstraint("amount_cents > 0", name="amount"),
        Index("ix_refunds_of_payment", "business_id", "payment_id"),
        Index("ix_refunds_given", "business_id", "created_at"),
        Index("ix_refunds_to_sync", "next_sync_at", postgresql_where=text("next_sync_at IS NOT NULL")),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    payment_id: Mapped[bigint]
    status: Mapped[str] = mapped_column(server_default="created", default="created")
    cause: Mapped[str]
    reason: Mapped[str | None]
    amount_cents: Mapped[bigint]
    dedupe_key: Mapped[str]
    idempotency_key: Mapped[str]
    provider_ref: Mapped[str | None]
    failure: Mapped[str | None]
    by_name: Mapped[str | None]
    next_sync_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    created_at: Mapped[created]


class WebhookEvent(Model):
    """What a provider has told us, once each, however often it was sent. `object_ref` is what it is about."""

    __tablename__ = "webhook_events"
    __table_args__ = (
        Index("ix_webhook_events_waiting", "received_at", postgresql_where=text("handled_at IS NULL")),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    provider: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    object_ref: Mapped[str | None]
    live_mode: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    received_at: Mapped[created]
    handled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    last_error: Mapped[str | None]
