"""Two who come together: each has a visit of their own, and both begin at the same time."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from app.schedule.facts import Facts
from app.schedule.slots import Slot
from app.schedule.verdict import Choice, Refusal
from app.schedule.visits import Visit, slot_of


class Party:
    """The ways to have two visits side by side, as seen at `now` (aware), with facts loaded together.

    Nobody and nothing is in both of them, even where one could go on to the other later.
    """

    def __init__(
        self,
        first: Sequence[Facts],
        second: Sequence[Facts],
        now: datetime,
        despite: Collection[Refusal] = (),
    ) -> None:
        self.first = Visit(first, now, despite)
        self.second = Visit(second, now, despite, besides=[facts.service.id for facts in first])

    def open_slots(self, days: Collection[date]) -> dict[date, list[Slot]]:
        """The starts of these business days from which both can be had; `end` is that of the longer visit."""
        starts = self.first.first_starts(days)
        return {
            day: [_slot(*plan) for start in sorted(of_day) if (plan := self._plan(start))]
            for day, of_day in starts.items()
        }

    def days_with_room(self, days: Collection[date]) -> set[date]:
        """Those of these business days on which both can begin."""
        starts = self.first.first_starts(days)
        return {day for day, of_day in starts.items() if any(self._plan(start) for start in sorted(of_day))}

    def plan(self, start: int) -> tuple[Choice, ...] | None:
        """Who takes each part from this start (epoch minutes), those of the first visit before those of the other."""
        found = self._plan(start)
        return (*found[0], *found[1]) if found else None

    def _plan(self, start: int) -> tuple[tuple[Choice, ...], tuple[Choice, ...]] | None:
        if not (self.first.is_possible(start) and self.second.is_possible(start)):
            return None
        anyhow = self.second.plan(start)
        if not anyhow:
            return None
        theirs = resources_of(anyhow)
        for taken, way in self._ways(start):
            other = anyhow if taken.isdisjoint(theirs) else self.second.plan(start, without=taken)
            if other:
                return way, other
        return None

    def _ways(self, start: int) -> Iterator[tuple[frozenset[int], tuple[Choice, ...]]]:
        """Each way of the first visit that leaves other resources for the second."""
        seen = set()
        for way in self.first.ways(start):
            taken = resources_of(way)
            if taken not in seen and self.first.is_within_limits(way):
                seen.add(taken)
                yield taken, way


def resources_of(way: Sequence[Choice]) -> frozenset[int]:
    """All that a visit takes."""
    return frozenset(it for choice in way for it in choice.resources)


def _slot(way: Sequence[Choice], other: Sequence[Choice]) -> Slot:
    return max(slot_of(way), slot_of(other), key=lambda slot: slot.end)
