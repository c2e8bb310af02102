from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.business_hours.models import WeeklyHours
from app.business_hours.weekly import set_rota
from app.core.db import db
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import ANNA, a_business, hire, rules_version, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")

SUMMER = {"valid_from": date(2027, 6, 1), "valid_until": date(2027, 8, 31)}


def rows(business, resource=None):
    found = select(WeeklyHours).filter_by(business_id=business.id, resource_id=resource)
    return sorted(
        (it.rota_week, it.rota_of, it.weekday, it.opens_min, it.closes_min, it.valid_from)
        for it in db.session.scalars(found)
    )


def rota(business, weeks, resource=None, **season):
    set_rota(business.id, weeks, resource, by=ANNA, now=NOW, **season)


def test_a_week_is_kept_and_replaced_whole():
    business = a_business()
    set_week(business.id, {0: [(540, 720), (780, 1080)], 5: [(1200, 1620)]})
    assert [it[2:5] for it in rows(business)] == [(0, 540, 720), (0, 780, 1080), (5, 1200, 1620)]
    set_week(business.id, {1: [(0, 1440)]})
    assert [it[2:5] for it in rows(business)] == [(1, 0, 1440)]


def test_a_rota_has_as_many_weeks_as_were_given_and_one_may_be_free():
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    rota(business, [{0: [(540, 1080)]}, {}, {4: [(540, 1080)]}], maya)
    assert rows(business, maya) == [(0, 3, 0, 540, 1080, None), (2, 3, 4, 540, 1080, None)]
    assert rows(business) == []


def test_a_season_replaces_only_itself():
    business = a_business()
    rota(business, [{0: [(540, 1080)]}])
    rota(business, [{0: [(600, 900)]}], **SUMMER)
    rota(business, [{1: [(600, 900)]}], **SUMMER)
    assert rows(business) == [
        (0, 1, 0, 540, 1080, None),
        (0, 1, 1, 600, 900, date(2027, 6, 1)),
    ]
    rota(business, [{}], **SUMMER)
    assert rows(business) == [(0, 1, 0, 540, 1080, None)]


def test_nobody_elses_hours_are_touched():
    business, other = a_business(), a_business()
    maya = hire(business.id, "Maya").resource_id
    for resource in (None, maya):
        set_week(business.id, {0: [(540, 1080)]}, resource)
    set_week(other.id, {0: [(540, 1080)]})
    set_week(business.id, {}, maya)
    assert (len(rows(business)), len(rows(business, maya)), len(rows(other))) == (1, 0, 1)


def test_the_change_is_written_down_with_what_was_and_raises_the_version():
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    before = rules_version(business.id)
    rota(business, [{0: [(540, 1080)]}])
    rota(business, [{0: [(540, 720)]}, {0: [(780, 1080)]}], **SUMMER)
    rota(business, [{4: [(1200, 1620)]}], maya)
    assert rules_version(business.id) == before + 3
    first, second, third = events("hours.changed")
    assert first.changes == {"weekly_hours": [[], [[0, 540, 1080]]]}
    season = ["2027-06-01", "2027-08-31"]
    assert second.changes["weekly_hours"] == [
        [[0, 540, 1080]],
        [[0, 540, 1080], [0, 540, 720, 2, 0, *season], [0, 780, 1080, 2, 1, *season]],
    ]
    assert (first.subject_kind, first.subject_id) == ("business", business.id)
    assert (third.subject_kind, third.subject_id) == ("resource", maya)
    assert (third.actor_name, third.at, third.source) == ("Anna", NOW, "staff")


@pytest.mark.parametrize(
    "week",
    [
        {0: [(600, 600)]},
        {0: [(600, 540)]},
        {0: [(-1, 540)]},
        {0: [(1440, 1500)]},
        {0: [(600, 2041)]},
        {7: [(540, 600)]},
        {-1: [(540, 600)]},
    ],
)
def test_hours_that_cannot_be_are_refused_by_the_table(week):
    business = a_business()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        set_week(business.id, week)
    assert rows(business) == []


def test_a_rota_of_more_than_a_year_or_a_season_that_ends_before_it_begins_is_refused():
    business = a_business()
    day = {0: [(540, 600)]}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        rota(business, [day] * 53)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        rota(business, [day], valid_from=date(2027, 6, 2), valid_until=date(2027, 6, 1))
    rota(business, [day] * 52)
    rota(business, [day], valid_from=date(2027, 6, 1), valid_until=date(2027, 6, 1))


def test_the_hours_of_a_person_of_another_business_cannot_be_set():
    business, other = a_business(), a_business()
    stranger = hire(other.id, "June").resource_id
    with pytest.raises(IntegrityError), db.session.begin_nested():
        set_week(business.id, {0: [(540, 1080)]}, stranger)
