"""Where what is ahead lies when the clock of its business is put to another zone and clock times are kept.

A visit is moved as a whole, by as much as its first part, and lasts as long as it did; a stay ends at the clock time at
which guests leave. Nothing that has begun is moved, and nothing to where it would have begun already.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.core.intervals import merge
from app.schedule.allocating import Taken
from app.schedule.stretches import Stretch
from app.schedule.wall_clock import WallClock, local_date, utc

_DAY = timedelta(1)


class Clocks:
    """The clock of before and the one of after, around some moments (epoch minutes)."""

    def __init__(self, was: str, zone: str, minutes: Collection[int]) -> None:
        first = local_date(utc(min(minutes)), was) - _DAY
        last = local_date(utc(max(minutes)), was) + _DAY
        self._was, self._is = WallClock(was, first, last), WallClock(zone, first, last)

    def same_time(self, minute: int) -> int:
        """When the clock of after shows what that of before did: of two the same one, else the moment of the jump."""
        day, wall = self._was.shows(minute)
        those = self._is.instants(day, wall)
        if not those:
            return self._is.opening(day, wall)
        return those[min(self._was.instants(day, wall).index(minute), len(those) - 1)]

    def skips(self, minute: int) -> bool:
        """Whether the clock of after never shows what that of before did."""
        return not self._is.instants(*self._was.shows(minute))


class Ahead(NamedTuple):
    """An appointment that is not over: its start and end (epoch minutes), and the visits that are in it."""

    id: int
    start: int
    end: int
    is_stay: bool = False
    visits: Sequence[UUID] = ()


class Shift(NamedTuple):
    """By how many minutes an appointment begins and ends later."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shifts:
    """By how much each appointment is moved, by id; those that cannot be, and those whose clock time is skipped."""

    moved: Mapping[int, Shift]
    stuck: frozenset[int]
    skipped: frozenset[int]


def shifts(clocks: Clocks, ahead: Iterable[Ahead], now: int) -> Shifts:
    """How these appointments of one business keep their clock times; `now` as epoch minute."""
    moved: dict[int, Shift] = {}
    stuck, skipped = set[int](), set[int]()
    for those in _together(sorted(ahead, key=lambda it: (it.start, it.id))):
        first = those[0].start
        by = clocks.same_time(first) - first
        if any(it.start <= now or it.start + by <= now for it in those):
            stuck |= {it.id for it in those}
            continue
        if clocks.skips(first):
            skipped.add(those[0].id)
        for it in those:
            ends = clocks.same_time(it.end) - it.end if it.is_stay else by
            if (by, ends) != (0, 0):
                moved[it.id] = Shift(by, ends)
    return Shifts(moved, frozenset(stuck), frozenset(skipped))


def laid_anew(shift: Shift, start: int, end: int, taken: Iterable[Taken]) -> list[Taken]:
    """What an appointment from `start` to `end` (epoch minutes) takes when it is shifted; what touches as one."""
    by_place = defaultdict[tuple[int, int, bool], list[tuple[int, int]]](list)
    for stretch, asked in taken:
        by_place[stretch.need, stretch.resource, asked].append((stretch.start, stretch.end))
    return [
        Taken(
            Stretch(
                need,
                resource,
                since + (shift.start if since < end else shift.end),
                until + (shift.start if until <= start else shift.end),
            ),
            asked,
        )
        for (need, resource, asked), those in by_place.items()
        for since, until in merge(those)
    ]


def _together(ahead: Iterable[Ahead]) -> Iterable[list[Ahead]]:
    """What belongs to one visit together, in the order of time; a date of a class is alone."""
    groups: dict[object, list[Ahead]] = {}
    for it in ahead:
        groups.setdefault(it.visits[0] if len(it.visits) == 1 else it.id, []).append(it)
    return groups.values()
