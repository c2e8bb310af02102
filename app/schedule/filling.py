"""Filling several needs at once, each by another resource."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence

from app.core.intervals import Interval, Intervals
from app.schedule.facts import ServiceRules

Choices = Sequence[Sequence[int]]
FREE = 2**20  # More minutes than any gap between two visits that anybody looks at.


def distinct(choices: Choices) -> tuple[int, ...] | None:
    """One of each, all different, the earliest possible ones; None where that cannot be."""
    if not choices:
        return ()
    for first in choices[0]:
        rest = distinct([[other for other in others if other != first] for others in choices[1:]])
        if rest is not None:
            return (first, *rest)
    return None


def fillers(choices: Choices) -> tuple[tuple[int, ...], ...] | None:
    """For each need those that have a part in some way to fill all of them; None where there is no way."""
    possible = []
    for at, resources in enumerate(choices):
        part = [it for it in resources if distinct([*choices[:at], [it], *choices[at + 1 :]]) is not None]
        if not part:
            return None
        possible.append(tuple(part))
    return tuple(possible)


def tightest_first(work: Mapping[int, Interval], busy: Mapping[int, Intervals]) -> list[int]:
    """Those that leave the smallest gap around their work first, so that long free time stays in one piece."""
    return sorted(work, key=lambda it: (_gap(busy.get(it, ()), *work[it]), it))


def may_collide(service: ServiceRules) -> bool:
    """Whether one resource could fill two needs of this service."""
    members = [it.resource for need in service.needs for it in need.members]
    return len(set(members)) < len(members)


def _gap(busy: Intervals, start: int, end: int) -> int:
    """Free minutes left on both sides, up to what is taken before and after; without end where nothing is."""
    before = [taken_end for _, taken_end in busy if taken_end <= start]
    after = [taken_start for taken_start, _ in busy if taken_start >= end]
    return (start - before[-1] if before else FREE) + (after[0] - end if after else FREE)


def free_at(starts: Collection[int], free: Mapping[int, Intervals]) -> dict[int, list[int]]:
    """For each start the resources whose free starts hold it, in the order of `free`."""
    ordered = sorted(starts)
    found: dict[int, list[int]] = {start: [] for start in ordered}
    for resource, intervals in free.items():
        for low, high in intervals:
            for start in ordered[bisect_left(ordered, low) : bisect_left(ordered, high)]:
                found[start].append(resource)
    return found
