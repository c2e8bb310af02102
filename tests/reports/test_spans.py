"""Periods, what they are compared with, and the stretches they are drawn in."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.spans import (
    LONGEST,
    Span,
    is_known,
    named_span,
    span_before,
    stretches,
    unit_of,
    year_before,
)

TODAY = date(2027, 3, 31)
ONE = timedelta(days=1)
DAYS = st.dates(date(2001, 1, 1), date(2099, 1, 1))
SPANS = st.builds(lambda first, n: Span(first, first + timedelta(days=n)), DAYS, st.integers(0, LONGEST - 1))


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("this_week", "2027-03-29", "2027-04-04"),
        ("last_week", "2027-03-22", "2027-03-28"),
        ("this_month", "2027-03-01", "2027-03-31"),
        ("last_month", "2027-02-01", "2027-02-28"),
        ("this_quarter", "2027-01-01", "2027-03-31"),
        ("last_quarter", "2026-10-01", "2026-12-31"),
        ("this_year", "2027-01-01", "2027-12-31"),
        ("last_year", "2026-01-01", "2026-12-31"),
        ("last_7", "2027-03-25", "2027-03-31"),
        ("last_30", "2027-03-02", "2027-03-31"),
        ("last_90", "2027-01-01", "2027-03-31"),
    ],
)
def test_a_period_with_a_name_has_its_days(name: str, first: str, last: str) -> None:
    assert named_span(name, TODAY) == span(first, last)


def test_a_name_of_nothing_is_no_period() -> None:
    assert named_span("own", TODAY) is None


@pytest.mark.parametrize(
    ("now", "before", "year"),
    [
        (("2027-03-01", "2027-03-31"), ("2027-02-01", "2027-02-28"), ("2026-03-01", "2026-03-31")),
        (("2028-02-01", "2028-02-29"), ("2028-01-01", "2028-01-31"), ("2027-02-01", "2027-02-28")),
        (("2027-01-01", "2027-12-31"), ("2026-01-01", "2026-12-31"), ("2026-01-01", "2026-12-31")),
        (("2027-03-22", "2027-03-28"), ("2027-03-15", "2027-03-21"), ("2026-03-23", "2026-03-29")),
        (("2028-02-29", "2028-02-29"), ("2028-02-28", "2028-02-28"), ("2027-02-28", "2027-02-28")),
        (("2027-03-02", "2027-03-31"), ("2027-01-31", "2027-03-01"), ("2026-03-02", "2026-03-31")),
    ],
)
def test_months_are_compared_with_months_and_weeks_with_weeks(now, before, year) -> None:
    assert span_before(span(*now)) == span(*before)
    assert year_before(span(*now)) == span(*year)


@given(SPANS)
def test_the_period_before_ends_where_this_one_begins(it: Span) -> None:
    before = span_before(it)
    assert before.last + ONE == it.first
    assert before.months == it.months if it.months else before.days == it.days


@given(SPANS, st.sampled_from(["day", "week", "month"]))
def test_stretches_cover_each_day_once(it: Span, unit: str) -> None:
    parts = stretches(it, unit)
    assert (parts[0].first, parts[-1].last) == (it.first, it.last)
    assert all(one.last + ONE == two.first for one, two in itertools.pairwise(parts))
    begins = {
        "day": lambda _day: True,
        "week": lambda day: day.weekday() == 0,
        "month": lambda day: day.day == 1,
    }
    assert all(begins[unit](part.first) for part in parts[1:])


@given(SPANS)
def test_no_drawing_has_more_than_sixty_two_bars(it: Span) -> None:
    assert len(stretches(it, unit_of(it))) <= 62


def test_five_years_are_the_most_and_days_end_somewhere() -> None:
    assert is_known(span("2022-01-01", "2026-12-31"))
    assert not is_known(span("2021-12-01", "2026-12-31"))
    assert not is_known(span("2027-03-02", "2027-03-01"))
    assert not is_known(Span(date(1999, 12, 31), date(2000, 1, 1)))
