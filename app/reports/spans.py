"""Periods people ask for, what each is compared with, and the stretches it is drawn in. Nothing here asks the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from app.schedule.periods import month_of
from app.schedule.wall_clock import FIRST_DATE, LAST_DATE, days_between

LONGEST = 5 * 366  # Days.
USUAL = "this_month"
_DAY = timedelta(days=1)
_YEAR_OF_WEEKS = timedelta(weeks=52)
_MOST_DAYS, _MOST_WEEKS = 31, 27


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many whole months it is; 0 where it is something else."""
        if self.first.day != 1 or self.last != month_of(self.last)[1]:
            return 0
        return _month_number(self.last) - _month_number(self.first) + 1


def named_span(name: str, today: date) -> Span | None:
    """The period somebody means by a name, or None where it is no name of one."""
    monday = today - timedelta(days=today.weekday())
    month, quarter, year = (_months_from(today, size) for size in (1, 3, 12))
    week = Span(monday, monday + timedelta(days=6))
    named = {
        "this_week": week,
        "last_week": span_before(week),
        "this_month": month,
        "last_month": span_before(month),
        "this_quarter": quarter,
        "last_quarter": span_before(quarter),
        "this_year": year,
        "last_year": span_before(year),
        **{f"last_{n}": Span(today - timedelta(days=n - 1), today) for n in (7, 30, 90)},
    }
    return named.get(name)


def span_before(span: Span) -> Span:
    """As long a period just before: as many months where it is whole months, otherwise as many days."""
    if span.months:
        return _moved_by_months(span, -span.months)
    return Span(span.first - timedelta(days=span.days), span.first - _DAY)


def year_before(span: Span) -> Span:
    """The same months a year earlier; of whole weeks those 52 weeks earlier, so that each day meets its weekday."""
    if span.months:
        return _moved_by_months(span, -12)
    if span.first.weekday() == 0 and span.days % 7 == 0:
        return Span(span.first - _YEAR_OF_WEEKS, span.last - _YEAR_OF_WEEKS)
    return Span(_a_year_earlier(span.first), _a_year_earlier(span.last))


def unit_of(span: Span) -> str:
    """What a drawing of it counts by: day, week or month."""
    if span.days <= _MOST_DAYS:
        return "day"
    return "week" if span.days <= _MOST_WEEKS * 7 else "month"


def stretches(span: Span, unit: str) -> list[Span]:
    """Its days, its weeks from Monday or its months; the first and the last are cut where the period is."""
    keys = {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=day.weekday()),
        "month": lambda day: day.replace(day=1),
    }
    parts = [list(days) for _, days in groupby(days_between(span.first, span.last), keys[unit])]
    return [Span(days[0], days[-1]) for days in parts]


def beside(now: Sequence[Span], before: Sequence[Span]) -> list[tuple[Span, Span | None]]:
    """Each stretch with the one that has its place in the other period."""
    return [(it, before[at] if at < len(before) else None) for at, it in enumerate(now)]


def is_known(span: Span) -> bool:
    """Whether its days are of the years there are, and not too many."""
    return FIRST_DATE <= span.first <= span.last <= LAST_DATE and span.days <= LONGEST


def _months_from(today: date, size: int) -> Span:
    number = _month_number(today) // size * size
    return Span(_first_of(number), _first_of(number + size) - _DAY)


def _moved_by_months(span: Span, months: int) -> Span:
    first = _month_number(span.first) + months
    return Span(_first_of(first), _first_of(first + span.months) - _DAY)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _a_year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # The 29th of February.
        return day.replace(year=day.year - 1, day=28)
