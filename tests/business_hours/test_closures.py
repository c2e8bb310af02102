"""When a business is closed, and why."""

from datetime import date, timedelta

import pytest

from app.business_hours.away import add_days_off, add_hours_off
from app.business_hours.closures import Closure, join_closures, own_days
from app.business_hours.special import set_special_day
from app.businesses.models import Business
from tests.conftest import NOW
from tests.factories import ANNA, a_business, berlin, hire

EVE = date(2027, 12, 24)
FIRST, LAST = date(2027, 11, 8), date(2028, 1, 7)


def day(number: int) -> date:
    return EVE + timedelta(number)


@pytest.fixture
def business(app: object, frozen: object) -> Business:
    return a_business()


def found(business: Business) -> list[Closure]:
    return own_days(business.id, FIRST, LAST, business.zone).closures


def test_a_holiday_and_a_closed_day_are_closures_and_a_short_day_is_none(business: Business) -> None:
    set_special_day(business.id, EVE, [(540, 720)], label="Christmas Eve", by=ANNA, now=NOW)
    set_special_day(business.id, day(-10), [], label="Stocktaking", by=ANNA, now=NOW)
    add_days_off(business.id, day(1), day(8), reason="Christmas", by=ANNA, now=NOW)
    assert found(business) == [
        Closure(day(-10), day(-10), "Stocktaking"),
        Closure(day(1), day(8), "Christmas"),
    ]


def test_what_is_not_of_the_business_or_not_of_these_days_is_left_out(business: Business) -> None:
    maya = hire(business.id, "Maya").resource_id
    add_days_off(business.id, EVE, EVE, maya, by=ANNA, now=NOW)
    set_special_day(business.id, EVE, [], maya, by=ANNA, now=NOW)
    add_days_off(a_business().id, EVE, EVE, by=ANNA, now=NOW)
    add_days_off(business.id, FIRST - timedelta(3), FIRST - timedelta(1), by=ANNA, now=NOW)
    add_days_off(business.id, LAST + timedelta(1), LAST + timedelta(3), by=ANNA, now=NOW)
    assert found(business) == []
    add_days_off(business.id, LAST, LAST + timedelta(3), by=ANNA, now=NOW)
    assert found(business) == [Closure(LAST, LAST + timedelta(3))]


def test_hours_off_stand_on_the_days_of_the_shops_clock(business: Business) -> None:
    meeting = berlin("2027-12-03 14:00"), berlin("2027-12-03 16:00")
    night = berlin("2027-12-06 20:00"), berlin("2027-12-07 00:00")
    add_hours_off(business.id, *meeting, reason="Meeting", by=ANNA, now=NOW)
    add_hours_off(business.id, *night, by=ANNA, now=NOW)
    assert found(business) == [
        Closure(date(2027, 12, 3), date(2027, 12, 3), "Meeting", *meeting),
        Closure(date(2027, 12, 6), date(2027, 12, 6), None, *night),
    ]


def test_dates_of_one_reason_are_one_closure() -> None:
    assert join_closures(Closure(day(n), day(n), "Christmas") for n in (2, 0, 1)) == [
        Closure(day(0), day(2), "Christmas")
    ]
    apart = [Closure(day(0), day(0), "Christmas"), Closure(day(2), day(2), "Christmas")]
    assert join_closures(apart) == apart
    other = [Closure(day(0), day(0), "Christmas"), Closure(day(1), day(1), "Repairs")]
    assert join_closures(other) == other


def test_a_closure_within_another_says_nothing_new() -> None:
    long = Closure(day(0), day(8), "Christmas")
    part = Closure(day(3), day(3), "Meeting", berlin("2027-12-27 10:00"), berlin("2027-12-27 11:00"))
    assert join_closures([Closure(day(2), day(2), "Boxing day"), part, long]) == [long]
    assert join_closures([part, Closure(day(4), day(8))]) == [part, Closure(day(4), day(8))]


def test_a_date_is_called_by_its_own_name_before_that_of_a_closure(business: Business) -> None:
    set_special_day(business.id, day(1), [], label="Christmas Day", by=ANNA, now=NOW)
    add_days_off(business.id, day(1), day(8), reason="Winter break", by=ANNA, now=NOW)
    own = own_days(business.id, FIRST, LAST, business.zone)
    assert [own.why(day(n)) for n in (0, 1, 2)] == [None, "Christmas Day", "Winter break"]
