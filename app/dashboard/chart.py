"""Bars for two rows of numbers, as places on a drawing. Nothing here knows what the numbers mean.

Across, everything is in hundredths of the width, so that a drawing fits any screen with letters of one size; down,
in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 132  # Of the highest bar.
ROOM = 22  # Above it, for its number.
FOOT = 26  # Below the bars, for the names of the days.
LEAST = 3  # A bar that stands for anything can be seen.
GAP = 0.5  # Between two bars of a day.
SHARE = 0.62  # Of a day's width is bars.


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: `x` and `width` in hundredths, `y` and `height` in pixels."""

    value: int
    x: float
    y: int
    width: float
    height: int

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers side by side, and the middle of both."""

    before: Bar
    after: Bar
    middle: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Pairs in the order of the numbers, on a base line."""

    pairs: Sequence[Pair]
    base: int = ROOM + HEIGHT
    height: int = ROOM + HEIGHT + FOOT


def bar_chart(before: Sequence[int], after: Sequence[int], *, rtl: bool = False) -> Chart:
    """Bars for numbers from 0 up, each pair as wide as the others; `rtl`: the first one stands on the right."""
    top = max([*before, *after], default=0)
    slot = 100 / max(1, len(after))
    width = slot * SHARE / 2 - GAP / 2
    pairs = []
    for at, (earlier, later) in enumerate(zip(before, after, strict=True)):
        middle = slot * (at + 0.5)
        first, second = middle - GAP / 2 - width, middle + GAP / 2
        if rtl:
            middle, first, second = 100 - middle, 100 - first - width, 100 - second - width
        pairs.append(
            Pair(_bar(earlier, first, width, top), _bar(later, second, width, top), round(middle, 2))
        )
    return Chart(pairs)


def _bar(value: int, x: float, width: float, top: int) -> Bar:
    height = max(LEAST, value * HEIGHT // top) if value else 0
    return Bar(value, round(x, 2), ROOM + HEIGHT - height, round(width, 2), height)
