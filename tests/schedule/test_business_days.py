from datetime import UTC, date, datetime

import pytest

from app.schedule.business_days import business_day, day_begins_of
from tests.factories import a_business, berlin, hire, set_week

pytestmark = pytest.mark.usefixtures("app")

FRIDAY, SATURDAY, SUNDAY = date(2027, 3, 5), date(2027, 3, 6), date(2027, 3, 7)


def test_today_is_still_yesterday_until_the_evening_ends() -> None:
    business = a_business()
    set_week(business.id, {4: [(20 * 60, 27 * 60)]})
    assert business_day(business, berlin("2027-03-06 02:59")) == FRIDAY
    assert business_day(business, berlin("2027-03-06 03:00")) == SATURDAY
    assert business_day(business, berlin("2027-03-05 00:10")) == FRIDAY


@pytest.mark.parametrize(
    ("zone", "hour", "today"),
    [
        ("Pacific/Auckland", 23, date(2027, 3, 2)),
        ("America/Los_Angeles", 3, date(2027, 2, 28)),
    ],
)
def test_today_is_the_date_on_the_shops_wall(zone: str, hour: int, today: date) -> None:
    assert business_day(a_business(zone=zone), datetime(2027, 3, 1, hour, tzinfo=UTC)) == today


def test_a_day_begins_at_midnight_or_where_the_evening_before_ends() -> None:
    business = a_business()
    set_week(business.id, {4: [(20 * 60, 27 * 60)]})
    assert day_begins_of(business, FRIDAY, SUNDAY) == {
        FRIDAY: berlin("2027-03-05 00:00"),
        SATURDAY: berlin("2027-03-06 03:00"),
        SUNDAY: berlin("2027-03-07 00:00"),
    }
    assert day_begins_of(business, SATURDAY, SATURDAY) == {SATURDAY: berlin("2027-03-06 03:00")}


def test_who_opens_before_the_evening_ends_begins_the_day() -> None:
    business = a_business()
    set_week(business.id, {4: [(20 * 60, 27 * 60)], 5: [(2 * 60, 2 * 60 + 30)]})
    assert day_begins_of(business, SATURDAY, SATURDAY) == {SATURDAY: berlin("2027-03-06 02:00")}


def test_the_hours_of_a_person_or_of_another_business_move_no_day() -> None:
    business = a_business()
    set_week(business.id, {4: [(20 * 60, 27 * 60)]}, resource_id=hire(business.id, "Maya").resource_id)
    set_week(a_business().id, {4: [(20 * 60, 27 * 60)]})
    assert business_day(business, berlin("2027-03-06 00:10")) == SATURDAY
