"""Which service of a visit of several is in the way of a start: the judgement of its beginnings, one by one."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from app.schedule.explaining import Explanation
from app.schedule.facts import Facts
from app.schedule.verdict import Choice, Refusal
from app.schedule.visits import OF_THE_FIRST, Visit


class Hindrance(NamedTuple):
    """The first part (from 0) that a visit cannot go on with, when it would begin (epoch minutes), and all against it.

    Nothing `refused`: alone it could be had then, but not together with the others.
    """

    part: int
    start: int
    refused: tuple[Refusal, ...]


class HinderedVisit:
    """The starts of a visit on one business day, as seen at `now` (aware). `parts` were loaded together."""

    def __init__(self, parts: Sequence[Facts], day: date, now: datetime) -> None:
        self.parts, self.day, self.now = parts, day, now
        self.explanations = [Explanation(facts, day, now) for facts in parts]
        self._beginnings = [Visit(parts[:count], now) for count in range(1, len(parts) + 1)]

    @cached_property
    def offered(self) -> list[int]:
        """The starts (epoch minutes) from which all parts can be had."""
        return [it.start for it in self._beginnings[-1].open_slots([self.day])[self.day]]

    @cached_property
    def steps(self) -> list[int]:
        """Where the first part could begin by its steps, whoever does it."""
        tracks = self.explanations[0].tracks
        return sorted({start for track in tracks for run in track.steps for start in run})

    def hindrance(self, start: int) -> Hindrance | None:
        """What is in the way of a start; None: it is offered.

        The longest beginning of the visit that can be had from there is had, and whatever follows is in the way.
        """
        if start in self.offered:
            return None
        for count in range(len(self.parts) - 1, 0, -1):
            if plan := self._plan(count, start):
                refused = self.explanations[count].why(plan[-1].end)
                return Hindrance(count, plan[-1].end, tuple(it for it in refused if it not in OF_THE_FIRST))
        return Hindrance(0, start, self.explanations[0].why(start))

    def _plan(self, count: int, start: int) -> tuple[Choice, ...] | None:
        """Who would take the first so many parts."""
        beginning = self._beginnings[count - 1]
        is_a_start = start in self._first_starts
        return beginning.plan(start) if is_a_start and beginning.is_possible(start) else None

    @cached_property
    def _first_starts(self) -> set[int]:
        return self._beginnings[-1].first_starts([self.day])[self.day]
