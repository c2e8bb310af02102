"""Holds, appointments and bookings."""

import uuid
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, bigint, created, identity, tenant

ON_HOLD = ("held", "pending_payment")
KEEPS_TIME = ("held", "pending_payment", "requested", "confirmed", "completed", "no_show")
WAITED_FOR = ("pending_payment", "requested", "confirmed")
UNANSWERED = ("requested", "pending_payment")
GIVES_BACK = ("cancelled", "declined", "expired")

# What was given back can be confirmed only when its place can be taken again.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "held": ("confirmed", "requested", "pending_payment", "expired", "cancelled"),
    "requested": ("confirmed", "pending_payment", "declined", "expired", "cancelled"),
    "pending_payment": ("confirmed", "expired", "cancelled"),
    "confirmed": ("completed", "no_show", "cancelled"),
    "completed": ("no_show",),
    "no_show": ("completed",),
    "expired": ("confirmed", "requested", "pending_payment"),
    "cancelled": ("confirmed",),
    "declined": ("confirmed",),
}

_STATUSES = ", ".join(f"'{status}'" for status in TRANSITIONS)
_KEEPS_TIME = ", ".join(f"'{status}'::text" for status in KEEPS_TIME)
# Written the way PostgreSQL prints it, so that a schema comparison finds nothing to say.
_LIVE = f"CASE WHEN (status = ANY (ARRAY[{_KEEPS_TIME}])) THEN true ELSE NULL::boolean END"


class Hold(Model):
    """The ticket of an unfinished booking, payment or waitlist offer: one deadline for all it holds.

    `visitor_key` is the sha256 of the flow's id; `address_key` of the visitor's network address.
    """

    __tablename__ = "holds"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        CheckConstraint("kind IN ('visitor', 'payment', 'offer')", name="kind"),
        CheckConstraint("length(visitor_key) = 32", name="visitor_key"),
        CheckConstraint("length(address_key) = 32", name="address_key"),
        CheckConstraint("expires_at > created_at AND expires_at <= limit_at", name="deadline"),
        CheckConstraint("(kind = 'offer') = (customer_id IS NOT NULL) OR kind = 'payment'", name="offer"),
        Index("ix_holds_due", "business_id", "expires_at"),
        Index("ix_holds_due_all", "expires_at"),
        Index(
            "ix_holds_of_visitor",
            "business_id",
            "visitor_key",
            postgresql_where=text("visitor_key IS NOT NULL"),
        ),
        Index("ix_holds_of_address", "address_key", postgresql_where=text("address_key IS NOT NULL")),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    kind: Mapped[str] = mapped_column(server_default="visitor", default="visitor")
    visitor_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    customer_id: Mapped[bigint | None]
    created_at: Mapped[created]
    expires_at: Mapped[datetime]
    limit_at: Mapped[datetime]


class Appointment(Model):
    """One occurrence of a service at a time. `starts_at` and `ends_at` are what the customer sees.

    `held_until` is null when firm; otherwise every booking in it is held, the last one until then.
    `scheduled` is on the timetable: it keeps its time with no bookings, and places in it can be booked. `overbooked`
    is a member's decision. A date of a class names its class time and the day it was made for, so that one that was
    moved or cancelled is not made again.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "service_id"], ["services.business_id", "services.id"]),
        ForeignKeyConstraint(["business_id", "class_time_id"], ["class_times.business_id", "class_times.id"]),
        UniqueConstraint("business_id", "id", "live"),
        CheckConstraint("(class_time_id IS NULL) = (class_on IS NULL)", name="class"),
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="capacity"),
        CheckConstraint("places_taken >= 0", name="places_taken"),
        CheckConstraint(
            "isfinite(starts_at) AND isfinite(ends_at) AND ends_at > starts_at"
            " AND ends_at <= starts_at + interval '9600 hours'",
            name="stretch",
        ),
        CheckConstraint("overbooked OR places_taken <= capacity", name="not_overbooked"),
        CheckConstraint("live OR places_taken = 0", name="dead_is_empty"),
        CheckConstraint("NOT (scheduled AND held_until IS NOT NULL)", name="scheduled_is_firm"),
        Index(
            "ix_appointments_of_service",
            "business_id",
            "service_id",
            "starts_at",
            postgresql_where=text("live"),
        ),
        # Cancelled ones too: a day shows them, and the numbers of a week count them.
        Index("ix_appointments_by_day", "business_id", "starts_at"),
        Index(
            "uq_appointments_class_date",
            "business_id",
            "class_time_id",
            "class_on",
            unique=True,
            postgresql_where=text("class_time_id IS NOT NULL"),
        ),
        Index(
            "ix_appointments_held",
            "business_id",
            "held_until",
            postgresql_where=text("held_until IS NOT NULL"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    service_id: Mapped[bigint]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int] = mapped_column(server_default="1", default=1)
    places_taken: Mapped[int] = mapped_column(server_default="0", default=0)
    overbooked: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    scheduled: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    live: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    held_until: Mapped[datetime | None]
    class_time_id: Mapped[bigint | None]
    class_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default="0", default=0)

    @property
    def is_class(self) -> bool:
        """Whether several customers can come."""
        return self.capacity > 1


class Booking(Model):
    """One customer's places in an appointment, with a snapshot of everything that was promised.

    `visit` is shared by bookings made in one go. Money is cents, lengths are minutes, `local_start` is
    the shop's wall clock. `guest` counts those who come together; whoever books is the first. `answers` holds what was
    asked and what was said, by the id of the question. `note` is the customer's own, `member_note` only members read.
    `moves` counts how often the customer moved it; at `coming_at` they said that they will come. `refund_from` is the
    start from which its refund is counted where it was moved too late to get everything back. `offered` are the starts
    the business offers its customer instead of this one, until one is chosen.
    `live` is true or null, never false: a live booking needs a live appointment.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        ForeignKeyConstraint(
            ["business_id", "appointment_id"], ["appointments.business_id", "appointments.id"]
        ),
        ForeignKeyConstraint(
            ["business_id", "appointment_id", "live"],
            ["appointments.business_id", "appointments.id", "appointments.live"],
        ),
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        ForeignKeyConstraint(["business_id", "hold_id"], ["holds.business_id", "holds.id"]),
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        CheckConstraint(
            "source IN ('web', 'widget', 'staff', 'import', 'api', 'walk_in', 'command')", name="source"
        ),
        CheckConstraint("places BETWEEN 1 AND 99", name="places"),
        CheckConstraint("guest BETWEEN 1 AND 9", name="guest"),
        CheckConstraint("total_cents BETWEEN 0 AND 10000000000000", name="total"),
        CheckConstraint("moves >= 0", name="moves"),
        CheckConstraint("cardinality(offered) BETWEEN 1 AND 9", name="offered"),
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("(status IN ('held', 'pending_payment')) = (hold_id IS NOT NULL)", name="hold"),
        CheckConstraint("customer_id IS NOT NULL OR status IN ('held', 'expired')", name="customer"),
        CheckConstraint("cancelled_by IN ('customer', 'member', 'system')", name="cancelled_by"),
        Index("ix_bookings_of_appointment", "business_id", "appointment_id"),
        Index(
            "ix_bookings_of_customer",
            "business_id",
            "customer_id",
            postgresql_where=text("customer_id IS NOT NULL"),
            postgresql_include=["appointment_id", "status", "total_cents"],
        ),
        Index("ix_bookings_made", "business_id", "created_at"),
        Index("ix_bookings_of_hold", "business_id", "hold_id", postgresql_where=text("hold_id IS NOT NULL")),
        Index("ix_bookings_of_visit", "business_id", "visit"),
        Index(
            "ix_bookings_unfinished",
            "created_at",
            postgresql_where=text("status = 'expired' AND customer_id IS NULL"),
        ),
        Index("ix_bookings_to_finish", "local_start", postgresql_where=text("status = 'confirmed'")),
        Index(
            "ix_bookings_requested",
            "business_id",
            "created_at",
            postgresql_where=text("status = 'requested'"),
        ),
        Index(
            "ix_bookings_cancelled",
            "business_id",
            "cancelled_at",
            postgresql_where=text("cancelled_at IS NOT NULL"),
        ),
        Index("ix_bookings_of_series", "business_id", "series", postgresql_where=text("series IS NOT NULL")),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    visit: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    series: Mapped[uuid.UUID | None]
    appointment_id: Mapped[bigint]
    customer_id: Mapped[bigint | None]
    hold_id: Mapped[bigint | None]
    places: Mapped[int] = mapped_column(server_default="1", default=1)
    guest: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    guest_name: Mapped[str | None]
    status: Mapped[str]
    live: Mapped[bool | None] = mapped_column(Computed(_LIVE, persisted=True))
    source: Mapped[str] = mapped_column(server_default="web", default="web")
    schedule_seq: Mapped[int] = mapped_column(server_default="0", default=0)
    link_version: Mapped[int] = mapped_column(server_default="0", default=0)
    service_name: Mapped[str]
    performer_name: Mapped[str | None]
    minutes: Mapped[int]
    before_min: Mapped[int] = mapped_column(server_default="0", default=0)
    after_min: Mapped[int] = mapped_column(server_default="0", default=0)
    price_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    total_cents: Mapped[bigint]
    currency: Mapped[str]
    tax_bp: Mapped[int] = mapped_column(server_default="0", default=0)
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    zone: Mapped[str]
    local_start: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    language: Mapped[str | None]
    customer_zone: Mapped[str | None]
    note: Mapped[str | None]
    member_note: Mapped[str | None]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    ics_uid: Mapped[str | None]
    created_at: Mapped[created]
    confirmed_at: Mapped[datetime | None]
    moves: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    coming_at: Mapped[datetime | None]
    offered: Mapped[list[datetime] | None] = mapped_column(ARRAY(DateTime(timezone=True)))
    refund_from: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[str | None]

    @property
    def note_mark(self) -> str:
        """What the internal note is known by on a page that may be old by now; nothing where there is none."""
        return sha256(self.member_note.encode()).hexdigest()[:16] if self.member_note else ""

    @property
    def is_priced(self) -> bool:
        """Whether every line has an amount; without one the price is told on site."""
        return all(line["amount"] is not None for line in self.price_lines)

    @property
    def discount_cents(self) -> int:
        """What a code took off."""
        return -sum(line["amount"] for line in self.price_lines if line.get("kind") == "discount")

    @property
    def is_walk_in(self) -> bool:
        """Whether it is somebody who came in and left neither address nor number: nobody can be told anything."""
        return self.source == "walk_in" and not (self.contact_email or self.contact_phone)

    appointment: Mapped[Appointment] = relationship(
        primaryjoin="and_(Booking.business_id == Appointment.business_id,"
        " foreign(Booking.appointment_id) == Appointment.id)",
        viewonly=True,
    )
