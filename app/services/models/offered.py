"""What a business offers. A service is a haircut, never a piece of software."""

import uuid
from datetime import time
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Time,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column

from app.businesses.models import Business
from app.core.db import Model, bigint, identity, tenant

LONGEST_NAME = 120


class ServiceCategory(Model):
    """A heading under which services stand, in the order of `position`."""

    __tablename__ = "service_categories"
    __table_args__ = (CheckConstraint("btrim(name) <> ''", name="name_given"),)

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    name: Mapped[str]
    position: Mapped[int] = mapped_column(server_default="0", default=0)


class Service(Model):
    """Something that can be booked, or whose items can be ordered.

    Lengths and steps are minutes, prices are cents, tax is basis points.

    `unit`: visit (fixed length), hour (start and length are chosen), night (arrival and departure).
    Null notice and advance, prepayment and refund steps mean the business's own. `daily_limit`: so many bookings a
    business day; `customer_limit`: so many that one customer has ahead of them. `picture` is the key of an upload.
    It can be had by being bookable online, orderable (its items), walk_in or on_request, in any mix; with none of them
    only members book it.
    """

    __tablename__ = "services"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        ForeignKeyConstraint(
            ["business_id", "category_id"], ["service_categories.business_id", "service_categories.id"]
        ),
        ForeignKeyConstraint(["business_id", "picture"], ["uploads.business_id", "uploads.key"]),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("unit IN ('visit', 'hour', 'night')", name="unit"),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint("step_min BETWEEN 5 AND 1440", name="step"),
        CheckConstraint("min_units >= 1 AND max_units >= min_units", name="units"),
        CheckConstraint("before_min BETWEEN 0 AND 1440", name="before"),
        CheckConstraint("after_min BETWEEN 0 AND 2880", name="after"),
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="capacity"),
        CheckConstraint("price_cents BETWEEN 0 AND 10000000000", name="price"),
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("(unit = 'visit') = (minutes IS NOT NULL)", name="visit_has_minutes"),
        CheckConstraint(
            "(unit = 'night') = (arrival IS NOT NULL AND departure IS NOT NULL)", name="night_has_clock"
        ),
        CheckConstraint("unit <> 'night' OR max_units <= 366", name="nights"),
        CheckConstraint("unit <> 'hour' OR max_units * step_min <= 10080", name="hours"),
        CheckConstraint("notice_unit IN ('minutes', 'days')", name="notice_unit"),
        CheckConstraint("(notice_unit IS NULL) = (notice_amount IS NULL)", name="notice_whole"),
        CheckConstraint("notice_amount BETWEEN 0 AND 525600", name="notice_amount"),
        CheckConstraint("advance_days BETWEEN 0 AND 730", name="advance_days"),
        CheckConstraint("daily_limit BETWEEN 1 AND 10000", name="daily_limit"),
        CheckConstraint("customer_limit BETWEEN 1 AND 1000", name="customer_limit"),
        CheckConstraint("prepay IN ('none', 'deposit', 'full')", name="prepay"),
        CheckConstraint("deposit_cents BETWEEN 1 AND 10000000000", name="deposit"),
        CheckConstraint("deposit_bp BETWEEN 1 AND 10000", name="deposit_share"),
        CheckConstraint(
            "num_nonnulls(deposit_cents, deposit_bp) = CASE WHEN prepay = 'deposit' THEN 1 ELSE 0 END",
            name="deposit_given",
        ),
        CheckConstraint("jsonb_typeof(refund_steps) = 'array'", name="refund_steps"),
        CheckConstraint("no_show_back_bp BETWEEN 0 AND 10000", name="no_show_back"),
        CheckConstraint("(refund_steps IS NULL) = (no_show_back_bp IS NULL)", name="refunds_given"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    name: Mapped[str]
    description: Mapped[str | None]
    category_id: Mapped[bigint | None]
    picture: Mapped[str | None]
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    unit: Mapped[str] = mapped_column(server_default="visit", default="visit")
    minutes: Mapped[int | None]
    step_min: Mapped[int] = mapped_column(server_default="15", default=15)
    min_units: Mapped[int] = mapped_column(server_default="1", default=1)
    max_units: Mapped[int] = mapped_column(server_default="1", default=1)
    arrival: Mapped[time | None] = mapped_column(Time)
    departure: Mapped[time | None] = mapped_column(Time)
    before_min: Mapped[int] = mapped_column(server_default="0", default=0)
    after_min: Mapped[int] = mapped_column(server_default="0", default=0)
    capacity: Mapped[int] = mapped_column(server_default="1", default=1)
    price_cents: Mapped[bigint | None]
    tax_bp: Mapped[int] = mapped_column(server_default="0", default=0)
    notice_amount: Mapped[int | None]
    notice_unit: Mapped[str | None]
    advance_days: Mapped[int | None]
    daily_limit: Mapped[int | None]
    customer_limit: Mapped[int | None]
    prepay: Mapped[str | None]
    deposit_cents: Mapped[bigint | None]
    deposit_bp: Mapped[int | None]
    refund_steps: Mapped[list[dict[str, int]] | None] = mapped_column(JSONB(none_as_null=True))
    no_show_back_bp: Mapped[int | None]
    approval: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    online: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    bookable: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    orderable: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    walk_in: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    on_request: Mapped[bool] = mapped_column(server_default=text("false"), default=False)

    @property
    def is_only_ordered(self) -> bool:
        """Whether nobody ever gives time for it."""
        return self.orderable and not (self.bookable or self.walk_in or self.on_request)

    if TYPE_CHECKING:
        adds_tax: Mapped[bool | None]


class ServiceQuestion(Model):
    """Something a business asks who books a service; whatever is booked when there is no `service_id`.

    `kind`: text (a line), choice (one of `options`) or yes_no. A question nobody is asked any more is not `active`:
    bookings keep their answers with the words of the question.
    """

    __tablename__ = "service_questions"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "service_id"], ["services.business_id", "services.id"]),
        CheckConstraint("btrim(label) <> ''", name="label_given"),
        CheckConstraint("kind IN ('text', 'choice', 'yes_no')", name="kind"),
        CheckConstraint("jsonb_typeof(options) = 'array'", name="options"),
        CheckConstraint("(kind = 'choice') = (jsonb_array_length(options) > 0)", name="choice_has_options"),
        Index("ix_service_questions_of_service", "business_id", "service_id"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    service_id: Mapped[bigint | None]
    label: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="text", default="text")
    options: Mapped[list[str]] = mapped_column(JSONB, server_default="[]", default=list)
    required: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)


_seller = aliased(Business)
# Whether its prices are written without their tax.
Service.adds_tax = column_property(
    select(~_seller.tax_included)
    .where(_seller.id == Service.business_id)
    .correlate_except(_seller)
    .scalar_subquery()
)
