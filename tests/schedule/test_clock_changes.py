"""Nights on which a clock changes: what is offered, what a day of notice is, when doors open and close."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.schedule.facts import Facts, Hours
from app.schedule.slots import open_slots
from app.schedule.wall_clock import utc
from tests.schedule.examples import ANA, a_salon, a_service, at, minutes, offered, opens, times

# (zone, day, hours, starts of half an hour every half hour)
MISSING = [
    ("Europe/Berlin", "2027-03-28", "01:00-05:00", "01:00 01:30 03:00 03:30 04:00 04:30"),
    ("America/New_York", "2027-03-14", "01:00-04:00", "01:00 01:30 03:00 03:30"),
    ("Australia/Sydney", "2027-10-03", "01:00-04:00", "01:00 01:30 03:00 03:30"),
    ("Australia/Lord_Howe", "2027-10-03", "01:00-04:00", "01:00 01:30 02:30 03:00 03:30"),
    ("Pacific/Chatham", "2027-09-26", "02:00-05:00", "02:00 02:30 04:00 04:30"),
    ("Antarctica/Troll", "2027-03-28", "00:00-04:00", "00:00 00:30 03:00 03:30"),
    ("Africa/Casablanca", "2027-03-14", "01:00-04:00", "01:00 01:30 03:00 03:30"),
    # Midnight itself is missing, so the day begins at one.
    ("America/Santiago", "2027-09-05", "00:00-02:00", "01:00 01:30"),
    ("America/Havana", "2027-03-14", "00:00-02:00", "01:00 01:30"),
    ("Africa/Cairo", "2027-04-30", "00:00-02:00", "01:00 01:30"),
    ("Asia/Beirut", "2027-03-28", "00:00-02:00", "01:00 01:30"),
    ("America/Asuncion", "2023-10-01", "00:00-02:00", "01:00 01:30"),
    ("Atlantic/Azores", "2027-03-28", "00:00-02:00", "01:00 01:30"),
    # The evening before goes on behind the missing hour.
    ("Africa/Cairo", "2027-04-29", "23:00-26:00", "23:00 23:30 01:00 01:30"),
    # The last hour of the day is missing.
    ("America/Nuuk", "2027-03-27", "21:00-24:00", "21:00 21:30 22:00 22:30"),
]

# (zone, day, hours, starts of an hour every hour)
DOUBLED = [
    ("Europe/Berlin", "2027-10-31", "01:00-04:00", "01:00 02:00 02:00 03:00"),
    ("America/New_York", "2027-11-07", "00:00-03:00", "00:00 01:00 01:00 02:00"),
    ("Pacific/Auckland", "2027-04-04", "01:00-04:00", "01:00 02:00 02:00 03:00"),
    ("Pacific/Chatham", "2027-04-04", "01:45-04:45", "01:45 02:45 02:45 03:45"),
    ("Africa/Casablanca", "2027-02-07", "01:00-04:00", "01:00 02:00 02:00 03:00"),
    ("Antarctica/Troll", "2027-10-31", "00:00-04:00", "00:00 01:00 02:00 01:00 02:00 03:00"),
    # Half an hour comes twice.
    ("Australia/Lord_Howe", "2027-04-04", "01:00-03:30", "01:00 01:30 02:30"),
    # The first hour of a day comes twice.
    ("America/Havana", "2027-11-07", "00:00-02:00", "00:00 00:00 01:00"),
    ("Atlantic/Azores", "2027-10-31", "00:00-02:00", "00:00 00:00 01:00"),
    # The last hour of a day comes twice.
    ("America/Santiago", "2027-04-03", "22:00-24:00", "22:00 23:00 23:00"),
    ("Asia/Beirut", "2027-10-30", "22:00-24:00", "22:00 23:00 23:00"),
    ("Africa/Cairo", "2027-10-28", "22:00-24:00", "22:00 23:00 23:00"),
    ("America/Asuncion", "2023-03-25", "22:00-24:00", "22:00 23:00 23:00"),
    ("America/Nuuk", "2027-10-30", "22:00-24:00", "22:00 23:00 23:00"),
]


def a_night(zone: str, day: str, hours: str, every: int, **more: Any) -> Facts:
    """A shop with one interval, and visits of so many minutes one after another."""
    service = a_service(minutes=every, step=every, **more)
    return a_salon(day, zone=zone, service=service, hours={None: opens(hours)})


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "day", "hours", "starts"), MISSING)
def test_the_missing_hour_is_left_out_and_nothing_gets_shorter(
    zone: str, day: str, hours: str, starts: str
) -> None:
    salon = a_night(zone, day, hours, 30)
    assert offered(salon, now=utc(0)) == starts.split()
    assert {it.end - it.start for it in open_slots(salon, [salon.first], utc(0))[salon.first]} == {30}


@pytest.mark.parametrize(("zone", "day", "hours", "starts"), DOUBLED)
def test_both_hours_of_a_doubled_one_are_offered_and_are_two_places(
    zone: str, day: str, hours: str, starts: str
) -> None:
    salon = a_night(zone, day, hours, 60)
    assert offered(salon, now=utc(0)) == starts.split()
    slots = open_slots(salon, [salon.first], utc(0))[salon.first]
    for taken in slots:
        busy = {ANA: [(taken.start, taken.end)]}
        left = a_salon(day, zone=zone, service=salon.service, hours=salon.hours, busy=busy)
        assert open_slots(left, [left.first], utc(0))[left.first] == [it for it in slots if it != taken]


def test_a_visit_across_the_jump_ends_an_hour_later_on_the_clock() -> None:
    salon = a_night("Europe/Berlin", "2027-03-28", "01:00-05:00", 30)
    slot = next(
        it for it in open_slots(salon, [salon.first], utc(0))[salon.first] if it.start == at(salon, "01:30")
    )
    assert slot.end == at(salon, "03:00")
    assert slot.end - slot.start == 30


def test_an_evening_across_the_jump_closes_on_the_clock_and_is_an_hour_shorter() -> None:
    salon = a_salon(
        "2027-03-27", hours={None: opens("22:00-28:00", on=[5])}, service=a_service(minutes=60, step=60)
    )
    assert offered(salon) == ["22:00", "23:00", "00:00", "01:00", "03:00"]
    longer = a_salon("2027-10-30", hours=salon.hours, service=salon.service)
    assert offered(longer) == ["22:00", "23:00", "00:00", "01:00", "02:00", "02:00", "03:00"]


# (zone, day, hours, open from, until)
DOORS = [
    ("Europe/Berlin", "2027-10-31", "01:00-02:30", "30 23:00", "31 01:30"),
    ("Europe/Berlin", "2027-10-31", "02:30-04:00", "31 00:30", "31 03:00"),
    ("Europe/Berlin", "2027-10-31", "02:10-02:50", "31 00:10", "31 01:50"),
    ("Europe/Berlin", "2027-03-28", "01:00-02:30", "28 00:00", "28 01:00"),
    ("Europe/Berlin", "2027-03-28", "02:30-04:00", "28 01:00", "28 02:00"),
    ("Australia/Lord_Howe", "2027-10-03", "02:15-03:30", "02 15:30", "02 16:30"),
    ("Australia/Lord_Howe", "2027-04-04", "01:45-02:15", "03 14:45", "03 15:45"),
    ("Australia/Sydney", "2027-10-03", "00:00-02:59", "02 14:00", "02 16:00"),
    ("America/Santiago", "2027-09-05", "00:30-02:00", "05 04:00", "05 05:00"),
    ("America/Santiago", "2027-04-03", "20:00-23:30", "03 23:00", "04 03:30"),
    ("America/Havana", "2027-11-07", "00:30-02:00", "07 04:30", "07 07:00"),
    # Midnight comes twice here: the evening closes at the second, the morning opens at the first.
    ("America/Havana", "2027-11-06", "22:00-24:00", "07 02:00", "07 05:00"),
    ("America/Havana", "2027-11-07", "00:00-01:00", "07 04:00", "07 06:00"),
    ("Antarctica/Troll", "2027-03-28", "01:30-02:30", "", ""),
]


@pytest.mark.parametrize(("zone", "day", "hours", "opened", "closed"), DOORS)
def test_doors_in_a_changing_hour_open_at_the_first_and_close_at_the_second_or_at_the_jump(
    zone: str, day: str, hours: str, opened: str, closed: str
) -> None:
    salon = a_salon(day, zone=zone, service=a_service(minutes=1, step=1), hours={None: opens(hours)})
    slots = open_slots(salon, [salon.first], utc(0))[salon.first]
    assert [f"{utc(it):%d %H:%M}" for slot in slots[:1] for it in (slot.start,)] == [opened] * bool(opened)
    assert [f"{utc(it):%d %H:%M}" for slot in slots[-1:] for it in (slot.end,)] == [closed] * bool(closed)
    assert len(slots) == (slots[-1].end - slots[0].start if slots else 0)


def test_doors_of_a_special_day_and_of_a_person_keep_the_same_rule() -> None:
    october = date(2027, 10, 31)
    day = {october: [(minutes("01:00"), minutes("02:30"))]}
    salon = a_salon(str(october), special={None: day}, service=a_service(step=30))
    assert offered(salon) == ["01:00", "01:30", "02:00", "02:30", "02:00"]
    always = {None: opens("00:00-24:00"), ANA: (Hours(6, minutes("02:30"), minutes("03:00")),)}
    assert offered(a_salon(str(october), hours=always, service=salon.service)) == ["02:30", "02:00", "02:30"]


@pytest.mark.parametrize(
    ("zone", "now", "first"),
    [
        ("Europe/Berlin", "2027-03-27 12:00", "2027-03-28 13:00"),
        ("Europe/Berlin", "2027-10-30 12:00", "2027-10-31 11:00"),
        ("Australia/Lord_Howe", "2027-10-02 12:00", "2027-10-03 12:30"),
        ("Antarctica/Troll", "2027-03-27 12:00", "2027-03-28 14:00"),
        ("Pacific/Auckland", "2027-04-03 12:00", "2027-04-04 11:00"),
        ("Asia/Kathmandu", "2027-04-03 12:00", "2027-04-04 12:00"),
    ],
)
def test_notice_in_hours_is_real_time(zone: str, now: str, first: str) -> None:
    salon = a_night(zone, first[:10], "09:00-18:00", 30, notice_amount=24 * 60)
    assert offered(salon, now=local(zone, now))[0] == first[11:]


@pytest.mark.parametrize(
    ("zone", "now", "tomorrow", "first"),
    [
        ("Europe/Berlin", "2027-03-27 12:00", "2027-03-28", "00:00"),
        ("Europe/Berlin", "2027-10-30 23:59", "2027-10-31", "00:00"),
        ("America/Havana", "2027-03-13 12:00", "2027-03-14", "01:00"),
        ("America/Havana", "2027-11-06 12:00", "2027-11-07", "00:00"),
        ("America/Santiago", "2027-04-03 12:00", "2027-04-04", "00:00"),
        ("Pacific/Kiritimati", "2027-03-27 00:00", "2027-03-28", "00:00"),
    ],
)
def test_notice_in_days_leaves_all_of_tomorrow(zone: str, now: str, tomorrow: str, first: str) -> None:
    salon = a_night(zone, tomorrow, "00:00-24:00", 30, notice_amount=1, notice_unit="days")
    today = a_salon(str(salon.first - timedelta(1)), zone=zone, service=salon.service, hours=salon.hours)
    assert offered(salon, now=local(zone, now))[0] == first
    assert offered(today, now=local(zone, now)) == []
    assert len(open_slots(salon, [salon.first], local(zone, now))[salon.first]) in (46, 48, 50)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_last_day_of_the_window_is_counted_on_the_clock_of_the_shop(zone: str) -> None:
    salon = a_night(zone, "2027-03-29", "00:00-24:00", 60, advance_days=2)
    evening = local(zone, "2027-03-26 23:59")
    assert offered(salon, now=evening) == []
    assert offered(salon, now=evening + timedelta(minutes=1))[-1] == "23:00"


def test_a_month_takes_each_zone_change_into_account() -> None:
    salon = a_salon("2027-10-30", until="2027-11-01", service=a_service(minutes=60, step=60))
    days = [date(2027, 10, 30), date(2027, 10, 31), date(2027, 11, 1)]
    found = open_slots(salon, days, utc(0))
    assert [utc(found[day][0].start) for day in days] == [
        datetime(2027, 10, 30, 7, tzinfo=UTC),
        datetime(2027, 10, 31, 8, tzinfo=UTC),
        datetime(2027, 11, 1, 8, tzinfo=UTC),
    ]
    assert [times(salon, found[day])[0] for day in days] == ["09:00"] * 3
