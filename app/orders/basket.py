"""What somebody has in their basket: signed, so that it can stand in an address, and priced from the menu each time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.core.errors import DomainError
from app.core.signing import read, sign
from app.orders.menu import Menu, MenuItem, Option

MOST_ENTRIES = 60
LONGEST_NOTE = 200
# Bytes of all wishes together. The basket is part of an address, and proxies take eight thousand of those.
MOST_WISHES = 3000
# Minor units, without a delivery. The tables have room for it with one, and for any of its lines.
MOST_TOTAL = 10**12
_HOURS = 24 * 30
_PURPOSE = "basket"


class NotToBeHad(DomainError):
    """An item that is not on the menu any more, or was chosen as it is not offered."""

    message = _("This cannot be ordered as it was chosen. Please choose again.")


class TooMuch(DomainError):
    """More different things, or more words, than one order takes."""

    message = _("There is no more room in the basket. Please order the rest in a second order.")


class TooExpensive(DomainError):
    """More than MOST_TOTAL."""

    message = _("This is more than one order can cost. Please order less.")


@dataclass(frozen=True, slots=True)
class Entry:
    """So many pieces of an item with the same options (ids, rising) and the same wish."""

    item_id: int
    options: tuple[int, ...] = ()
    quantity: int = 1
    note: str | None = None

    @property
    def kind(self) -> tuple[int, tuple[int, ...], str | None]:
        """What has to agree for two entries to be one."""
        return self.item_id, self.options, self.note

    @property
    def key(self) -> str:
        """Its kind as a name in a page: whatever else is in the basket, it stays the same."""
        return blake2s(repr(self.kind).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Basket:
    """Entries in the order in which they came."""

    entries: tuple[Entry, ...] = ()

    def with_more(self, entry: Entry) -> "Basket":
        """The basket with these pieces, too. Raises TooMuch."""
        for at, there in enumerate(self.entries):
            if there.kind == entry.kind:
                more = replace(there, quantity=there.quantity + entry.quantity)
                return Basket((*self.entries[:at], more, *self.entries[at + 1 :]))
        wishes = sum(len((it.note or "").encode()) for it in (*self.entries, entry))
        if len(self.entries) >= MOST_ENTRIES or wishes > MOST_WISHES:
            raise TooMuch
        return Basket((*self.entries, entry))

    def without(self, entries: Collection[Entry]) -> "Basket":
        """The basket without these."""
        return Basket(tuple(it for it in self.entries if it not in entries))


def write_basket(business_id: int, basket: Basket) -> str:
    """The basket as text for an address; empty for an empty one. It fits this business alone."""
    entries = [[it.item_id, list(it.options), it.quantity, it.note] for it in basket.entries]
    return sign(_PURPOSE, [business_id, entries]) if entries else ""


def read_basket(business_id: int, token: str | None) -> Basket:
    """What `write_basket` wrote within thirty days; an empty basket for anything else."""
    payload = read(_PURPOSE, token, _HOURS) if token else None
    if not payload or payload[0] != business_id:
        return Basket()
    return Basket(
        tuple(Entry(item, tuple(options), pieces, note) for item, options, pieces, note in payload[1])
    )


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is sold today. `unit` is what a piece costs with its options (minor units, with tax)."""

    entry: Entry
    item: MenuItem
    options: tuple[tuple[str, Option], ...]
    unit: int
    problem: str | None = None

    @property
    def amount(self) -> int:
        """What all of its pieces cost (minor units)."""
        return self.unit * self.entry.quantity


@dataclass(frozen=True, slots=True)
class Priced:
    """A basket by the menu of today: its lines, and the entries that cannot be had any more as they were chosen."""

    lines: tuple[Line, ...]
    gone: tuple[Entry, ...] = ()

    @property
    def pieces(self) -> int:
        """All pieces of all lines."""
        return sum(it.entry.quantity for it in self.lines)

    @property
    def total(self) -> int:
        """What all of it costs (minor units), without a delivery."""
        return sum(it.amount for it in self.lines)

    @property
    def problem(self) -> str | None:
        """What is wrong with all of it together."""
        return str(TooExpensive.message) if self.total > MOST_TOTAL else None

    @property
    def can_be_had(self) -> bool:
        """Whether all of it can be ordered that is not gone."""
        return bool(self.lines) and not (self.problem or any(it.problem for it in self.lines))

    @property
    def is_fine(self) -> bool:
        """Whether all of it can be ordered as it stands."""
        return self.can_be_had and not self.gone


def priced(basket: Basket, menu: Menu) -> Priced:
    """What a basket costs and what of it is in the way of ordering it. No statement."""
    there, gone = list[Line](), list[Entry]()
    for entry in basket.entries:
        line = _line(entry, menu.items.get(entry.item_id))
        if line is None:
            gone.append(entry)
        else:
            there.append(line)
    return Priced(tuple(_judged(it, there) for it in there), tuple(gone))


def chosen_options(item: MenuItem, wanted: Sequence[int]) -> tuple[int, ...]:
    """The ids of what was chosen with an item, rising. Raises NotToBeHad, with the choice that is not made."""
    offered = {option.id for choice in item.choices for option in choice.options}
    if len(set(wanted)) != len(wanted) or not offered.issuperset(wanted):
        raise NotToBeHad
    for choice in item.choices:
        count = sum(option.id in wanted for option in choice.options)
        if not choice.least <= count <= choice.most:
            raise NotToBeHad(_how_many(choice.name, choice.least, choice.most))
    return tuple(sorted(wanted))


def _how_many(name: str, least: int, most: int) -> str:
    if least == most:
        return ngettext("%(name)s: please choose one.", "%(name)s: please choose %(num)d.", most, name=name)
    if least:
        return gettext("%(name)s: please choose %(least)d to %(most)d.", name=name, least=least, most=most)
    return gettext("%(name)s: please choose %(most)d at most.", name=name, most=most)


def _line(entry: Entry, item: MenuItem | None) -> Line | None:
    """None where the item is gone or what was chosen with it is not offered any more."""
    if item is None:
        return None
    try:
        wanted = chosen_options(item, entry.options)
    except NotToBeHad:
        return None
    options = tuple(
        (choice.name, option) for choice in item.choices for option in choice.options if option.id in wanted
    )
    return Line(entry, item, options, item.price + sum(option.extra for _name, option in options))


def _judged(line: Line, lines: Sequence[Line]) -> Line:
    """The line with what is wrong with it: pieces of all lines with the same item count."""
    item = line.item
    pieces = sum(it.entry.quantity for it in lines if it.item.id == item.id)
    if item.is_sold_out:
        problem = gettext("Sold out.")
    elif item.left is not None and pieces > item.left:
        problem = ngettext("Only %(num)d piece is left.", "Only %(num)d pieces are left.", item.left)
    elif pieces > item.most:
        problem = ngettext(
            "At most %(num)d piece in one order.", "At most %(num)d pieces in one order.", item.most
        )
    else:
        return line
    return replace(line, problem=problem)
