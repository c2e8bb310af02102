"""What can be ordered, with what is chosen along with it, as somebody may order it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select

from app.core.db import db
from app.core.money import share_of
from app.orders.models import OrderSettings
from app.services.models import ItemChoice, ItemOption, Service, ServiceItem


class Option(NamedTuple):
    """One of the things to choose; `extra` is what it adds to a piece (minor units, with tax)."""

    id: int
    name: str
    extra: int


@dataclass(frozen=True, slots=True)
class Choice:
    """`least` to `most` of its options are chosen."""

    id: int
    name: str
    least: int
    most: int
    options: tuple[Option, ...]

    @property
    def is_one(self) -> bool:
        """Whether exactly one is chosen, as a size is."""
        return self.least == self.most == 1


@dataclass(frozen=True, slots=True)
class MenuItem:
    """Something to order. `price` is what one piece costs (minor units, with tax), `most` the most in one order.

    `left` are the pieces that are left, None where it never runs out. It can be had for times on `weekdays` (bit 0 is
    Monday) from `from_min` to `until_min`, wall minutes; past 1440 is the night after.
    """

    id: int
    service_id: int
    name: str
    description: str | None
    picture: str | None
    price: int
    tax_bp: int
    left: int | None
    most: int
    weekdays: int
    from_min: int
    until_min: int
    prepare_min: int | None
    choices: tuple[Choice, ...]

    @property
    def is_sold_out(self) -> bool:
        return self.left == 0

    @property
    def is_always_there(self) -> bool:
        """Whether it can be had on all days at all times."""
        return self.weekdays == 127 and self.from_min == 0 and self.until_min >= 1440

    @property
    def has_extras(self) -> bool:
        """Whether something that can be chosen with it costs more."""
        return any(option.extra for choice in self.choices for option in choice.options)

    @property
    def least_price(self) -> int:
        """What a piece costs with the cheapest options that have to be chosen."""
        extras = (sorted(it.extra for it in choice.options)[: choice.least] for choice in self.choices)
        return self.price + sum(sum(it) for it in extras)


@dataclass(frozen=True, slots=True)
class Section:
    """The items of one service, in their order."""

    service_id: int
    name: str
    description: str | None
    items: tuple[MenuItem, ...]


@dataclass(frozen=True)
class Menu:
    """All that a business sells, by service."""

    sections: Sequence[Section] = field(default_factory=list)

    @cached_property
    def items(self) -> Mapping[int, MenuItem]:
        """Every item by its id."""
        return {item.id: item for section in self.sections for item in section.items}


def has_menu(business_id: int) -> bool:
    """Whether a business takes orders and has anything on its menu: one statement."""
    of_service = (Service.business_id == ServiceItem.business_id) & (Service.id == ServiceItem.service_id)
    takes = OrderSettings.pickup | OrderSettings.delivery | OrderSettings.at_table
    sold = (
        select(ServiceItem.id)
        .join(Service, of_service)
        .join(OrderSettings, OrderSettings.business_id == ServiceItem.business_id)
        .where(ServiceItem.business_id == business_id, ServiceItem.active, takes)
        .where(Service.active, Service.orderable)
    )
    return db.session.scalar(select(sold.exists())) or False


def menu_of(business_id: int) -> Menu:
    """What can be ordered of a business, in its order: three statements, however much it is.

    An item of which a choice has too few options left cannot be ordered, and is not there.
    """
    of_service = (Service.business_id == ServiceItem.business_id) & (Service.id == ServiceItem.service_id)
    found = db.session.execute(
        select(ServiceItem, Service)
        .join(Service, of_service)
        .where(ServiceItem.business_id == business_id, ServiceItem.active, Service.active, Service.orderable)
        .order_by(Service.position, Service.id, ServiceItem.position, ServiceItem.id)
    ).all()
    choices = _choices_of(business_id, {item.id: _Tax(item, service) for item, service in found})
    sold: dict[Service, list[MenuItem]] = defaultdict(list)
    for item, service in found:
        asked = choices.get(item.id, ())
        if all(len(it.options) >= it.least for it in asked):
            sold[service].append(_as_sold(item, _Tax(item, service), asked))
    return Menu([Section(it.id, it.name, it.description, tuple(items)) for it, items in sold.items()])


class _Tax:
    """The tax of an item, and what somebody pays for an amount it is written with."""

    def __init__(self, item: ServiceItem, service: Service) -> None:
        self.bp = service.tax_bp if item.tax_bp is None else item.tax_bp
        self._is_added = bool(service.adds_tax)

    def final(self, cents: int) -> int:
        return cents + share_of(cents, self.bp) if self._is_added else cents


def _as_sold(item: ServiceItem, tax: _Tax, choices: tuple[Choice, ...]) -> MenuItem:
    return MenuItem(
        item.id,
        item.service_id,
        item.name,
        item.description,
        item.picture,
        tax.final(item.price_cents),
        tax.bp,
        0 if item.sold_out else item.stock,
        item.most,
        item.weekdays,
        item.from_min,
        item.until_min,
        item.prepare_min,
        choices,
    )


def _choices_of(business_id: int, taxes: Mapping[int, _Tax]) -> dict[int, tuple[Choice, ...]]:
    """What is chosen with each of these items: two statements."""
    options: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for option in db.session.execute(_OFFERED, {"business": business_id}):
        options[option.choice_id].append(option)
    choices: dict[int, tuple[Choice, ...]] = defaultdict(tuple)
    for it in db.session.execute(_ASKED, {"business": business_id}):
        if it.item_id in taxes:
            priced = (Option(o.id, o.name, taxes[it.item_id].final(o.extra_cents)) for o in options[it.id])
            choices[it.item_id] += (Choice(it.id, it.name, it.least, it.most, tuple(priced)),)
    return choices


_OFFERED = (
    select(ItemOption.choice_id, ItemOption.id, ItemOption.name, ItemOption.extra_cents)
    .where(ItemOption.business_id == bindparam("business"), ItemOption.active)
    .order_by(ItemOption.position, ItemOption.id)
)
_ASKED = (
    select(ItemChoice.item_id, ItemChoice.id, ItemChoice.name, ItemChoice.least, ItemChoice.most)
    .where(ItemChoice.business_id == bindparam("business"), ItemChoice.active)
    .order_by(ItemChoice.position, ItemChoice.id)
)
