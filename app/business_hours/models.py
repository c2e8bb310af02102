"""When a business, a person or a room is open."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, identity, tenant


class WeeklyHours(Model):
    """One open interval of one weekday (0 is Monday), in minutes from local midnight.

    `closes_min` up to 2880 reaches into the next day; the interval belongs to the day it starts.
    `resource_id` null is the business itself. A person without rows keeps the business's hours; one
    with rows is off on weekdays that have none.
    """

    __tablename__ = "weekly_hours"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens_min BETWEEN 0 AND 1439", name="opens"),
        CheckConstraint("closes_min > opens_min AND closes_min <= opens_min + 1440", name="closes"),
        CheckConstraint("closes_min <= 2880", name="closes_next_day"),
        CheckConstraint("rota_week BETWEEN 0 AND 51", name="rota_week"),
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
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
