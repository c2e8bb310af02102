from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import NoSuchTime
from app.schedule.wall_clock import (
    WallClock,
    days_between,
    epoch_minute,
    epoch_minute_not_before,
    read_date,
    read_start,
    utc,
    write_start,
)
from tests.schedule.oracle import Clock
from tests.schedule.strategies import CHANGES, ZONES, near_a_change

unhurried = settings(deadline=None)

MARCH = date(2027, 3, 28)
OCTOBER = date(2027, 10, 31)


def shown(minute: int) -> str:
    return utc(minute).strftime("%d %H:%MZ")


def berlin(day: date) -> WallClock:
    return WallClock("Europe/Berlin", day, day)


def test_what_opens_in_the_missing_hour_opens_when_the_clock_jumps() -> None:
    assert shown(berlin(MARCH).opening(MARCH, 150)) == "28 01:00Z"
    assert shown(berlin(MARCH).closing(MARCH, 150)) == "28 01:00Z"


def test_in_the_doubled_hour_the_first_opens_and_the_second_closes() -> None:
    assert shown(berlin(OCTOBER).opening(OCTOBER, 150)) == "31 00:30Z"
    assert shown(berlin(OCTOBER).closing(OCTOBER, 150)) == "31 01:30Z"


def test_a_doubled_time_happens_twice_and_a_missing_one_never() -> None:
    assert [shown(it) for it in berlin(OCTOBER).instants(OCTOBER, 150)] == ["31 00:30Z", "31 01:30Z"]
    assert berlin(MARCH).instants(MARCH, 150) == []
    assert len(berlin(MARCH).instants(MARCH, 180)) == 1


def test_a_day_that_a_zone_left_out_opens_and_closes_at_once() -> None:
    day = date(2011, 12, 30)
    apia = WallClock("Pacific/Apia", day, day)
    assert (
        apia.opening(day, 540)
        == apia.closing(day, 1020)
        == epoch_minute(datetime(2011, 12, 30, 10, tzinfo=UTC))
    )


def test_a_midnight_that_is_missing_is_the_moment_of_the_jump() -> None:
    day = date(2027, 9, 5)
    santiago = WallClock("America/Santiago", day, day)
    assert shown(santiago.opening(day, 0)) == "05 04:00Z"


def test_half_an_hour_can_be_missing_too() -> None:
    day = date(2027, 10, 3)
    island = WallClock("Australia/Lord_Howe", day, day)
    assert island.opening(day, 135) == island.opening(day, 120) == island.opening(day, 150)


@pytest.mark.parametrize("zone", ZONES)
def test_the_clocks_of_the_random_tests_change_on_their_days(zone: str) -> None:
    def offset(day: date) -> timedelta | None:
        return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).utcoffset()

    never = zone in ("Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")
    assert [offset(day) == offset(day - timedelta(1)) for day in CHANGES[zone]] == [never] * len(
        CHANGES[zone]
    )


@unhurried
@given(near_a_change(), st.integers(0, 2880))
def test_openings_and_closings_are_what_looking_at_every_minute_finds(
    night: tuple[str, date], wall: int
) -> None:
    zone, day = night
    clock, slow = WallClock(zone, day, day), Clock(zone, day, day + timedelta(2))
    assert clock.opening(day, wall) == slow.opening(day, wall)
    assert clock.closing(day, wall) == slow.closing(day, wall)


@unhurried
@given(near_a_change(), st.integers(0, 2880))
def test_adding_wall_minutes_to_a_plain_midnight_is_the_same(night: tuple[str, date], wall: int) -> None:
    zone, day = night
    clock = WallClock(zone, day, day)
    for on, midnight in clock.midnights(days_between(day - timedelta(2), day + timedelta(2))):
        if midnight is not None:
            assert midnight + wall == clock.opening(on, wall) == clock.closing(on, wall)


def test_only_the_days_around_a_change_have_no_plain_midnight() -> None:
    days = days_between(date(2027, 3, 1), date(2027, 3, 31))
    clock = WallClock("Europe/Berlin", days[0], days[-1])
    assert [day.day for day, midnight in clock.midnights(days) if midnight is None] == [27, 28]


@unhurried
@given(near_a_change(), st.integers(-1440, 2880))
def test_the_clock_shows_what_zoneinfo_says(night: tuple[str, date], minute: int) -> None:
    zone, day = night
    clock = WallClock(zone, day, day)
    moment = utc(clock.opening(day, 0) + minute).astimezone(ZoneInfo(zone))
    assert clock.shows(clock.opening(day, 0) + minute) == (moment.date(), moment.hour * 60 + moment.minute)


def test_a_moment_within_a_minute_is_not_before_the_next() -> None:
    ten = datetime(2027, 6, 4, 10, tzinfo=UTC)
    assert epoch_minute_not_before(ten) == epoch_minute(ten)
    assert epoch_minute_not_before(ten + timedelta(seconds=1)) == epoch_minute(ten) + 1
    assert epoch_minute_not_before(ten + timedelta(microseconds=1)) == epoch_minute(ten) + 1
    assert epoch_minute(ten + timedelta(seconds=59)) == epoch_minute(ten)


@pytest.mark.parametrize("offset", ["+01:00", "+02:00"])
def test_a_start_in_the_missing_hour_does_not_exist(offset: str) -> None:
    with pytest.raises(NoSuchTime):
        read_start(f"2027-03-28T02:30:00{offset}", "Europe/Berlin")


def test_the_two_starts_of_a_doubled_time_are_told_apart() -> None:
    first = read_start("2027-10-31T02:00:00+02:00", "Europe/Berlin")
    second = read_start("2027-10-31T02:00:00+01:00", "Europe/Berlin")
    assert [shown(first), shown(second)] == ["31 00:00Z", "31 01:00Z"]
    assert write_start(second, "Europe/Berlin") == "2027-10-31T02:00:00+01:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2027-10-31",
        "2027-10-31T02:00:00",
        "2027-10-31T02:00:00Z",
        "2027-10-31 02:00:00+02:00",
        "2027-10-31T02:00:30+02:00",
        "2027-10-31T25:00:00+02:00",
        "2027-10-31T02:00:00+99:00",
        "2027-02-30T10:00:00+01:00",
        "1999-12-31T10:00:00+01:00",
        "2101-01-01T10:00:00+01:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:00+01:00",
        "\uff12\uff10\uff12\uff17-06-04T10:00:00+02:00",
        "2027-06-04T10:00:00+02:00\n",
        "2027-06-04T10:00:00+01:00",
    ],
)
def test_a_start_of_another_form_or_offset_is_refused(text: str) -> None:
    with pytest.raises(NoSuchTime):
        read_start(text, "Europe/Berlin")


@unhurried
@given(st.sampled_from(ZONES), st.integers(epoch_minute(datetime(2000, 1, 3, tzinfo=UTC)), 68_000_000))
def test_what_is_written_on_the_wire_is_read_back(zone: str, minute: int) -> None:
    assert read_start(write_start(minute, zone), zone) == minute


@pytest.mark.parametrize(
    "text", ["2027-02-30", "1999-12-31", "2101-01-01", "0001-01-01", "20270604", "2027-W01-1", "x"]
)
def test_a_date_that_does_not_exist_or_is_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(NoSuchTime):
        read_date(text)


def test_a_date_is_read() -> None:
    assert read_date("2100-12-31") == date(2100, 12, 31)


def test_changes_say_when_the_clock_is_put_forward_and_back() -> None:
    berlin, tokyo = (
        WallClock(zone, date(2027, 1, 1), date(2027, 12, 31)) for zone in ("Europe/Berlin", "Asia/Tokyo")
    )
    year = [(utc(at), before, after) for at, before, after in berlin.changes() if utc(at).year == 2027]
    assert year == [
        (datetime(2027, 3, 28, 1, tzinfo=UTC), 60, 120),
        (datetime(2027, 10, 31, 1, tzinfo=UTC), 120, 60),
    ]
    assert tokyo.changes() == []
