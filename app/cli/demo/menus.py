"""What a demo business sells beside its time: its shelves, and how it takes orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.orders.ruling import set_order_rules
from app.services.choosing import ChoiceWish, OptionWish, add_choice, add_option
from app.services.offering import add_service
from app.services.selling import ItemWish, add_item

# Nobody ever gives time for what is only ordered, but a visit has a length.
_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """What is chosen with an item: `least` to `most` of its options, by name, with what they cost more (cents)."""

    name: str
    options: dict[str, int]
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Goods:
    """A sample item: cents; `more` are further columns of ServiceItem."""

    name: str
    description: str
    cents: int
    asked: Sequence[Asked] = ()
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands under one heading of a menu."""

    name: str
    description: str
    goods: Sequence[Goods]


def sell(business: Business, shelves: Sequence[Shelf], rules: dict[str, Any], now: datetime) -> None:
    """Put all of it on the menu, after what can be booked, and take orders by these rules (of OrderSettings)."""
    for position, shelf in enumerate(shelves, 100):
        service = add_service(
            business.id,
            shelf.name,
            description=shelf.description,
            minutes=_MINUTES,
            price_cents=None,
            position=position,
            bookable=False,
            orderable=True,
            by=SYSTEM,
            now=now,
        )
        for goods in shelf.goods:
            columns = {"name": goods.name, "description": goods.description, "price_cents": goods.cents}
            item = add_item(service, ItemWish(columns | goods.more), by=SYSTEM, now=now)
            for asked in goods.asked:
                wish = ChoiceWish(asked.name, asked.least, asked.most)
                choice = add_choice(item, wish, by=SYSTEM, now=now)
                for name, extra in asked.options.items():
                    add_option(choice, OptionWish(name, extra), by=SYSTEM, now=now)
    set_order_rules(business.id, rules, by=SYSTEM, now=now)
