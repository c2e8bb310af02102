"""A long list, one page at a time."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


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


def pages_of(total: int, size: int) -> int:
    """How many pages so many rows make; an empty list has one too."""
    return max(1, -(-total // size))


def nearest_page(number: int, total: int, size: int) -> int:
    """The page that was asked for, or the first or last where there is no such page."""
    return min(max(number, 1), pages_of(total, size))
