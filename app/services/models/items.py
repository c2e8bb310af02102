"""What can be ordered: a dish, a product, an extra."""

import uuid

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

from app.core.db import Model, bigint, identity, tenant

EVERY_WEEKDAY = 0b1111111


class ServiceItem(Model):
    """Something that can be ordered of an orderable service. Its price is minor units, tax hundredths of a percent.

    Of `stock` pieces so many are left; null: it never runs out. `most` pieces go into one order. It can be had for
    times on `weekdays` (bit 0 is Monday) between `from_min` and `until_min`, minutes of the shop's day.
    `sold_out` takes it off until somebody puts it back, whatever is left. `prepare_min`: it alone takes longer than
    the business says of all orders. With `tax_bp` null it has its service's. `picture` is the key of an upload.
    """

    __tablename__ = "service_items"
    __table_args__ = (
        UniqueConstraint("business_id", "uid"),
        ForeignKeyConstraint(["business_id", "service_id"], ["services.business_id", "services.id"]),
        ForeignKeyConstraint(["business_id", "picture"], ["uploads.business_id", "uploads.key"]),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("price_cents BETWEEN 0 AND 10000000000", name="price"),
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("stock BETWEEN 0 AND 1000000", name="stock"),
        CheckConstraint("most BETWEEN 1 AND 999", name="most"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint(
            "from_min BETWEEN 0 AND 1440 AND until_min > from_min AND until_min <= 2880", name="times"
        ),
        CheckConstraint("prepare_min BETWEEN 0 AND 10080", name="prepare"),
        Index("ix_service_items_of_service", "business_id", "service_id", "position"),
    )

    business_id: Mapped[tenant] = mapped_column(ForeignKey("businesses.id"))
    id: Mapped[identity]
    uid: Mapped[uuid.UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    service_id: Mapped[bigint]
    name: Mapped[str]
    description: Mapped[str | None]
    picture: Mapped[str | None]
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    price_cents: Mapped[bigint]
    tax_bp: Mapped[int | None]
    stock: Mapped[int | None]
    most: Mapped[int] = mapped_column(SmallInteger, server_default="20", default=20)
    weekdays: Mapped[int] = mapped_column(SmallInteger, server_default="127", default=EVERY_WEEKDAY)
    from_min: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    until_min: Mapped[int] = mapped_column(SmallInteger, server_default="1440", default=1440)
    prepare_min: Mapped[int | None]
    sold_out: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)


class ItemChoice(Model):
    """What is chosen with an item, such as its size or extras: `least` to `most` of its options."""

    __tablename__ = "item_choices"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "item_id"], ["service_items.business_id", "service_items.id"]),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("least >= 0 AND most BETWEEN greatest(least, 1) AND 50", name="how_many"),
        Index("ix_item_choices_of_item", "business_id", "item_id", "position"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    item_id: Mapped[bigint]
    name: Mapped[str]
    least: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    most: Mapped[int] = mapped_column(SmallInteger, server_default="1", default=1)
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)


class ItemOption(Model):
    """One of the things a choice offers; `extra_cents` (minor units) are added to the price of each piece."""

    __tablename__ = "item_options"
    __table_args__ = (
        ForeignKeyConstraint(["business_id", "choice_id"], ["item_choices.business_id", "item_choices.id"]),
        CheckConstraint("btrim(name) <> ''", name="name_given"),
        CheckConstraint("extra_cents BETWEEN 0 AND 10000000000", name="extra"),
        Index("ix_item_options_of_choice", "business_id", "choice_id", "position"),
    )

    business_id: Mapped[tenant] = mapped_column(autoincrement=False)
    id: Mapped[identity]
    choice_id: Mapped[bigint]
    name: Mapped[str]
    extra_cents: Mapped[bigint] = mapped_column(server_default="0", default=0)
    position: Mapped[int] = mapped_column(server_default="0", default=0)
    active: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
