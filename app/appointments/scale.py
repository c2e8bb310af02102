"""Time across a drawing, in hundredths of its width, so that it fits any screen with letters of one size."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.intervals import Interval, intersect

CLICKED = 15  # So many minutes are asked about at once where somebody clicks.


@dataclass(frozen=True, slots=True)
class Scale:
    """From one epoch minute to another; `rtl`: time goes from right to left."""

    first: int
    last: int
    rtl: bool = False

    def x(self, minute: int) -> float:
        """Where a moment is."""
        share = 100 * (minute - self.first) / (self.last - self.first)
        return round(100 - share if self.rtl else share, 3)

    def bar(self, start: int, end: int) -> tuple[float, float] | None:
        """The left edge and the width of a stretch, as far as it is shown; None: it is not."""
        both = intersect([(start, end)], [(self.first, self.last)])
        if not both:
            return None
        edges = sorted((self.x(both[0][0]), self.x(both[0][1])))
        return edges[0], round(edges[1] - edges[0], 3)

    def shown(self, those: Sequence[Interval]) -> list[Interval]:
        """The part of some intervals that is shown."""
        return intersect(those, [(self.first, self.last)])

    @property
    def hours(self) -> list[int]:
        """The full hours, both ends included."""
        return list(range(self.first, self.last + 1, 60))

    @property
    def clicks(self) -> list[int]:
        """The moments that can be clicked."""
        return list(range(self.first, self.last, CLICKED))
