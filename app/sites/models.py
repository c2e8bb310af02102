"""Websites on which customers book: those a business lets show its widget, and those where it was seen."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, created, tenant

ORIGIN = r"^https?://[a-z0-9._-]+(:[0-9]{1,5})?$"


class Site(Model):
    """A website that may show the widget. `origin` is its scheme, host and port as a browser writes them, in ASCII."""

    __tablename__ = "sites"
    __table_args__ = (CheckConstraint(f"origin ~ '{ORIGIN}'", name="origin_shape"),)

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    origin: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[created]


class Sighting(Model):
    """How the widget last did on a website. It says nothing of whoever looked at it.

    `blocked_by` is the directive of that website's content policy that kept the frame out, or "us" where the site is
    not among those the business lets in; null: it worked.
    """

    __tablename__ = "sightings"
    __table_args__ = (
        CheckConstraint(f"origin ~ '{ORIGIN}'", name="origin_shape"),
        CheckConstraint("blocked_by IN ('frame-src', 'us')", name="blocked_by"),
        Index("ix_sightings_seen", "business_id", "seen_at"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    origin: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    blocked_by: Mapped[str | None]
