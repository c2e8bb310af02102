"""Hours that hold between two dates: what is refused, and what is left of the rest."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.business_hours.seasons import (
    NoUsualHours,
    Season,
    SeasonsOverlap,
    change_season,
    current,
    end_season,
    find_season,
    seasons_of,
)
from app.business_hours.weekly import SeasonsRemain, rota_of, set_rota, week_of
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import ANNA, a_business, hire, rules_version, set_week

LONG = {0: [(480, 1200)]}
USUAL = {0: [(540, 1080)]}
SUMMER = Season(date(2027, 6, 1), date(2027, 8, 31), [LONG])
SOME_DAYS = [date(2027, 5, 28) + timedelta(days) for days in range(8)]


def change(business, season, was=None, of=None):
    change_season(business.id, was, season, of, by=ANNA, now=NOW)


@pytest.fixture
def business(app, frozen):
    business = a_business()
    set_week(business.id, USUAL)
    return business


def test_a_season_is_kept_beside_the_usual_week_and_found_again(business):
    change(business, SUMMER)
    december = Season(date(2027, 12, 1), None, [{5: [(600, 960)]}])
    change(business, december)
    assert seasons_of(business.id) == [SUMMER, december]
    assert find_season(business.id, date(2027, 6, 1)) == SUMMER
    assert find_season(business.id, date(2027, 6, 2)) is None
    assert week_of(business.id) == USUAL
    assert current(seasons_of(business.id), date(2027, 8, 31)) == SUMMER
    assert current(seasons_of(business.id), date(2027, 9, 1)) is None


def test_other_dates_take_the_place_of_those_before_in_one_change(business):
    change(business, SUMMER)
    version = rules_version(business.id)
    later = Season(date(2027, 7, 1), date(2027, 9, 30), [LONG])
    change(business, later, was=SUMMER)
    assert seasons_of(business.id) == [later]
    assert rules_version(business.id) > version
    assert len(events("hours.changed")) == 3


def test_two_seasons_on_one_date_are_refused_but_may_touch(business):
    change(business, SUMMER)
    with pytest.raises(SeasonsOverlap):
        change(business, Season(date(2027, 8, 31), date(2027, 9, 30), [LONG]))
    with pytest.raises(SeasonsOverlap):
        change(business, Season(None, date(2027, 6, 1), [LONG]))
    change(business, Season(date(2027, 9, 1), None, [LONG]))
    assert len(seasons_of(business.id)) == 2


def test_what_is_over_leaves_the_usual_hours(business):
    change(business, SUMMER)
    end_season(business.id, SUMMER, by=ANNA, now=NOW)
    assert seasons_of(business.id) == []
    assert week_of(business.id) == USUAL


def test_whoever_keeps_the_hours_of_the_business_needs_their_own_first(business):
    maya = hire(business.id, "Maya").resource_id
    with pytest.raises(NoUsualHours):
        change(business, SUMMER, of=maya)
    set_rota(business.id, [USUAL, {}], maya, by=ANNA, now=NOW)
    rota = Season(*SUMMER.dates, [LONG, {1: [(540, 720)]}, {}])
    change(business, rota, of=maya)
    assert seasons_of(business.id, maya) == [Season(*SUMMER.dates, [LONG, {1: [(540, 720)]}, {}])]
    assert rota_of(business.id, maya) == [USUAL, {}]
    assert seasons_of(business.id) == []
    with pytest.raises(SeasonsRemain):
        set_rota(business.id, [], maya, by=ANNA, now=NOW)
    assert rota_of(business.id, maya) == [USUAL, {}]


@given(*[st.tuples(st.none() | st.sampled_from(SOME_DAYS), st.none() | st.sampled_from(SOME_DAYS))] * 2)
def test_seasons_meet_where_some_date_is_of_both(one, other):
    first, second = (Season(*sorted(it) if None not in it else it, []) for it in (one, other))
    days = [SOME_DAYS[0] - timedelta(1), *SOME_DAYS, SOME_DAYS[-1] + timedelta(1)]
    assert first.meets(second) == any(first.holds_on(it) and second.holds_on(it) for it in days)
