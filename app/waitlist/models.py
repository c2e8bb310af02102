"""Who waits for a time that is taken, and what they were offered."""

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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, bigint, created, identity, tenant
from app.customers.models import Customer

EVERY_WEEKDAY = 0b1111111


class WaitlistEntry(Model):
    """Somebody waits for a service, with this person or with anybody (`person_id` null), on certain days and times.

    `weekdays` has bit 0 for Monday; times are minutes from the shop's midnight, until 2880 for a night out. With
    `booking_id` they are booked and would come earlier. Who waits is first by `position`, then by who came first.
    waiting → offered → booked; a lapsed or declined offer leads back to waiting, and from there left or expired.
    """

    __tablename__ = "waitlist_entries"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        ForeignKeyConstraint(["business_id", "service_id"], ["services.business_id", "services.id"]),
        ForeignKeyConstraint(["business_id", "person_id"], ["resources.business_id", "resources.id"]),
        ForeignKeyConstraint(["business_id", "customer_id"], ["customers.business_id", "customers.id"]),
        ForeignKeyConstraint(["business_id", "booking_id"], ["bookings.business_id", "bookings.id"]),
        CheckConstraint("status IN ('waiting', 'offered', 'booked', 'left', 'expired')", name="status"),
        CheckConstraint("(status IN ('waiting', 'offered')) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("places BETWEEN 1 AND 99", name="places"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint(
            "from_min BETWEEN 0 AND 1440 AND until_min > from_min AND until_min <= 2880", name="times"
        ),
        Index(
            "ix_waitlist_entries_in_line",
            "business_id",
            "position",
            "id",
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index("ix_waitlist_entries_of_customer", "business_id", "customer_id"),
        Index("ix_waitlist_entries_of_service", "business_id", "service_id"),
        Index("ix_waitlist_entries_of_booking", "business_id", "booking_id"),
        Index(
            "ix_waitlist_entries_over",
            "until_on",
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    link_version: Mapped[int] = mapped_column(server_default="0", default=0)
    customer_id: Mapped[bigint]
    contact_name: Mapped[str]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    language: Mapped[str | None]
    customer_zone: Mapped[str | None]
    note: Mapped[str | None]
    service_id: Mapped[bigint]
    person_id: Mapped[bigint | None]
    booking_id: Mapped[bigint | None]
    places: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    from_on: Mapped[date]
    until_on: Mapped[date]
    weekdays: Mapped[int] = mapped_column(SmallInteger, server_default="127", default=EVERY_WEEKDAY)
    from_min: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    until_min: Mapped[int] = mapped_column(SmallInteger, server_default="1440", default=1440)
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    status: Mapped[str] = mapped_column(server_default="waiting", default="waiting")
    created_at: Mapped[created]
    ended_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship(
        primaryjoin="and_(WaitlistEntry.business_id == Customer.business_id,"
        " foreign(WaitlistEntry.customer_id) == Customer.id)",
        viewonly=True,
    )


class WaitlistOffer(Model):
    """A time that came free and is held for somebody who waits: one open offer of an entry at most.

    `visit` is that of the held booking, `starts_at` its time as it was offered. open → taken, declined or lapsed; or
    withdrawn, because they left or the time is gone.
    """

    __tablename__ = "waitlist_offers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "entry_id"], ["waitlist_entries.business_id", "waitlist_entries.id"]
        ),
        CheckConstraint("status IN ('open', 'taken', 'declined', 'lapsed', 'withdrawn')", name="status"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_waitlist_offers_open",
            "business_id",
            "entry_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_waitlist_offers_of_entry", "business_id", "entry_id"),
        Index("ix_waitlist_offers_of_visit", "business_id", "visit"),
        Index("ix_waitlist_offers_due", "expires_at", postgresql_where=text("status = 'open'")),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    entry_id: Mapped[bigint]
    visit: Mapped[uuid.UUID]
    person_id: Mapped[bigint | None]
    starts_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(server_default="open", default="open")
    created_at: Mapped[created]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
