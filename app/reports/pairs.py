"""A period and the one it is compared with."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.businesses.models import Business
from app.reports.figures import Chart, Words
from app.reports.frame import Frame, frame_of
from app.reports.spans import Span, unit_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """Both are drawn by the same unit: day, week or month."""

    now: Frame
    before: Frame
    unit: str

    @property
    def business(self) -> Business:
        """Whose they are."""
        return self.now.business

    def both(self, asking: Callable[[Frame], T]) -> tuple[T, T]:
        """The answer for the period, and for the one before."""
        return asking(self.now), asking(self.before)

    def chart(self, title: Words, kind: str, now: Sequence[Any], before: Sequence[Any]) -> Chart:
        """A value for each stretch of both."""
        return Chart(title, kind, self.unit, self.now.stretches, self.before.stretches, now, before)


def pair_of(business: Business, now: Span, before: Span, resources: Collection[int] = ()) -> Pair:
    """Both periods with the hours of these people and rooms: two statements."""
    unit = unit_of(now)
    return Pair(frame_of(business, now, unit, resources), frame_of(business, before, unit, resources), unit)
