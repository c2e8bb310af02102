from datetime import UTC, date, datetime

import pytest

from app.schedule.business_days import business_day, day_begins_of, hours_of_week
from tests.factories import a_business, berlin, hire, set_rota, set_week

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


def test_the_week_of_a_business_is_that_of_its_season_and_of_its_rota() -> None:
    business = a_business()
    set_week(business.id, {0: [(780, 1080), (540, 720)], 5: [(540, 720)]})
    set_rota(
        business.id,
        [{2: [(600, 660)]}, {2: [(700, 760)]}],
        valid_from=date(2027, 6, 1),
        valid_until=date(2027, 6, 30),
    )
    assert hours_of_week(business, FRIDAY) == [[(540, 720), (780, 1080)], [], [], [], [], [(540, 720)], []]
    assert hours_of_week(business, date(2027, 6, 10)) == [[], [], [(700, 760)], [], [], [], []]
    assert hours_of_week(business, date(2027, 6, 17)) == [[], [], [(600, 660)], [], [], [], []]


def test_while_a_season_lasts_other_hours_do_not_count() -> None:
    business = a_business()
    set_week(business.id, dict.fromkeys(range(7), [(540, 1080)]))
    since, until = date(2027, 3, 6), date(2027, 3, 7)
    set_rota(business.id, [{5: [(600, 660)]}], valid_from=since, valid_until=until)
    week = hours_of_week(business, FRIDAY)
    assert week[4:] == [[(540, 1080)], [(600, 660)], []]
