"""What customers said, and what it adds up to."""

import uuid
from datetime import date, datetime

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


class Review(Model):
    """What somebody said of one completed booking or one fulfilled order.

    `stars` are for it, `person_stars` for who did it; `visited_on` is its day by the shop's clock. Only what is "shown"
    counts: "held" waits for a decision, because of `held_for` ("links", "words"), "hidden" was decided
    against. `edited_at`: it was changed, once. `name` is who wrote it, as it is shown.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
        ForeignKeyConstraint(["business_id", "order_id"], ["orders.business_id", "orders.id"]),
        ForeignKeyConstraint(["business_id", "service_id"], ["services.business_id", "services.id"]),
        ForeignKeyConstraint(["business_id", "person_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("num_nonnulls(booking_id, order_id) = 1", name="of_one"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("person_stars BETWEEN 1 AND 5", name="person_stars"),
        CheckConstraint("person_stars IS NULL OR person_id IS NOT NULL", name="person"),
        CheckConstraint("status IN ('shown', 'held', 'hidden')", name="status"),
        CheckConstraint("(status = 'held') = (held_for IS NOT NULL)", name="held_for"),
        CheckConstraint("(reply IS NULL) = (replied_at IS NULL)", name="reply"),
        Index(
            "uq_reviews_of_booking",
            "business_id",
            "booking_id",
            unique=True,
            postgresql_where=text("booking_id IS NOT NULL"),
        ),
        Index(
            "uq_reviews_of_order",
            "business_id",
            "order_id",
            unique=True,
            postgresql_where=text("order_id IS NOT NULL"),
        ),
        Index("ix_reviews_shown", "business_id", "created_at", postgresql_where=text("status = 'shown'")),
        Index(
            "ix_reviews_by_stars",
            "business_id",
            "stars",
            "created_at",
            postgresql_where=text("status = 'shown'"),
        ),
        Index(
            "ix_reviews_unanswered",
            "business_id",
            "created_at",
            postgresql_where=text("status = 'shown' AND reply IS NULL"),
        ),
        Index("ix_reviews_not_shown", "business_id", "status", postgresql_where=text("status <> 'shown'")),
        Index("ix_reviews_by_time", "business_id", "created_at"),
        Index("ix_reviews_held", "created_at", postgresql_where=text("status = 'held'")),
        Index("ix_reviews_of_service", "business_id", "service_id", "created_at"),
        Index("ix_reviews_of_person", "business_id", "person_id", "created_at"),
        Index("ix_reviews_of_customer", "business_id", "customer_id"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    customer_id: Mapped[bigint]
    booking_id: Mapped[bigint | None]
    order_id: Mapped[bigint | None]
    service_id: Mapped[bigint | None]
    person_id: Mapped[bigint | None]
    name: Mapped[str]
    visited_on: Mapped[date]
    stars: Mapped[int] = mapped_column(SmallInteger)
    person_stars: Mapped[int | None] = mapped_column(SmallInteger)
    words: Mapped[str | None]
    language: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="shown", default="shown")
    held_for: Mapped[str | None]
    reply: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[created]
    edited_at: Mapped[datetime | None]


class ReviewPicture(Model):
    """One of up to four pictures of a review, in their order; the key of an upload."""

    __tablename__ = "review_pictures"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "review_id"], ["reviews.business_id", "reviews.id"]),
        ForeignKeyConstraint(["business_id", "picture"], ["uploads.business_id", "uploads.key"]),
        CheckConstraint("position BETWEEN 0 AND 3", name="position"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    review_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    picture: Mapped[str]


class Rating(Model):
    """How many shown reviews gave how many stars: to the business (`subject_id` 0), a service or a person.

    Kept by whatever changes a review, in its transaction, and counted anew each night.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("subject_kind IN ('business', 'service', 'person')", name="subject_kind"),
        CheckConstraint("(subject_kind = 'business') = (subject_id = 0)", name="subject"),
        CheckConstraint("least(ones, twos, threes, fours, fives) >= 0", name="counts"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    ones: Mapped[int] = mapped_column(server_default="0", default=0)
    twos: Mapped[int] = mapped_column(server_default="0", default=0)
    threes: Mapped[int] = mapped_column(server_default="0", default=0)
    fours: Mapped[int] = mapped_column(server_default="0", default=0)
    fives: Mapped[int] = mapped_column(server_default="0", default=0)
