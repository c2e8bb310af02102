"""Algebra on half-open intervals of integers, `(from, to)` standing for from ≤ x < to.

Every list taken or returned is sorted. A canonical one, as `merge` makes it, has nothing empty in it besides, and
nothing that touches or overlaps.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Interval = tuple[int, int]
Intervals = Sequence[Interval]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Any intervals in any order, as the canonical list that covers the same points."""
    merged: list[Interval] = []
    last_from = last_to = 0
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if merged and start <= last_to:
            if end > last_to:
                last_to = end
                merged[-1] = (last_from, end)
        else:
            last_from, last_to = start, end
            merged.append((start, end))
    return merged


def intersect(left: Intervals, right: Intervals) -> list[Interval]:
    """The points of both. Where only one of two lists is canonical, its pieces keep the borders of the other."""
    both: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        left_from, left_to = left[i]
        right_from, right_to = right[j]
        start = left_from if left_from > right_from else right_from
        end = left_to if left_to < right_to else right_to
        if start < end:
            both.append((start, end))
        if left_to < right_to:
            i += 1
        else:
            j += 1
    return both


def subtract(whole: Intervals, holes: Intervals) -> list[Interval]:
    """The points of `whole` that are in no hole. Holes may overlap, as long as their ends rise with their starts."""
    rest: list[Interval] = []
    first, count = 0, len(holes)
    for start, end in whole:
        while first < count and holes[first][1] <= start:
            first += 1
        at = first
        while at < count:
            hole_from, hole_to = holes[at]
            if hole_from >= end:
                break
            if hole_from > start:
                rest.append((start, hole_from))
            if hole_to > start:
                start = hole_to
            if start >= end:
                break
            at += 1
        if start < end:
            rest.append((start, end))
    return rest


def contains(intervals: Intervals, point: int) -> bool:
    """Whether a list whose ends rise with its starts holds this point."""
    at = bisect_right(intervals, point, key=_start) - 1
    return at >= 0 and point < intervals[at][1]


def within(intervals: Intervals, start: int, end: int) -> bool:
    """Whether all of [start, end) lies inside one interval of a canonical list."""
    at = bisect_right(intervals, start, key=_start) - 1
    return at >= 0 and end <= intervals[at][1]


def shifts_within(intervals: Intervals, start: int, end: int) -> list[Interval]:
    """The x for which [x + start, x + end) lies inside one interval of a canonical list."""
    size = end - start
    return [(a - start, b - end + 1) for a, b in intervals if b - a >= size]


def shifts_meeting(intervals: Intervals, start: int, end: int) -> list[Interval]:
    """The x for which [x + start, x + end) has a point in common with an interval; overlapping, but in rising order."""
    return [(a - end + 1, b - start) for a, b in intervals]


def _start(interval: Interval) -> int:
    return interval[0]
