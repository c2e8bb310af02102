"""When a business, a person or a room is open."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, identity, tenant


class WeeklyHours(Model):
    """One open interval of one weekday (0 is Monday), in minutes from local midnight.

    `closes_min` up to 2880 reaches into the next day; the interval belongs to the day it starts.
    `resource_id` null is the business itself. A person without rows keeps the business's hours; one
    with rows is off on weekdays that have none. A rota of `rota_of` weeks repeats itself from Monday
    2000-01-03 on; the row holds in its week `rota_week`, counted from 0.
    """

    __tablename__ = "weekly_hours"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens_min BETWEEN 0 AND 1439", name="opens"),
        CheckConstraint("closes_min > opens_min AND closes_min <= opens_min + 1440", name="closes"),
        CheckConstraint("closes_min <= 2880", name="closes_next_day"),
        CheckConstraint("rota_of BETWEEN 1 AND 52", name="rota_of"),
        CheckConstraint("rota_week >= 0 AND rota_week < rota_of", name="rota_week"),
        CheckConstraint("valid_until >= valid_from", name="valid"),
        Index("ix_weekly_hours_of", "business_id", "resource_id"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    resource_id: Mapped[bigint | None]
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens_min: Mapped[int] = mapped_column(SmallInteger)
    closes_min: Mapped[int] = mapped_column(SmallInteger)
    rota_week: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    rota_of: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]


class SpecialDay(Model):
    """One open interval of one date, in place of the weekly hours; both ends null: closed all day.

    Minutes and `resource_id` as in WeeklyHours. The rows of a date are written together, and a closed date has one.
    """

    __tablename__ = "special_days"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("(opens_min IS NULL) = (closes_min IS NULL)", name="whole"),
        CheckConstraint("opens_min BETWEEN 0 AND 1439", name="opens"),
        CheckConstraint("closes_min > opens_min AND closes_min <= opens_min + 1440", name="closes"),
        CheckConstraint("closes_min <= 2880", name="closes_next_day"),
        Index("ix_special_days_on", "business_id", "on_date"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    resource_id: Mapped[bigint | None]
    on_date: Mapped[date]
    opens_min: Mapped[int | None] = mapped_column(SmallInteger)
    closes_min: Mapped[int | None] = mapped_column(SmallInteger)
    label: Mapped[str | None]


class TimeOff(Model):
    """Time in which the business (no `resource_id`), a person or a room is away, whatever its hours.

    Either whole days, `first_on` to `last_on`, which take away every interval that begins on them; or the
    stretch from `starts_at` to `ends_at`, which is cut out. `source` says who knows of it: a member, or somebody's
    calendar elsewhere, in which it is `external_uid`.
    """

    __tablename__ = "time_off"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("(first_on IS NULL) = (last_on IS NULL)", name="days"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="hours"),
        CheckConstraint("(first_on IS NULL) <> (starts_at IS NULL)", name="days_or_hours"),
        CheckConstraint("last_on >= first_on AND last_on - first_on <= 731", name="days_order"),
        CheckConstraint(
            "isfinite(starts_at) AND isfinite(ends_at) AND ends_at > starts_at"
            " AND ends_at <= starts_at + interval '17544 hours'",
            name="hours_order",
        ),
        CheckConstraint("source IN ('member', 'feed')", name="source"),
        ForeignKeyConstraint(
            ["business_id", "other_calendar_id"], ["other_calendars.business_id", "other_calendars.id"]
        ),
        CheckConstraint("(source = 'feed') = (other_calendar_id IS NOT NULL)", name="of_feed"),
        Index(
            "ix_time_off_of_other_calendar",
            "business_id",
            "other_calendar_id",
            postgresql_where=text("other_calendar_id IS NOT NULL"),
        ),
        Index("ix_time_off_days", "business_id", "last_on", postgresql_where=text("last_on IS NOT NULL")),
        Index("ix_time_off_hours", "business_id", "ends_at", postgresql_where=text("ends_at IS NOT NULL")),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    resource_id: Mapped[bigint | None]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    source: Mapped[str] = mapped_column(server_default="member", default="member")
    external_uid: Mapped[str | None]
    other_calendar_id: Mapped[bigint | None]
