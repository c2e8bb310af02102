"""When an order can be had: quarters of an hour in which the business is open and has room. Pure; epoch minutes."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.schedule.open_time import Piece, spans

QUARTER = 15
# What takes longer (minutes) was begun on another day, and may be there when the business opens.
_MADE_BEFORE = 180


@dataclass(frozen=True, slots=True)
class Rules:
    """How long an order takes from now on (minutes), and how many may be due in a quarter of an hour (None: any)."""

    takes: int
    per_quarter: int | None = None


class DueTime(NamedTuple):
    """A quarter of an hour, by its first minute, and the business day it belongs to."""

    at: int
    day: date


def due_times(
    open_time: Iterable[Piece],
    now: int,
    rules: Rules,
    taken: Mapping[int, int],
    is_served: Callable[[DueTime], bool] = lambda _due: True,
) -> list[DueTime]:
    """The quarters an order can be due in, earliest first.

    The business is open then and has been for as long as it takes; the minute it closes is still served. `taken`
    counts the orders of a quarter by its first minute. `is_served` says whether all that is ordered is had then.
    """
    pieces = list(open_time)
    stretches = spans(pieces)
    opens = [start for start, _end in stretches]
    begun_there = rules.takes if rules.takes <= _MADE_BEFORE else 0
    found: dict[int, DueTime] = {}
    for start, end, _anchor, day in pieces:
        since = opens[bisect_right(opens, start) - 1]
        first = max(start, since + begun_there, now + rules.takes)
        for at in range(_quarter_not_before(first), end + 1, QUARTER):
            due = DueTime(at, day)
            if _has_room(at, rules, taken) and is_served(due):
                found.setdefault(at, due)
    return sorted(found.values())


def quarter_of(minute: int) -> int:
    """The first minute of the quarter of an hour a minute lies in."""
    return minute - minute % QUARTER


def slowest(times: Sequence[int | None], usual: int) -> int:
    """How long all of an order takes (minutes): as its slowest item, and never less than usual."""
    return max([usual, *(it for it in times if it is not None)])


def _quarter_not_before(minute: int) -> int:
    return -(-minute // QUARTER) * QUARTER


def _has_room(at: int, rules: Rules, taken: Mapping[int, int]) -> bool:
    return rules.per_quarter is None or taken.get(at, 0) < rules.per_quarter
