"""Clock times that are kept by another clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments.shifting import Ahead, Clocks, Shift, laid_anew, shifts
from app.schedule.allocating import Taken
from app.schedule.stretches import Stretch
from app.schedule.wall_clock import epoch_minute, utc

ZONES = ("Europe/Berlin", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "UTC", "Pacific/Apia")
MINUTES = st.integers(
    epoch_minute(datetime.fromisoformat("2027-01-01T00:00Z")),
    epoch_minute(datetime.fromisoformat("2028-01-01T00:00Z")),
)


def at(text, zone="Europe/Berlin", fold=0):
    return epoch_minute(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


def shown(minute, zone):
    return utc(minute).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@given(MINUTES, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_the_new_clock_shows_what_the_old_one_did_or_skips_it(minute, was, zone):
    clocks = Clocks(was, zone, [minute])
    wall, same = shown(minute, was), clocks.same_time(minute)
    moments = [wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    exists = any(shown(epoch_minute(it), zone) == wall for it in moments)
    assert clocks.skips(minute) is not exists
    if exists:
        assert shown(same, zone) == wall
    else:
        assert wall < shown(same, zone) <= wall + timedelta(hours=24)


@given(MINUTES, st.sampled_from(ZONES))
def test_the_same_clock_moves_nothing(minute, zone):
    clocks = Clocks(zone, zone, [minute])
    assert clocks.same_time(minute) == minute


def test_of_an_hour_both_clocks_show_twice_it_is_the_same_one():
    night = [at("2027-10-31T02:30", fold=fold) for fold in (0, 1)]
    clocks = Clocks("Europe/Berlin", "Europe/Paris", night)
    assert [clocks.same_time(it) for it in night] == night


def test_of_an_hour_only_the_old_clock_shows_twice_both_are_at_one_moment():
    night = [at("2027-10-31T02:30", fold=fold) for fold in (0, 1)]
    clocks = Clocks("Europe/Berlin", "Asia/Tokyo", night)
    assert {clocks.same_time(it) for it in night} == {at("2027-10-31T02:30", "Asia/Tokyo")}


NOW = at("2027-03-01T09:00")


def of(*ahead, zone="Asia/Tokyo", now=NOW, was="Europe/Berlin"):
    clocks = Clocks(was, zone, [it for those in ahead for it in (those.start, those.end)])
    return shifts(clocks, ahead, now)


def test_a_visit_is_moved_as_a_whole_by_as_much_as_its_first_part():
    parts = [
        Ahead(1, at("2027-03-28T01:30", "UTC"), at("2027-03-28T02:30", "UTC"), visits=["a"]),
        Ahead(2, at("2027-03-28T02:30", "UTC"), at("2027-03-28T03:00", "UTC"), visits=["a"]),
    ]
    found = of(*parts, was="UTC", zone="Europe/Berlin")
    assert found.moved == {1: Shift(-60, -60), 2: Shift(-60, -60)}
    assert found.skipped == set()


def test_a_clock_time_that_is_skipped_is_the_moment_of_the_jump():
    found = of(
        Ahead(1, at("2027-03-28T02:30", "UTC"), at("2027-03-28T03:00", "UTC")),
        was="UTC",
        zone="Europe/Berlin",
    )
    assert found.moved == {1: Shift(-90, -90)}
    assert found.skipped == {1}


@pytest.mark.parametrize(
    ("starts", "now", "stuck"),
    [
        ("2027-03-01T16:00", NOW, {1}),  # 16:00 in Tokyo was 08:00 in Berlin.
        ("2027-03-01T17:00", NOW, {1}),  # Right now.
        ("2027-03-01T17:01", NOW, set()),
        ("2027-03-01T09:00", NOW, {1}),
    ],
)
def test_what_would_have_begun_keeps_its_moment(starts, now, stuck):
    found = of(Ahead(1, at(starts), at(starts) + 30), now=now)
    assert found.stuck == stuck
    assert bool(found.moved) is not bool(stuck)


def test_no_part_of_a_visit_is_left_behind():
    start = at("2027-03-01T16:45")
    found = of(Ahead(1, start, start + 30, visits=["a"]), Ahead(2, start + 30, start + 60, visits=["a"]))
    assert found.stuck == {1, 2}


def test_a_stay_ends_when_guests_leave():
    start, end = at("2027-03-27T15:00"), at("2027-03-29T11:00")
    found = of(Ahead(1, start, end, is_stay=True))
    assert found.moved[1] == Shift(
        at("2027-03-27T15:00", "Asia/Tokyo") - start, at("2027-03-29T11:00", "Asia/Tokyo") - end
    )
    assert found.moved[1].end - found.moved[1].start == 60


def test_what_it_takes_goes_with_it_and_a_stay_is_in_one_piece():
    taken = [
        Taken(Stretch(1, 7, 90, 110), False),
        Taken(Stretch(1, 7, 110, 260), False),
        Taken(Stretch(2, 8, 100, 120), True),
    ]
    assert laid_anew(Shift(-480, -420), 100, 250, taken) == [
        Taken(Stretch(1, 7, -390, -160), False),
        Taken(Stretch(2, 8, -380, -300), True),
    ]


def test_days_far_apart_each_have_their_own_offset():
    summer, winter = at("2027-07-01T10:00"), at("2027-12-01T10:00")
    clocks = Clocks("Europe/Berlin", "Asia/Tokyo", [summer, winter])
    assert clocks.same_time(summer) - summer == -7 * 60
    assert clocks.same_time(winter) - winter == -8 * 60
    assert utc(clocks.same_time(winter)).date() == date(2027, 12, 1)
