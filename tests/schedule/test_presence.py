"""Who is there on a day."""

from datetime import date

import pytest

from app.business_hours.away import add_days_off
from app.schedule.presence import ends_of_days, present_on
from tests.factories import a_business, berlin, by_the_system, hire, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")

MONDAY, FRIDAY = date(2027, 3, 1), date(2027, 3, 5)


@pytest.fixture
def business():
    business = a_business()
    set_week(business.id, {0: [(540, 1080)], 4: [(1200, 1560)]})
    return business


def test_a_person_is_there_when_they_and_the_business_are(business):
    maya, tomas, june = (hire(business.id, name).resource_id for name in ("Maya", "Tomás", "June"))
    set_week(business.id, {0: [(480, 750), (795, 1200)]}, maya)
    set_week(business.id, {1: [(540, 600)]}, june)
    assert present_on(business, [maya, tomas, june], MONDAY) == {
        maya: [(540, 750), (795, 1080)],
        tomas: [(540, 1080)],
        june: [],
    }


def test_an_evening_is_shown_on_the_day_it_begins(business):
    maya = hire(business.id, "Maya").resource_id
    assert present_on(business, [maya], FRIDAY) == {maya: [(1200, 1560)]}
    assert present_on(business, [maya], date(2027, 3, 6)) == {maya: []}
    by_the_system(add_days_off)(business.id, FRIDAY, FRIDAY, maya)
    assert present_on(business, [maya], FRIDAY) == {maya: []}


def test_it_takes_one_statement_for_everybody(business, queries):
    team = [hire(business.id, f"Person {n}").resource_id for n in range(12)]
    with queries() as seen:
        assert len(present_on(business, team, MONDAY)) == 12
    assert len(seen) == 1


def test_days_end_at_midnight_or_with_the_evening_even_if_they_are_closed(business):
    by_the_system(add_days_off)(business.id, MONDAY, FRIDAY)
    assert ends_of_days(business, MONDAY, MONDAY) == (berlin("2027-03-01 00:00"), berlin("2027-03-02 00:00"))
    assert ends_of_days(business, MONDAY, FRIDAY) == (berlin("2027-03-01 00:00"), berlin("2027-03-06 02:00"))
