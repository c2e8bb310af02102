"""Charts as places on a drawing."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.drawing import HEIGHT, LEAST, draw, scale_for

NUMBERS = st.just(0.0) | st.floats(1e-6, 1e9)


@given(st.floats(1e-3, 1e12))
def test_a_scale_reaches_over_the_highest_number_in_a_few_even_steps(most: float) -> None:
    scale = scale_for(most)
    assert scale[0] == 0
    assert scale[-1] >= most * 0.999
    assert scale[-2] < most
    assert 2 <= len(scale) <= 5


@given(st.integers(1, 10**6))
def test_a_scale_of_numbers_of_things_has_no_halves(most: int) -> None:
    assert all(it == int(it) for it in scale_for(most, whole=True))


def test_a_scale_of_shares_ends_with_all_where_it_is_near() -> None:
    assert scale_for(0.9, at_most=1.0) == [0, 0.25, 0.5, 0.75, 1]
    assert scale_for(1.4, at_most=1.0)[-1] >= 1.4
    assert scale_for(0, at_most=1.0) == [0, 1]


@given(st.lists(NUMBERS, min_size=1, max_size=62), st.booleans())
def test_bars_stand_beside_each_other_inside_the_drawing(numbers: list[float], rtl: bool) -> None:
    bars = draw(numbers, [], rtl=rtl).bars
    assert all(it.x >= 0 and it.x + it.width <= 100.1 and it.height <= HEIGHT for it in bars)
    in_order = bars[::-1] if rtl else bars
    assert all(one.x + one.width <= two.x for one, two in itertools.pairwise(in_order))


@pytest.mark.parametrize(("value", "height"), [(0, 0), (1, LEAST), (1000, HEIGHT), (-5, 0)])
def test_what_is_there_is_seen_and_what_is_not_is_not(value: int, height: int) -> None:
    assert draw([value, 1000], []).bars[0].height == height


def test_a_line_says_where_it_was_before_unless_there_was_nothing() -> None:
    first, second, third = draw([10, 10, 10], [10, 0]).bars
    assert first.mark == first.y
    assert second.mark is third.mark is None
