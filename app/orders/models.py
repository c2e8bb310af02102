"""Orders of items, and how a business takes them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, bigint, created, identity, tenant
from app.customers.models import Customer

WAYS = ("pickup", "delivery", "table")

# Who waits for payment has the pieces already; what ended gave them back, but for what was fulfilled.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "held": ("pending_payment", "placed", "accepted", "expired"),
    "pending_payment": ("placed", "accepted", "expired", "cancelled"),
    "placed": ("accepted", "declined", "cancelled", "expired"),
    "accepted": ("preparing", "ready", "fulfilled", "cancelled"),
    "preparing": ("ready", "fulfilled", "cancelled"),
    "ready": ("preparing", "fulfilled", "cancelled"),
    "fulfilled": (),
    "declined": (),
    "cancelled": (),
    "expired": ("placed", "accepted"),
}
# Ended without being had.
GONE = ("declined", "cancelled", "expired")
ON_HOLD = ("held", "pending_payment")
ON_THE_BOARD = ("placed", "accepted", "preparing", "ready")
# Counts for the limit of its quarter of an hour and keeps its pieces.
KEEPS_PIECES = (*ON_HOLD, *ON_THE_BOARD, "fulfilled")

_STATUSES = ", ".join(f"'{status}'" for status in TRANSITIONS)
_BOARD = ", ".join(f"'{status}'" for status in ON_THE_BOARD)
_KEEPS = ", ".join(f"'{status}'" for status in KEEPS_PIECES)


class OrderSettings(Model):
    """How a business takes orders: nothing at all without its row.

    An order is ready `prepare_min` minutes after it came, brought `way_min` later. At most `per_quarter` orders are due
    in a quarter of an hour; null: any number. `advance_days` 0: today only. What is delivered goes to places whose
    postcode begins with one of `postcodes`, and costs at least `delivery_least_cents`; the fee is nothing from
    `delivery_free_cents` on. `tables` are their names, as they stand on them. `prepay`: whether orders are paid
    before they count, on site, or as the customer likes. No orders are taken before `paused_until`.
    `last_number` is that of the last order; whoever gives one holds this row.
    """

    __tablename__ = "order_settings"
    __table_args__ = (
        CheckConstraint("prepare_min BETWEEN 0 AND 10080", name="prepare"),
        CheckConstraint("way_min BETWEEN 0 AND 1440", name="way"),
        CheckConstraint("per_quarter BETWEEN 1 AND 1000", name="per_quarter"),
        CheckConstraint("advance_days BETWEEN 0 AND 90", name="advance_days"),
        CheckConstraint("delivery_least_cents BETWEEN 0 AND 10000000000", name="delivery_least"),
        CheckConstraint("delivery_fee_cents BETWEEN 0 AND 10000000000", name="delivery_fee"),
        CheckConstraint("delivery_free_cents BETWEEN 0 AND 10000000000", name="delivery_free"),
        CheckConstraint("cardinality(postcodes) <= 500", name="postcodes"),
        CheckConstraint("cardinality(tables) <= 300", name="tables"),
        CheckConstraint("NOT delivery OR cardinality(postcodes) > 0", name="delivery_area"),
        CheckConstraint("NOT at_table OR cardinality(tables) > 0", name="tables_given"),
        CheckConstraint("prepay IN ('on_site', 'online', 'either')", name="prepay"),
        CheckConstraint("last_number >= 0", name="last_number"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    pickup: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    delivery: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    at_table: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    accepts_itself: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    prepay: Mapped[str] = mapped_column(server_default="on_site", default="on_site")
    prepare_min: Mapped[int] = mapped_column(server_default="20", default=20)
    way_min: Mapped[int] = mapped_column(SmallInteger, server_default="30", default=30)
    per_quarter: Mapped[int | None] = mapped_column(SmallInteger)
    advance_days: Mapped[int] = mapped_column(SmallInteger, server_default="7", default=7)
    postcodes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    delivery_least_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    delivery_fee_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    delivery_free_cents: Mapped[bigint | None]
    delivery_tax_bp: Mapped[int] = mapped_column(server_default="0", default=0)
    tables: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    paused_until: Mapped[datetime | None]
    last_number: Mapped[int] = mapped_column(server_default="0", default=0)


class Order(Model):
    """What somebody ordered, with a snapshot of everything that was promised. Money is minor units.

    It is due at `due_at` (UTC), which counts for the quarter of an hour it lies in; `asap`: they wanted it as soon as
    possible. `way` says how they get it: a delivery has an address, one at a table its name. With `visit` it was
    ordered with the bookings of that visit, which have the invoice; otherwise the invoice's subject is ("order",
    uid). `expires_at`: until then its pieces are kept for whoever pays; those of a visit are as long as its place.
    Links carry `link_version`; `seq` rises with all that its customer is told. `note` is the customer's,
    `member_note` only members read.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        UniqueConstraint("business_id", "number"),
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        CheckConstraint(f"status IN ({_STATUSES})", name="status"),
        CheckConstraint("way IN ('pickup', 'delivery', 'table')", name="way"),
        CheckConstraint("source IN ('web', 'widget', 'staff', 'import', 'api')", name="source"),
        CheckConstraint("(way = 'table') = (at_table IS NOT NULL)", name="table"),
        CheckConstraint("way <> 'delivery' OR status = 'held' OR street IS NOT NULL", name="delivered_to"),
        CheckConstraint(
            "(status IN ('held', 'pending_payment') AND visit IS NULL) = (expires_at IS NOT NULL)",
            name="on_hold",
        ),
        CheckConstraint("customer_id IS NOT NULL OR status IN ('held', 'expired')", name="customer"),
        CheckConstraint("total_cents BETWEEN 0 AND 10000000000000", name="total"),
        CheckConstraint("delivery_cents BETWEEN 0 AND total_cents", name="delivery"),
        CheckConstraint("cancelled_by IN ('customer', 'member', 'system')", name="cancelled_by"),
        Index("ix_orders_board", "business_id", "due_at", postgresql_where=text(f"status IN ({_BOARD})")),
        Index("ix_orders_quarter", "business_id", "due_at", postgresql_where=text(f"status IN ({_KEEPS})")),
        Index("ix_orders_by_time", "business_id", "placed_at"),
        Index("ix_orders_of_customer", "business_id", "customer_id"),
        Index("ix_orders_of_visit", "business_id", "visit", postgresql_where=text("visit IS NOT NULL")),
        Index("ix_orders_lapsing", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"), default=uuid.uuid4)
    number: Mapped[int]
    link_version: Mapped[int] = mapped_column(server_default="0", default=0)
    seq: Mapped[int] = mapped_column(server_default="0", default=0)
    status: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="web", default="web")
    visit: Mapped[uuid.UUID | None]
    customer_id: Mapped[bigint | None]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    language: Mapped[str | None]
    way: Mapped[str]
    asap: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    due_at: Mapped[datetime]
    at_table: Mapped[str | None]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    note: Mapped[str | None]
    member_note: Mapped[str | None]
    currency: Mapped[str]
    delivery_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    total_cents: Mapped[bigint]
    expires_at: Mapped[datetime | None]
    placed_at: Mapped[created]
    accepted_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    cancelled_by: Mapped[str | None]

    customer: Mapped[Customer | None] = relationship(
        primaryjoin="and_(Order.business_id == Customer.business_id, foreign(Order.customer_id) == Customer.id)",
        viewonly=True,
    )
    lines: Mapped[list["OrderLine"]] = relationship(
        primaryjoin="and_(Order.business_id == OrderLine.business_id, Order.id == foreign(OrderLine.order_id))",
        order_by="OrderLine.position",
        viewonly=True,
    )


class OrderLine(Model):
    """So many pieces of an item with the same options, as they were called and priced when they were ordered.

    `options` are [{"id", "choice", "name", "extra_cents"}]. `from_stock`: the pieces were taken off its stock.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "order_id"], ["orders.business_id", "orders.id"]),
        ForeignKeyConstraint(["business_id", "item_id"], ["service_items.business_id", "service_items.id"]),
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
        CheckConstraint("unit_cents BETWEEN 0 AND 1000000000000", name="unit"),
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("jsonb_typeof(options) = 'array'", name="options"),
        Index("ix_order_lines_of_order", "business_id", "order_id", "position"),
        Index("ix_order_lines_of_item", "business_id", "item_id"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    order_id: Mapped[bigint]
    position: Mapped[int] = mapped_column(SmallInteger)
    item_id: Mapped[bigint]
    name: Mapped[str]
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", default=list)
    quantity: Mapped[int] = mapped_column(SmallInteger)
    unit_cents: Mapped[bigint]
    tax_bp: Mapped[int] = mapped_column(server_default="0", default=0)
    from_stock: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    note: Mapped[str | None]

    @property
    def amount_cents(self) -> int:
        """The price of all of its pieces (minor units)."""
        return self.quantity * self.unit_cents
