"""Quarters of an hour an order can be due in, beside a slow and obvious way to find them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.orders.due_times import QUARTER, DueTime, Rules, due_times
from app.schedule.open_time import Piece

MONDAY = date(2027, 3, 1)


@st.composite
def _weeks(draw: st.DrawFn) -> list[Piece]:
    """Open time of up to three days that do not overlap; some meet at midnight."""
    pieces: list[Piece] = []
    at = draw(st.integers(0, 90))
    for number in range(draw(st.integers(0, 5))):
        start = at + draw(st.sampled_from([0, 0, 7, 30, 300]))
        end = start + draw(st.integers(1, 400))
        pieces.append((start, end, start, MONDAY + timedelta(number)))
        at = end
    return pieces


def _slowly(pieces: list[Piece], now: int, rules: Rules, taken: dict[int, int]) -> set[int]:
    """Minute by minute, by the words of the rule."""
    open_minutes = {it for start, end, _a, _d in pieces for it in range(start, end)}
    found = set()
    for at in range(4000):
        if at % QUARTER or at < now + rules.takes:
            continue
        if at not in open_minutes and at - 1 not in open_minutes:
            continue
        begun = rules.takes if rules.takes <= 180 else 0
        # Served at closing time, when it was open until then; at opening time when that is where it began.
        if at not in open_minutes or begun:
            stretch = range(at - begun, at)
            if any(it not in open_minutes for it in stretch):
                continue
        if rules.per_quarter is not None and taken.get(at, 0) >= rules.per_quarter:
            continue
        found.add(at)
    return found


@given(
    _weeks(),
    st.integers(-100, 1500),
    st.integers(0, 400),
    st.none() | st.integers(1, 3),
    st.dictionaries(st.integers(0, 200).map(lambda it: it * QUARTER), st.integers(0, 4)),
)
def test_due_times_are_those_of_the_rule(
    pieces: list[Piece], now: int, takes: int, per_quarter: int | None, taken: dict[int, int]
) -> None:
    rules = Rules(takes, per_quarter)
    assert {it.at for it in due_times(pieces, now, rules, taken)} == _slowly(pieces, now, rules, taken)


def test_each_quarter_comes_once_with_its_day_in_order() -> None:
    pieces = [(0, 60, 0, MONDAY), (60, 90, 60, MONDAY + timedelta(1))]
    found = due_times(pieces, 0, Rules(30), {})
    assert found == [
        DueTime(30, MONDAY),
        DueTime(45, MONDAY),
        DueTime(60, MONDAY),
        DueTime(75, MONDAY + timedelta(1)),
        DueTime(90, MONDAY + timedelta(1)),
    ]


def test_what_is_not_served_is_left_out() -> None:
    pieces = [(0, 60, 0, MONDAY)]
    found = due_times(pieces, 0, Rules(0), {}, lambda due: due.at >= 30)
    assert [it.at for it in found] == [30, 45, 60]
