"""What is owed; in minor units of one currency."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column, relationship

from app.core.card_amounts import askable
from app.core.db import Model, bigint, created, identity, tenant


class Invoice(Model):
    """All that is owed for one thing, such as a visit: its subject is known by (`subject_kind`, `subject_uid`) alone.

    `total_cents` is the sum of the lines, which have their tax in them, `prepay_cents` what is due before anything is
    confirmed. Its paper shows the lines so, or else (`tax_included`) without tax, and the tax below them.
    `paid_cents` and `refunded_cents` follow the payments and refunds that succeeded. `number` is given when it is
    issued, without gaps in its `series` and year; from then on nothing of it changes, and what is taken back is a
    credit note, which `corrects_id` ties to it. `seller` is the business as it was then. `void_at`: nothing is owed.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        ForeignKeyConstraint(["business_id", "corrects_id"], ["invoices.business_id", "invoices.id"]),
        CheckConstraint("kind IN ('invoice', 'credit_note')", name="kind"),
        CheckConstraint("(kind = 'credit_note') = (corrects_id IS NOT NULL)", name="corrects"),
        CheckConstraint("kind = 'credit_note' OR total_cents >= 0", name="total"),
        CheckConstraint("prepay_cents BETWEEN 0 AND abs(total_cents)", name="prepay"),
        CheckConstraint("paid_cents >= 0", name="paid"),
        CheckConstraint("refunded_cents BETWEEN 0 AND paid_cents", name="refunded"),
        CheckConstraint("(number IS NULL) = (issued_at IS NULL)", name="issued"),
        CheckConstraint("(number IS NULL) = (seller IS NULL)", name="seller"),
        Index(
            "uq_invoices_of_subject",
            "business_id",
            "subject_kind",
            "subject_uid",
            unique=True,
            postgresql_where=text("kind = 'invoice'"),
        ),
        Index(
            "uq_invoices_number",
            "business_id",
            "number",
            unique=True,
            postgresql_where=text("number IS NOT NULL"),
        ),
        Index("ix_invoices_of_customer", "business_id", "customer_id"),
        Index("ix_invoices_of_invoice", "business_id", "corrects_id"),
        Index(
            "ix_invoices_outstanding",
            "business_id",
            "created_at",
            postgresql_where=text(
                "kind = 'invoice' AND void_at IS NULL AND paid_cents - refunded_cents < total_cents"
            ),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    kind: Mapped[str] = mapped_column(server_default="invoice", default="invoice")
    subject_kind: Mapped[str]
    subject_uid: Mapped[uuid.UUID]
    corrects_id: Mapped[bigint | None]
    customer_id: Mapped[bigint | None]
    currency: Mapped[str]
    tax_included: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    total_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    tax_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    prepay_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    paid_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    refunded_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    language: Mapped[str]
    name: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    number: Mapped[str | None]
    issued_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]
    seller: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    void_at: Mapped[datetime | None]
    created_at: Mapped[created]

    if TYPE_CHECKING:
        credited_cents: Mapped[int]

    lines: Mapped[list["InvoiceLine"]] = relationship(
        primaryjoin="and_(Invoice.business_id == InvoiceLine.business_id,"
        " Invoice.id == foreign(InvoiceLine.invoice_id))",
        order_by="InvoiceLine.position",
        viewonly=True,
    )

    @property
    def kept_cents(self) -> int:
        """What was paid and did not go back."""
        return self.paid_cents - self.refunded_cents

    @property
    def owed_cents(self) -> int:
        """All of it, paid or not, after what its credit notes took back; nothing where it was made void."""
        return 0 if self.void_at else self.total_cents - (self.credited_cents or 0)

    @property
    def open_cents(self) -> int:
        """What of that is still to be paid; never below nothing."""
        return max(0, self.owed_cents - self.kept_cents)

    @property
    def due_now_cents(self) -> int:
        """What has to be paid online before it counts as booked or ordered; nothing where that is too little for it."""
        due = min(self.open_cents, max(0, self.prepay_cents - self.kept_cents))
        return askable(due, self.currency)

    @property
    def askable_cents(self) -> int:
        """What can be paid online now: what is due first, or else the rest."""
        return self.due_now_cents or askable(self.open_cents, self.currency)


class InvoiceLine(Model):
    """One thing on an invoice. `amount_cents` is for all of the `quantity`; a discount is below nothing.

    `subject_kind` and `subject_id` say what it is for, such as a booking. `tax_bp` is hundredths of a percent.
    `served_on` is the day it was or is to be done, as it stood when the invoice was issued.
    """

    __tablename__ = "invoice_lines"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "invoice_id"], ["invoices.business_id", "invoices.id"]),
        CheckConstraint("kind IN ('item', 'discount', 'fee')", name="kind"),
        CheckConstraint("quantity BETWEEN 1 AND 9999", name="quantity"),
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("prepay_cents >= 0", name="prepay"),
        Index("ix_invoice_lines_of_invoice", "business_id", "invoice_id", "position"),
        Index("ix_invoice_lines_of_subject", "business_id", "subject_kind", "subject_id"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    invoice_id: Mapped[bigint]
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(server_default="item", default="item")
    subject_kind: Mapped[str | None]
    subject_id: Mapped[bigint | None]
    label: Mapped[str]
    served_on: Mapped[date | None]
    quantity: Mapped[int] = mapped_column(server_default="1", default=1)
    amount_cents: Mapped[bigint]
    prepay_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    tax_bp: Mapped[int] = mapped_column(server_default="0", default=0)


class InvoiceSeries(Model):
    """The last number given in a series and year; whoever gives one holds this row until their commit."""

    __tablename__ = "invoice_series"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(server_default="0", default=0)


_note = aliased(Invoice)
# What credit notes took back of it (minor units).
Invoice.credited_cents = column_property(
    select(cast(func.coalesce(-func.sum(_note.total_cents), 0), BigInteger))
    .where(_note.business_id == Invoice.business_id, _note.corrects_id == Invoice.id)
    .correlate_except(_note)
    .scalar_subquery()
)
