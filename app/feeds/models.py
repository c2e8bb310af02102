"""Calendars as other programs ask for them, and those of others that are read as busy time."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, created, identity, tenant


class Feed(Model):
    """The bookings of a person or room, or of everybody (no `resource_id`), for whoever has the link.

    "busy" says only that time is taken. The link lasts while its `user_id` may see what it shows, and until it is
    revoked; its token is made of the secret key and `nonce`, and the row keeps the sha256.
    """

    __tablename__ = "feeds"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("detail IN ('busy', 'full')", name="detail"),
        CheckConstraint("length(token_hash) = 32", name="token_hash_length"),
        CheckConstraint("length(nonce) = 16", name="nonce_length"),
        Index("ix_feeds_of_user", "business_id", "user_id", postgresql_where=text("revoked_at IS NULL")),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    id: Mapped[identity]
    resource_id: Mapped[bigint | None]
    user_id: Mapped[bigint] = mapped_column(ForeignKey("users.id"))
    detail: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[created]
    read_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OtherCalendar(Model):
    """Somebody's calendar elsewhere, an https address of iCalendar data, whose events are time off of a person or room.

    The address is sealed: it is a secret of its owner's. `host` of it may be shown. `etag` and `modified` are what the
    server said of what was read last; `problem` is why that did not work, and how often in a row is `failures`.
    """

    __tablename__ = "other_calendars"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("failures >= 0", name="failures"),
        Index("ix_other_calendars_due", "next_at"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"), autoincrement=False)
    id: Mapped[identity]
    resource_id: Mapped[bigint]
    name: Mapped[str]
    address: Mapped[bytes] = mapped_column(LargeBinary)
    host: Mapped[str]
    created_at: Mapped[created]
    next_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    events: Mapped[int] = mapped_column(server_default="0", default=0)
    etag: Mapped[str | None]
    modified: Mapped[str | None]
    failures: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    problem: Mapped[str | None]
