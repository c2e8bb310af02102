"""What somebody said should not be seen, and what was decided."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created, identity, tenant

REASONS = ("not_a_customer", "insult", "private", "advertising", "other")


class Report(Model):
    """Somebody says why (kind, id) should not be seen: a member, or a visitor.

    open → upheld or dismissed, by a platform admin with a reason in words. One of a kind waits at a time for a subject.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("subject_kind IN ('review')", name="subject_kind"),
        CheckConstraint(
            "reason IN ('not_a_customer', 'insult', 'private', 'advertising', 'other', 'automatic')",
            name="reason",
        ),
        CheckConstraint("reported_by IN ('member', 'visitor', 'system')", name="reported_by"),
        CheckConstraint("status IN ('open', 'upheld', 'dismissed')", name="status"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decision"),
        Index(
            "uq_reports_open",
            "business_id",
            "subject_kind",
            "subject_id",
            "reported_by",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_reports_of_subject", "business_id", "subject_kind", "subject_id"),
        Index("ix_reports_open", "created_at", postgresql_where=text("status = 'open'")),
        Index("ix_reports_by_time", "created_at"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    subject_kind: Mapped[str]
    subject_id: Mapped[bigint]
    reason: Mapped[str]
    note: Mapped[str | None]
    reported_by: Mapped[str]
    user_id: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(server_default="open", default="open")
    created_at: Mapped[created]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[bigint | None] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str | None]
