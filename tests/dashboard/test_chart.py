from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.dashboard.chart import HEIGHT, ROOM, bar_chart

NUMBERS = st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), min_size=1, max_size=9)


def split(numbers):
    return [before for before, _ in numbers], [after for _, after in numbers]


def bars(chart):
    return [bar for pair in chart.pairs for bar in (pair.before, pair.after)]


@given(NUMBERS, st.booleans())
def test_every_bar_stands_on_the_base_within_the_drawing(numbers, rtl):
    chart = bar_chart(*split(numbers), rtl=rtl)
    for bar in bars(chart):
        assert bar.y + bar.height == chart.base
        assert bar.y >= ROOM
        assert 0 <= bar.x <= bar.x + bar.width <= 100.01


@given(NUMBERS)
def test_the_highest_number_has_the_highest_bar_and_nothing_has_none(numbers):
    chart = bar_chart(*split(numbers))
    for bar in bars(chart):
        assert (bar.height == 0) == (bar.value == 0)
    top = max(bars(chart), key=lambda it: it.value)
    assert top.height == (HEIGHT if top.value else 0)


@given(NUMBERS)
def test_a_bigger_number_never_has_a_lower_bar(numbers):
    by_value = sorted(bars(bar_chart(*split(numbers))), key=lambda it: it.value)
    heights = [it.height for it in by_value]
    assert heights == sorted(heights)


@given(NUMBERS, st.booleans())
def test_no_two_bars_lie_over_each_other(numbers, rtl):
    across = sorted((bar.x, bar.x + bar.width) for bar in bars(bar_chart(*split(numbers), rtl=rtl)))
    assert all(left[1] <= right[0] + 0.011 for left, right in pairwise(across))


@given(NUMBERS)
def test_from_right_to_left_it_is_the_mirror_image(numbers):
    plain, mirrored = (bar_chart(*split(numbers), rtl=rtl) for rtl in (False, True))
    for left, right in zip(bars(plain), bars(mirrored), strict=True):
        assert abs(left.x + left.width - (100 - right.x)) < 0.03
        assert (left.value, left.height) == (right.value, right.height)


def test_the_earlier_number_stands_first():
    pair = bar_chart([1], [2]).pairs[0]
    assert (pair.before.value, pair.after.value) == (1, 2)
    assert pair.before.x < pair.middle < pair.after.x
    mirrored = bar_chart([1], [2], rtl=True).pairs[0]
    assert mirrored.after.x < mirrored.middle < mirrored.before.x


def test_seven_days_of_nothing_are_a_base_line():
    chart = bar_chart([0] * 7, [0] * 7)
    assert {bar.height for bar in bars(chart)} == {0}
    assert len(chart.pairs) == 7
    assert bar_chart([], []).pairs == []
