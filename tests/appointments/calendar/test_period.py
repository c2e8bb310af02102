from datetime import date

import pytest

from app.appointments.calendar.period import Period
from app.schedule.wall_clock import FIRST_DATE, LAST_DATE

THURSDAY = date(2027, 3, 4)


def test_a_week_begins_on_monday():
    week = Period("week", THURSDAY)
    assert (week.first, week.last, len(week.days)) == (date(2027, 3, 1), date(2027, 3, 7), 7)
    assert (week.before, week.after) == (date(2027, 2, 25), date(2027, 3, 11))


def test_a_month_is_all_its_days():
    month = Period("month", date(2028, 2, 29))
    assert (month.first, month.last) == (date(2028, 2, 1), date(2028, 2, 29))
    assert (month.before, month.after) == (date(2028, 1, 1), date(2028, 3, 1))


def test_a_list_goes_on_for_a_week_from_its_day():
    assert Period("agenda", THURSDAY).last == date(2027, 3, 10)
    assert Period("day", THURSDAY).days == [THURSDAY]


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_nothing_lies_before_the_first_or_after_the_last_date_there_is(view):
    for day in (FIRST_DATE, LAST_DATE):
        period = Period(view, day)
        assert FIRST_DATE <= period.first <= period.last <= LAST_DATE
        assert FIRST_DATE <= period.before <= period.after <= LAST_DATE
