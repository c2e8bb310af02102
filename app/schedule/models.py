"""Resources, what can serve a service, and the one table that makes double booking impossible."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, bigint, identity, tenant


class Resource(Model):
    """What time can be taken from: a person or a space. `daily_limit`: is in so many appointments a day."""

    __tablename__ = "resources"
    __table_args__ = (
        # The exclusion constraint of allocations names only the resource, so its id is unique by itself.
        UniqueConstraint("id"),
        UniqueConstraint("business_id", "id", "kind"),
        CheckConstraint("kind IN ('staff', 'space')", name="kind"),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("daily_limit BETWEEN 1 AND 1000", name="daily_limit"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    kind: Mapped[str]
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    daily_limit: Mapped[int | None]


class ResourceGroup(Model):
    """Any of these: the people who do a service, the chairs, the flats of one type. No name: of one service."""

    __tablename__ = "resource_groups"
    __table_args__ = (
        UniqueConstraint("business_id", "id", "kind"),
        CheckConstraint("kind IN ('staff', 'space')", name="kind"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    kind: Mapped[str]
    name: Mapped[str | None]


class ResourceGroupMember(Model):
    """A resource in a group, with its own price (cents) and length (minutes) where they differ."""

    __tablename__ = "resource_group_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "group_id", "kind"],
            ["resource_groups.business_id", "resource_groups.id", "resource_groups.kind"],
        ),
        ForeignKeyConstraint(
            ["business_id", "resource_id", "kind"],
            ["resources.business_id", "resources.id", "resources.kind"],
        ),
        CheckConstraint("price_cents BETWEEN 0 AND 10000000000", name="price"),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        Index("ix_resource_group_members_of", "business_id", "resource_id"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    group_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    resource_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    price_cents: Mapped[bigint | None]
    minutes: Mapped[int | None]


class ServiceNeed(Model):
    """All needs of a service are filled at once, each by one resource of its group; the first performs it."""

    __tablename__ = "service_needs"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "service_id"], ["services.business_id", "services.id"]),
        ForeignKeyConstraint(
            ["business_id", "group_id"], ["resource_groups.business_id", "resource_groups.id"]
        ),
        CheckConstraint("position BETWEEN 1 AND 20", name="position"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    service_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    group_id: Mapped[bigint]


class ServiceNeedStretch(Model):
    """When a need's resource is busy, in minutes from the start. No rows: from start to end."""

    __tablename__ = "service_need_stretches"
    __table_args__ = (
        ForeignKeyConstraint(
            ["business_id", "service_id", "position"],
            ["service_needs.business_id", "service_needs.service_id", "service_needs.position"],
        ),
        CheckConstraint("from_min >= 0 AND to_min > from_min", name="order"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    service_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    from_min: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    to_min: Mapped[int]


class ClassTime(Model):
    """When a class happens: a weekday (0 is Monday) and its start in minutes from local midnight.

    It takes the resources of its ClassTimeResources. Rota and validity as in WeeklyHours.
    """

    __tablename__ = "class_times"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "service_id"], ["services.business_id", "services.id"]),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts_min BETWEEN 0 AND 1439", name="starts"),
        CheckConstraint("rota_of BETWEEN 1 AND 52", name="rota_of"),
        CheckConstraint("rota_week >= 0 AND rota_week < rota_of", name="rota_week"),
        CheckConstraint("valid_until >= valid_from", name="valid"),
        Index("ix_class_times_of_service", "business_id", "service_id"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    service_id: Mapped[bigint]
    weekday: Mapped[int] = mapped_column(SmallInteger)
    starts_min: Mapped[int] = mapped_column(SmallInteger)
    rota_week: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    rota_of: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]


class ClassTimeResource(Model):
    """Who or what fills a need of the class at this time."""

    __tablename__ = "class_time_resources"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "class_time_id"], ["class_times.business_id", "class_times.id"]),
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        CheckConstraint("position BETWEEN 1 AND 20", name="position"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    class_time_id: Mapped[bigint] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    resource_id: Mapped[bigint]


class Allocation(Model):
    """One stretch of one resource's time that is taken, buffers included, half-open.

    `allocations_no_overlap` is the judge of every race. `live` is always the appointment's.
    `overlap_ok` marks only the stretch of a member's squeeze-in that really overlaps; such rows count
    as busy in the engine although the constraint does not see them.
    """

    __tablename__ = "allocations"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "resource_id"], ["resources.business_id", "resources.id"]),
        ForeignKeyConstraint(
            ["business_id", "appointment_id", "live"],
            ["appointments.business_id", "appointments.id", "appointments.live"],
        ),
        CheckConstraint(
            "isfinite(starts_at) AND isfinite(ends_at) AND ends_at > starts_at"
            " AND ends_at <= starts_at + interval '9696 hours'",
            name="stretch",
        ),
        ExcludeConstraint(
            (literal_column("int8range(resource_id, resource_id, '[]'::text)"), "="),
            (literal_column("tstzrange(starts_at, ends_at)"), "&&"),
            where=text("live AND NOT overlap_ok"),
            using="gist",
            name="allocations_no_overlap",
        ),
        Index(
            "ix_allocations_busy",
            "resource_id",
            "ends_at",
            postgresql_include=["starts_at", "appointment_id"],
            postgresql_where=text("live"),
        ),
        Index("ix_allocations_of_appointment", "business_id", "appointment_id"),
        Index("ix_allocations_squeezed", "business_id", postgresql_where=text("live AND overlap_ok")),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    resource_id: Mapped[bigint]
    appointment_id: Mapped[bigint]
    need: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    asked: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    overlap_ok: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    live: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
