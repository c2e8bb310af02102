from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import intervals
from app.core.intervals import Interval

unhurried = settings(deadline=None)

POINTS = range(-40, 80)

interval = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda it: (it[0], it[0] + it[1]))
canonical = st.lists(interval, max_size=8).map(intervals.merge)


def points(those: list[Interval]) -> set[int]:
    return {point for start, end in those for point in range(start, end)}


def test_what_touches_or_overlaps_becomes_one() -> None:
    assert intervals.merge([(5, 7), (1, 3), (3, 4), (6, 9), (9, 9)]) == [(1, 4), (5, 9)]


@unhurried
@given(st.lists(interval, max_size=8))
def test_a_merged_list_has_the_same_points_and_gaps_between_its_intervals(those: list[Interval]) -> None:
    merged = intervals.merge(those)
    assert points(merged) == points(those)
    assert all(left[1] < right[0] for left, right in pairwise(merged))
    assert all(start < end for start, end in merged)


@unhurried
@given(canonical, canonical)
def test_an_intersection_has_the_points_of_both(left: list[Interval], right: list[Interval]) -> None:
    both = intervals.intersect(left, right)
    assert points(both) == points(left) & points(right)
    assert both == intervals.merge(both)


@unhurried
@given(canonical, canonical)
def test_a_difference_has_the_points_that_are_in_no_hole(
    whole: list[Interval], holes: list[Interval]
) -> None:
    rest = intervals.subtract(whole, holes)
    assert points(rest) == points(whole) - points(holes)
    assert rest == intervals.merge(rest)


@unhurried
@given(canonical, canonical, st.integers(-9, 9), st.integers(1, 9))
def test_holes_that_overlap_in_rising_order_are_all_taken_out(
    whole: list[Interval], busy: list[Interval], start: int, size: int
) -> None:
    holes = intervals.shifts_meeting(busy, start, start + size)
    assert points(intervals.subtract(whole, holes)) == points(whole) - points(holes)


@unhurried
@given(canonical, st.integers(-9, 9), st.integers(1, 9))
def test_shifts_say_where_a_stretch_lies_within_and_where_it_meets(
    those: list[Interval], start: int, size: int
) -> None:
    end = start + size
    within = {x for x in POINTS if set(range(x + start, x + end)) <= points(those)}
    meeting = {x for x in POINTS if set(range(x + start, x + end)) & points(those)}
    assert points(intervals.shifts_within(those, start, end)) == within
    assert points(intervals.shifts_meeting(those, start, end)) == meeting


@unhurried
@given(canonical, st.integers(-9, 9), st.integers(1, 9), st.integers(-30, 70))
def test_a_point_is_found_in_intervals_that_overlap_in_rising_order(
    those: list[Interval], start: int, size: int, point: int
) -> None:
    meeting = intervals.shifts_meeting(those, start, start + size)
    assert intervals.contains(meeting, point) == (point in points(meeting))
