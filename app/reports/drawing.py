"""Charts as places on a drawing. Nothing here knows what the numbers mean.

Across, everything is in hundredths of the width, so that a drawing fits any screen with letters of one size; down,
in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

HEIGHT = 168  # Of the highest bar.
ROOM = 10  # Above it.
FOOT = 28  # Below, for the names of the stretches.
LOW = 44  # The height of a small one without names.
LEAST = 2  # A bar that stands for anything can be seen.
SHARE = 0.64  # Of the width of a stretch is bar.
NAMES = 5  # More do not stand beside each other on a phone.
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch: its bar, and the line where it was before (`mark`, None where there was nothing).

    `x`, `width`, `middle` and `reach` in hundredths, `y`, `height` and `mark` in pixels.
    """

    x: float
    width: float
    y: int
    height: int
    middle: float
    mark: int | None
    is_named: bool

    @property
    def reach(self) -> tuple[float, float]:
        """From where to where the line goes, a little wider than the bar."""
        wider = self.width * 0.14
        return round(self.x - wider, 2), round(self.x + self.width + wider, 2)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars on a base line, with lines across at values of the `scale`, each (value, y), the highest first."""

    bars: Sequence[Bar]
    scale: Sequence[tuple[float, int]]
    base: int
    height: int


def draw(
    now: Sequence[float],
    before: Sequence[float | None],
    *,
    rtl: bool = False,
    low: bool = False,
    whole: bool = False,
    at_most: float | None = None,
) -> Drawing:
    """Bars for numbers, those below 0 as 0; `rtl`: the first one stands on the right.

    `whole`: the scale has whole numbers only; `at_most`: it need not reach beyond this, unless the numbers do.
    """
    height, room, foot = (LOW, 2, 0) if low else (HEIGHT, ROOM, FOOT)
    values = scale_for(max([*now, *(it or 0 for it in before)], default=0), whole=whole, at_most=at_most)
    top, slot, every = values[-1], 100 / max(1, len(now)), ceil(len(now) / NAMES)
    bars = []
    for at, value in enumerate(now):
        width, was = slot * SHARE, before[at] if at < len(before) else None
        tall = max(LEAST, _pixels(value, top, height)) if value > 0 else 0
        middle = slot * (at + 0.5) if not rtl else 100 - slot * (at + 0.5)
        mark = None if not was else room + height - _pixels(was, top, height)
        bars.append(
            Bar(
                round(middle - width / 2, 2),
                round(width, 2),
                room + height - tall,
                tall,
                round(middle, 2),
                mark,
                at % every == 0,
            )
        )
    scale = [(value, room + height - _pixels(value, top, height)) for value in reversed(values)]
    return Drawing(bars, scale, room + height, room + height + foot)


def scale_for(most: float, *, whole: bool = False, at_most: float | None = None) -> list[float]:
    """From 0 to a round number that is not below `most`, in two to five even steps of round numbers."""
    if most <= 0:
        return [0.0, at_most or 1.0]
    if at_most is not None and at_most * 0.8 < most <= at_most:
        return [at_most * step / 4 for step in range(5)]
    power = 10.0 ** floor(log10(most / 4))
    step = next(it * power for it in _STEPS if it * power * 4 >= most * 0.999999)
    if whole:
        step = float(ceil(step))
    return [step * at for at in range(ceil(most / step - 1e-9) + 1)]


def _pixels(value: float, top: float, height: int) -> int:
    return round(max(0.0, value) * height / top)
