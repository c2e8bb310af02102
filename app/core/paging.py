"""A long list, one page at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")
# Where a row stands in a list by time: its moment and its id.
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of page `number`, counted from 1, of `total` rows at `size` a page."""

    rows: list[T]
    total: int
    number: int
    size: int

    @property
    def first(self) -> int:
        """The place of its first row, counted from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of its last row."""
        return self.first + len(self.rows) - 1

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return pages_of(self.total, self.size)


def each_part(
    read: Callable[[Place | None], Sequence[T]], place_of: Callable[[T], Place], size: int
) -> Iterator[Sequence[T]]:
    """All of a list in parts of `size`, between which a transaction may end; one part, if an empty one, at least.

    `read` is asked for so many rows behind a place, None for the first of all; `place_of` a row is where it stands.
    """
    place = None
    while True:
        part = read(place)
        # While the part is read: behind the yield its rows may be gone.
        place = place_of(part[-1]) if len(part) == size else None
        yield part
        if place is None:
            return


def pages_of(total: int, size: int) -> int:
    """How many pages so many rows make; an empty list has one too."""
    return max(1, -(-total // size))


def nearest_page(number: int, total: int, size: int) -> int:
    """The page that was asked for, or the first or last where there is no such page."""
    return min(max(number, 1), pages_of(total, size))
