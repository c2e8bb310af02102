from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payments.refund_steps import ALL, RefundStep, goes_back, read_steps, share_back, write_steps
from tests.factories import berlin

START = datetime(2027, 3, 2, 10, tzinfo=UTC)
A_DAY = (RefundStep(1440, ALL),)
LADDER = (RefundStep(2880, ALL), RefundStep(1440, 5000), RefundStep(120, 2500))


@pytest.mark.parametrize(
    ("before", "share"),
    [
        (timedelta(hours=24, seconds=1), ALL),
        (timedelta(hours=24), ALL),
        (timedelta(hours=23, minutes=59, seconds=59), 0),
        (timedelta(), 0),
        (timedelta(hours=-1), 0),
    ],
)
def test_free_until_a_day_before_means_to_the_second(before, share):
    assert share_back(A_DAY, START, START - before) == share


@pytest.mark.parametrize(
    ("hours", "share"), [(72, ALL), (48, ALL), (47, 5000), (24, 5000), (23, 2500), (2, 2500), (1, 0)]
)
def test_a_ladder_gives_the_share_of_the_last_step_that_was_not_missed(hours, share):
    assert share_back(LADDER, START, START - timedelta(hours=hours)) == share


def test_a_day_before_is_24_real_hours_where_the_clocks_change():
    # In Berlin the night before Sunday 28 March 2027 has an hour less.
    start = berlin("2027-03-28 10:00")
    assert share_back(A_DAY, start, berlin("2027-03-27 09:00")) == ALL
    assert share_back(A_DAY, start, berlin("2027-03-27 09:00") + timedelta(seconds=1)) == 0


def test_without_steps_nothing_goes_back():
    assert share_back((), START, START - timedelta(days=300)) == 0


def test_steps_come_out_of_a_row_with_the_earliest_first():
    kept = write_steps(reversed(LADDER))
    assert read_steps(kept) == LADDER
    assert read_steps(reversed(kept)) == LADDER


@given(
    steps=st.lists(st.builds(RefundStep, st.integers(0, 5000), st.integers(0, ALL)), max_size=5),
    left=st.integers(-100, 6000),
)
def test_any_steps_agree_with_looking_at_each_of_them(steps, left):
    steps = read_steps(write_steps(steps))
    reached = [it for it in steps if it.until_min <= left]
    expected = max(reached, key=lambda it: (it.until_min, it.back_bp)).back_bp if reached else 0
    assert share_back(steps, START, START - timedelta(minutes=left)) == expected


@given(paid=st.integers(0, 10**12), share=st.integers(0, ALL))
def test_never_more_goes_back_than_was_paid(paid, share):
    assert 0 <= goes_back(paid, share) <= paid
    assert goes_back(paid, ALL) == paid
