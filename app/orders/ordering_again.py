"""What somebody ordered before as a basket of today: what can still be had of it, and what cannot, and why. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.orders.basket import Basket, Entry, NotToBeHad, chosen_options
from app.orders.menu import Menu, MenuItem

# What became of what was ordered: not on the menu, not as it was chosen, sold out, fewer pieces, or another price.
GONE, OPTION_GONE, CHOICE_NEEDED, SOLD_OUT, FEWER, DEARER, CHEAPER = (
    *("gone", "option_gone", "choice_needed", "sold_out"),
    *("fewer", "dearer", "cheaper"),
)


class Ordered(Protocol):
    """A line of an order: as in OrderLine."""

    @property
    def item_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def options(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit_cents(self) -> int: ...
    @property
    def note(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about a line: `why` is one of those above.

    `name` is what it was called. `pieces` can be had of it. `option` is what is not offered any more, or what has to be
    chosen by now. `was` and `is_now` are the prices of a piece (minor units), where that has changed.
    """

    why: str
    name: str
    pieces: int = 0
    option: str | None = None
    was: int = 0
    is_now: int = 0


@dataclass(frozen=True, slots=True)
class Again:
    """The basket that can be ordered today, and what of the order is not in it, or not as it was."""

    basket: Basket
    changes: tuple[Change, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether all of it can be had as it was, for as much."""
        return bool(self.basket.entries) and not self.changes


def order_again(lines: Iterable[Ordered], menu: Menu) -> Again:
    """The same once more, as far as it can be had: pieces of an item are shared by its lines, in their order."""
    basket, changes, taken = Basket(), list[Change](), dict[int, int]()
    for line in lines:
        item = menu.items.get(line.item_id)
        refused = _why_not(line, item)
        if refused or item is None:
            changes.append(refused or Change(GONE, line.name))
            continue
        pieces = min(line.quantity, _room(item) - taken.get(item.id, 0))
        if pieces <= 0:
            changes.append(Change(FEWER, line.name))
            continue
        taken[item.id] = taken.get(item.id, 0) + pieces
        basket = basket.with_more(Entry(item.id, _options(line), pieces, line.note))
        changes += _differences(line, item, pieces)
    return Again(basket, tuple(changes))


def _why_not(line: Ordered, item: MenuItem | None) -> Change | None:
    """Why nothing of a line can be had as it was chosen; None where some of it can."""
    if item is None:
        return Change(GONE, line.name)
    if item.is_sold_out:
        return Change(SOLD_OUT, line.name)
    offered = {option.id for choice in item.choices for option in choice.options}
    lost = next((it["name"] for it in line.options if it["id"] not in offered), None)
    if lost is not None:
        return Change(OPTION_GONE, line.name, option=lost)
    try:
        chosen_options(item, _options(line))
    except NotToBeHad as refused:
        return Change(CHOICE_NEEDED, line.name, option=str(refused.message))
    return None


def _differences(line: Ordered, item: MenuItem, pieces: int) -> Iterable[Change]:
    """What is not as it was about a line of which some can be had."""
    if pieces < line.quantity:
        yield Change(FEWER, line.name, pieces)
    extras = {option.id: option.extra for choice in item.choices for option in choice.options}
    unit = item.price + sum(extras[it] for it in _options(line))
    if unit != line.unit_cents:
        why = DEARER if unit > line.unit_cents else CHEAPER
        yield replace(Change(why, line.name, pieces), was=line.unit_cents, is_now=unit)


def _options(line: Ordered) -> tuple[int, ...]:
    return tuple(sorted(it["id"] for it in line.options))


def _room(item: MenuItem) -> int:
    """How many pieces of it one order can have."""
    return item.most if item.left is None else min(item.most, item.left)
