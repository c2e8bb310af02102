"""When a business is open, as its customers ask."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.schedule.facts import Calendar
from app.schedule.opening_times import OpenNow, hours_of_days, open_now, opening_calendar
from app.schedule.wall_clock import WallClock, days_between
from tests.factories import a_business, set_rota, set_week
from tests.schedule.examples import minutes, opens

MONDAY = date(2027, 6, 7)
FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days) for days in (4, 5, 6))
WEEKDAYS = {None: opens("09:00-13:00", "14:00-18:00", on=range(5))}
NIGHT = {None: opens("20:00-27:00", on=[4])}


def a_calendar(
    hours: Mapping[int | None, Any] = WEEKDAYS, zone: str = "Europe/Berlin", **more: Any
) -> Calendar:
    """What is known of two weeks and a day."""
    known = {"first": MONDAY, "last": MONDAY + timedelta(14)} | more
    return Calendar(zone, hours=hours, **known)


def moment(day: date, clock: str, zone: str = "Europe/Berlin") -> int:
    return WallClock(zone, day, day).instants(day, minutes(clock))[0]


def seen(calendar: Calendar, day: date, clock: str) -> OpenNow:
    return open_now(calendar, moment(day, clock, calendar.zone))


def open_until(days: int, clock: str, on: date) -> OpenNow:
    return OpenNow(True, False, days, minutes(clock), on)


def closed_until(days: int, clock: str, on: date, today: bool = False) -> OpenNow:
    return OpenNow(False, today, days, minutes(clock), on)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("08:59", closed_until(0, "09:00", MONDAY)),
        ("09:00", open_until(0, "13:00", MONDAY)),
        ("12:59", open_until(0, "13:00", MONDAY)),
        ("13:00", closed_until(0, "14:00", MONDAY)),
        ("17:59", open_until(0, "18:00", MONDAY)),
        ("18:00", closed_until(1, "09:00", MONDAY + timedelta(1))),
    ],
)
def test_a_day_goes_from_closed_to_open_and_back(clock: str, expected: OpenNow) -> None:
    assert seen(a_calendar(), MONDAY, clock) == expected


def test_after_friday_it_opens_on_monday_and_on_sunday_nothing_is_open_all_day() -> None:
    monday = MONDAY + timedelta(7)
    assert seen(a_calendar(), FRIDAY, "18:00") == closed_until(3, "09:00", monday)
    assert seen(a_calendar(), SUNDAY, "12:00") == closed_until(1, "09:00", monday, today=True)


def test_an_evening_past_midnight_is_open_until_it_ends() -> None:
    calendar = a_calendar(NIGHT)
    assert seen(calendar, FRIDAY, "23:00") == open_until(1, "03:00", SATURDAY)
    assert seen(calendar, SATURDAY, "00:30") == open_until(0, "03:00", SATURDAY)
    late = seen(calendar, SATURDAY, "03:00")
    assert (late.is_open, late.closed_today, late.days) == (False, False, 6)


def test_two_days_that_touch_at_midnight_are_one_open_stretch() -> None:
    hours = {None: (*opens("18:00-24:00", on=[4]), *opens("00:00-02:00", on=[5]))}
    assert seen(a_calendar(hours), FRIDAY, "20:00") == open_until(1, "02:00", SATURDAY)


def test_a_closing_at_midnight_is_midnight() -> None:
    assert seen(a_calendar({None: opens("09:00-24:00", on=[4])}), FRIDAY, "20:00").minute == 0


def test_who_never_closes_has_no_closing_time() -> None:
    always = a_calendar({None: opens("00:00-24:00")})
    assert seen(always, FRIDAY, "03:00") == OpenNow(True, False)
    all_day = hours_of_days(always, [FRIDAY])[0]
    assert (all_day.around_the_clock, all_day.unusual) == (True, False)
    six_to_six = a_calendar({None: opens("06:00-30:00")})
    assert seen(six_to_six, FRIDAY, "03:00") == OpenNow(True, False)


def test_who_never_opens_has_no_opening_time() -> None:
    assert seen(a_calendar({}), FRIDAY, "12:00") == OpenNow(False, True)
    assert hours_of_days(a_calendar({}), [FRIDAY])[0].intervals == []


def test_special_days_days_off_and_hours_off_are_kept_to() -> None:
    tuesday, wednesday = MONDAY + timedelta(1), MONDAY + timedelta(2)
    pause = (moment(wednesday, "10:00"), moment(wednesday, "11:00"))
    calendar = a_calendar(
        special={None: {MONDAY: [(600, 720)]}}, off={None: {tuesday}}, blocked={None: [pause]}
    )
    assert seen(calendar, MONDAY, "09:30") == closed_until(0, "10:00", MONDAY)
    assert seen(calendar, MONDAY, "12:00") == closed_until(2, "09:00", wednesday)
    assert seen(calendar, tuesday, "12:00") == closed_until(1, "09:00", wednesday, today=True)
    assert seen(calendar, wednesday, "10:30") == closed_until(0, "11:00", wednesday)
    week = hours_of_days(calendar, days_between(MONDAY, MONDAY + timedelta(3)))
    assert [it.intervals for it in week] == [
        [(600, 720)],
        [],
        [(540, 600), (660, 780), (840, 1080)],
        [(540, 780), (840, 1080)],
    ]
    assert [it.unusual for it in week] == [True, True, True, False]


def test_the_hours_of_a_day_are_those_that_begin_on_it() -> None:
    friday, saturday = hours_of_days(a_calendar(NIGHT), [FRIDAY, SATURDAY])
    assert (friday.intervals, saturday.intervals) == ([(1200, 1620)], [])


def test_where_the_clock_changes_the_hours_are_those_on_the_wall() -> None:
    spring = date(2027, 3, 28)
    calendar = a_calendar({None: opens("01:00-05:00")}, first=spring, last=spring + timedelta(7))
    assert hours_of_days(calendar, [spring])[0].intervals == [(60, 300)]
    assert seen(calendar, spring, "01:30") == open_until(0, "05:00", spring)
    day_long = a_calendar({None: opens("00:00-24:00")}, first=spring, last=spring)
    assert hours_of_days(day_long, [spring])[0].around_the_clock


def test_today_is_the_date_on_the_wall_of_the_shop() -> None:
    auckland = a_calendar(zone="Pacific/Auckland")
    assert seen(auckland, MONDAY, "08:00") == closed_until(0, "09:00", MONDAY)
    assert moment(MONDAY, "08:00", "Pacific/Auckland") < moment(MONDAY, "00:00")


def test_a_change_after_the_last_known_day_is_not_guessed() -> None:
    calendar = replace(a_calendar(), first=SATURDAY, last=SUNDAY)
    assert seen(calendar, SATURDAY, "12:00") == OpenNow(False, True)


@pytest.mark.usefixtures("app")
def test_the_week_of_a_business_is_that_of_its_season_and_of_its_rota() -> None:
    business = a_business()
    set_week(business.id, {0: [(780, 1080), (540, 720)], 5: [(540, 720)]})
    set_rota(
        business.id,
        [{2: [(600, 660)]}, {2: [(700, 760)]}],
        valid_from=date(2027, 6, 14),
        valid_until=date(2027, 6, 30),
    )

    def week(monday: date) -> list[Any]:
        days = days_between(monday, monday + timedelta(6))
        return [it.intervals for it in hours_of_days(opening_calendar(business, days[0], days[-1]), days)]

    assert week(MONDAY) == [[(540, 720), (780, 1080)], [], [], [], [], [(540, 720)], []]
    assert week(MONDAY + timedelta(7)) == [[], [], [(600, 660)], [], [], [], []]
    assert week(MONDAY + timedelta(14)) == [[], [], [(700, 760)], [], [], [], []]
