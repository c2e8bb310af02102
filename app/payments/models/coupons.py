"""Codes that make something cheaper."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created, identity, tenant


class Coupon(Model):
    """A code customers type. `code` is as people read it, `code_key` as it is compared: upper case, no blanks.

    Either so much less (`amount_cents`) or such a share less (`share_bp`, hundredths of a percent). Dates are the
    shop's, both included, and are those of the day on which it is used. `uses` counts what was not given back.
    """

    __tablename__ = "coupons"
    __table_args__ = (
        UniqueConstraint("business_id", "code_key"),
        CheckConstraint("(amount_cents IS NULL) <> (share_bp IS NULL)", name="worth"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("share_bp BETWEEN 1 AND 10000", name="share"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint("most_uses > 0", name="most_uses"),
        CheckConstraint("most_per_customer > 0", name="most_per_customer"),
        CheckConstraint("least_total_cents >= 0", name="least_total"),
        # Thirty people with one code: the table itself counts them.
        CheckConstraint("uses >= 0 AND (most_uses IS NULL OR uses <= most_uses)", name="uses"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    code: Mapped[str]
    code_key: Mapped[str]
    amount_cents: Mapped[bigint | None]
    share_bp: Mapped[int | None]
    least_total_cents: Mapped[bigint | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    most_uses: Mapped[int | None]
    most_per_customer: Mapped[int | None]
    uses: Mapped[int] = mapped_column(server_default="0", default=0)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    created_at: Mapped[created]


class CouponUse(Model):
    """A coupon used for one thing; given back when nothing came of that."""

    __tablename__ = "coupon_uses"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "coupon_id"], ["coupons.business_id", "coupons.id"]),
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        CheckConstraint("amount_cents >= 0", name="amount"),
        Index(
            "uq_coupon_uses_of_subject",
            "business_id",
            "subject_kind",
            "subject_uid",
            unique=True,
            postgresql_where=text("given_back_at IS NULL"),
        ),
        Index("ix_coupon_uses_of_customer", "business_id", "coupon_id", "customer_id"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    coupon_id: Mapped[bigint]
    customer_id: Mapped[bigint | None]
    subject_kind: Mapped[str]
    subject_uid: Mapped[uuid.UUID]
    amount_cents: Mapped[bigint]
    used_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
