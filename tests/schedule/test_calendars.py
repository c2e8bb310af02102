"""Hours, special days and time off as the engine is told them by the database."""

from datetime import date, datetime, timedelta

import pytest

from app.business_hours import away, special, weekly
from app.businesses.models import Business
from app.core.db import db
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar, Hours
from app.schedule.loading import load_facts
from app.schedule.slots import open_slots
from app.schedule.wall_clock import utc
from tests.conftest import NOW
from tests.factories import BERLIN, a_business, a_shop, berlin, by_the_system, hire, set_week
from tests.schedule.rows import minutes

pytestmark = pytest.mark.usefixtures("app", "frozen")

add_days_off = by_the_system(away.add_days_off)
add_hours_off = by_the_system(away.add_hours_off)
remove_time_off = by_the_system(away.remove_time_off)
set_rota = by_the_system(weekly.set_rota)
set_special_day = by_the_system(special.set_special_day)
clear_special_day = by_the_system(special.clear_special_day)

TUESDAY, WEDNESDAY = date(2027, 3, 2), date(2027, 3, 3)


def known(business: Business, *resources: int, first: date = TUESDAY, last: date | None = None) -> Calendar:
    return with_hours(Calendar(business.zone, first, last or first), business.id, resources)


def test_weekly_hours_come_with_their_season_and_their_week_of_the_rota() -> None:
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    set_rota(business.id, [{0: [(540, 1080)]}, {1: [(600, 660), (720, 780)]}, {}])
    summer = {"valid_from": date(2027, 6, 1), "valid_until": date(2027, 8, 31)}
    set_rota(business.id, [{4: [(1200, 1620)]}], maya, **summer)
    calendar = known(business, maya)
    assert set(calendar.hours[None]) == {
        Hours(0, 540, 1080, rota_week=0, rota_of=3),
        Hours(1, 600, 660, rota_week=1, rota_of=3),
        Hours(1, 720, 780, rota_week=1, rota_of=3),
    }
    assert calendar.hours[maya] == (Hours(4, 1200, 1620, **summer),)


def test_hours_of_whoever_was_not_asked_for_are_left_out() -> None:
    business = a_business()
    maya, june = (hire(business.id, name).resource_id for name in ("Maya", "June"))
    for resource in (maya, june):
        set_week(business.id, {0: [(540, 1080)]}, resource)
        set_special_day(business.id, TUESDAY, [(600, 660)], resource)
        add_days_off(business.id, TUESDAY, TUESDAY, resource)
        add_hours_off(business.id, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"), resource)
    calendar = known(business, maya)
    for known_of in (calendar.hours, calendar.special, calendar.off, calendar.blocked):
        assert set(known_of) == {maya}


def test_special_days_come_with_all_their_intervals_and_closed_ones_with_none() -> None:
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    set_special_day(business.id, TUESDAY, [(540, 720), (1200, 1620)])
    set_special_day(business.id, WEDNESDAY, [])
    set_special_day(business.id, TUESDAY, [(0, 1440)], maya)
    assert known(business, maya).special == {
        None: {TUESDAY: [(540, 720), (1200, 1620)], WEDNESDAY: []},
        maya: {TUESDAY: [(0, 1440)]},
    }
    clear_special_day(business.id, TUESDAY)
    assert known(business).special == {None: {WEDNESDAY: []}}


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2027-02-27", "2027-02-27", ""),
        ("2027-02-20", "2027-02-28", "28"),
        ("2027-02-28", "2027-03-05", "28 01 02 03 04 05"),
        ("2027-03-05", "2027-03-31", "05"),
        ("2027-03-06", "2027-03-31", ""),
        ("2027-01-01", "2027-12-31", "28 01 02 03 04 05"),
    ],
)
def test_days_off_are_known_as_far_as_they_matter(first: str, last: str, found: str) -> None:
    business = a_business()
    add_days_off(business.id, date.fromisoformat(first), date.fromisoformat(last))
    days = sorted(known(business).off.get(None, ()))
    assert [f"{day:%d}" for day in days] == found.split()


def test_several_holidays_become_one_list_of_days() -> None:
    business = a_business()
    add_days_off(business.id, TUESDAY, TUESDAY)
    add_days_off(business.id, TUESDAY, WEDNESDAY)
    assert known(business).off == {None: {TUESDAY, WEDNESDAY}}


def test_hours_off_are_minutes_and_become_one_where_they_touch() -> None:
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    add_hours_off(business.id, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"), maya)
    add_hours_off(business.id, berlin("2027-03-02 11:00"), berlin("2027-03-02 12:00"), maya)
    add_hours_off(business.id, berlin("2027-03-02 14:00:30"), berlin("2027-03-02 14:29:30"), maya)
    assert known(business, maya).blocked == {
        maya: [
            minutes("2027-03-02 10:00", "2027-03-02 12:00"),
            minutes("2027-03-02 14:00", "2027-03-02 14:30"),
        ]
    }


def test_hours_off_that_began_long_ago_or_end_much_later_are_known() -> None:
    business = a_business()
    add_hours_off(business.id, berlin("2026-01-01 00:00"), berlin("2027-12-31 00:00"))
    assert known(business).blocked == {None: [minutes("2026-01-01 00:00", "2027-12-31 00:00")]}
    add_hours_off(business.id, berlin("2027-01-01 00:00"), berlin("2027-01-02 00:00"))
    assert len(known(business).blocked[None]) == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_nothing_that_could_matter_is_left_out_in_any_zone(zone: str) -> None:
    business = a_business(zone=zone)
    set_week(business.id, dict.fromkeys(range(7), [(1439, 2879)]))
    clock, day = known(business).clock, timedelta(1)
    # From the first evening that reaches into the day to the end of a visit that begins in its own night.
    since, until = clock.opening(TUESDAY - day, 0), clock.closing(TUESDAY + day, 2880)
    edges = [(since, since + 1), (until - 1, until)]
    for start, end in edges:
        add_hours_off(business.id, berlin_of(start), berlin_of(end))
    assert known(business).blocked == {None: edges}


def berlin_of(minute: int) -> datetime:
    return utc(minute).astimezone(BERLIN)


def test_another_business_is_not_heard_of() -> None:
    business, other = a_business(), a_business()
    maya, june = hire(business.id, "Maya").resource_id, hire(other.id, "June").resource_id
    set_week(other.id, {0: [(540, 1080)]})
    for resource in (None, june):
        set_special_day(other.id, TUESDAY, [], resource)
        add_days_off(other.id, TUESDAY, TUESDAY, resource)
        add_hours_off(other.id, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"), resource)
    calendar = known(business, maya, june)
    assert (calendar.hours, calendar.special, calendar.off, calendar.blocked) == ({}, {}, {}, {})


def test_it_is_one_statement_whatever_there_is(queries) -> None:
    business = a_business()
    people = [hire(business.id, name).resource_id for name in ("Maya", "June", "Kai")]
    for day in range(20):
        set_special_day(business.id, TUESDAY + timedelta(day), [(600, 660), (720, 780)], people[day % 3])
        add_days_off(business.id, TUESDAY + timedelta(day), TUESDAY + timedelta(day), people[day % 2])
    db.session.flush()
    calendar, business_id = Calendar(business.zone, TUESDAY, TUESDAY + timedelta(60)), business.id
    with queries() as sent:
        with_hours(calendar, business_id, people)
    assert len(sent) == 1


def test_the_page_follows_what_the_owner_wrote_down() -> None:
    shop = a_shop(2)
    maya, tomas = (it.resource_id for it in shop.people)

    def offered(day: date = TUESDAY) -> list[tuple[str, tuple[int, ...]]]:
        facts = load_facts(shop.business, shop.service.id, day, day, NOW)
        slots = open_slots(facts, [day], NOW)[day]
        return [(f"{berlin_of(it.start):%H:%M}", it.free[0]) for it in slots]

    assert offered()[0] == ("09:00", (maya, tomas))
    set_special_day(shop.business.id, TUESDAY, [(600, 660)])
    assert offered() == [(it, (maya, tomas)) for it in ("10:00", "10:15", "10:30")]
    away = add_days_off(shop.business.id, TUESDAY, TUESDAY, maya)
    assert offered() == [(it, (tomas,)) for it in ("10:00", "10:15", "10:30")]
    add_hours_off(shop.business.id, berlin("2027-03-02 10:00"), berlin("2027-03-02 10:20"), tomas)
    assert offered() == [("10:20", (tomas,))]
    remove_time_off(away)
    add_days_off(shop.business.id, TUESDAY, TUESDAY)
    assert offered() == []
    assert offered(WEDNESDAY)[0] == ("09:00", (maya, tomas))
