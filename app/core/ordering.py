"""Lists that people put in order: one step up, one step down."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeVar

Direction = Literal["up", "down"]


class Ordered(Protocol):
    """A row with a place among others of its list."""

    position: int


P = TypeVar("P", bound=Ordered)


def move(rows: Sequence[P], row: P, direction: Direction) -> tuple[int, int] | None:
    """Swap `row` with its neighbour in `rows` (all of its list, in order) and number them anew from 1.

    Its place before and after, from 1; None where there is no neighbour on that side.
    """
    order = list(rows)
    if row not in order:
        return None
    was = order.index(row)
    becomes = was - 1 if direction == "up" else was + 1
    if not 0 <= becomes < len(order):
        return None
    order.insert(becomes, order.pop(was))
    for position, it in enumerate(order, 1):
        it.position = position
    return was + 1, becomes + 1


def direction_of(text: str | None) -> Direction | None:
    """What a button said."""
    return "up" if text == "up" else "down" if text == "down" else None
