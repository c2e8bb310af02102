"""Taken time, places and counts as the engine is told them by the database."""

from datetime import date, datetime, timedelta

import pytest

from app.appointments.class_dates import cancel_date, restore_date
from app.appointments.models import Appointment
from app.appointments.moving import move
from app.appointments.settling import settle
from app.business_hours.away import add_days_off
from app.business_hours.special import set_special_day
from app.businesses.models import Schedule
from app.core.db import db
from app.schedule.allocating import allocate
from app.schedule.facts import ClassDate, Facts
from app.schedule.judging import choose, refusals
from app.schedule.loading import load_facts
from app.schedule.models import Resource
from app.schedule.serving import Server
from app.schedule.slots import open_slots
from app.schedule.stretches import Stretch
from app.schedule.taken import Ignored
from app.schedule.wall_clock import epoch_minute
from tests.conftest import NOW
from tests.factories import (
    ANNA,
    Shop,
    a_class_date,
    a_shop,
    add_need,
    add_resource,
    add_service,
    berlin,
    hire,
    set_week,
)
from tests.schedule.rows import TUESDAY, WEDNESDAY, also_taken, booked, known, minutes, taken

pytestmark = pytest.mark.usefixtures("app", "frozen")

SIX = berlin("2027-03-02 18:00")
AGO, AHEAD = NOW - timedelta(minutes=1), NOW + timedelta(minutes=5)


# Long stays


def lay(shop: Shop, start: datetime, end: datetime) -> Appointment:
    """Time taken as the acts take it."""
    stay = Appointment(business_id=shop.business.id, service_id=shop.service.id, starts_at=start, ends_at=end)
    db.session.add(stay)
    db.session.flush()
    stretch = Stretch(1, shop.person.resource_id, epoch_minute(start), epoch_minute(end))
    assert allocate(shop.business.id, stay.id, [stretch])
    return stay


def longest(shop: Shop) -> int:
    return db.session.get_one(Schedule, shop.business.id, populate_existing=True).longest_min


@pytest.mark.parametrize("days", [5, 300, 400])
def test_a_stay_that_began_long_before_and_ends_long_after_is_in_the_way(days: int) -> None:
    shop = a_shop()
    half = timedelta(days=days / 2)
    lay(shop, berlin("2027-03-02 10:00") - half, berlin("2027-03-02 10:00") + half)
    assert longest(shop) == days * 1440
    facts = known(shop)
    assert facts.longest_taken == days * 1440
    assert [end - start for start, end in facts.busy[shop.person.resource_id]] == [days * 1440]
    assert open_slots(facts, [TUESDAY], NOW) == {TUESDAY: []}


@pytest.mark.parametrize("day", ["2027-03-02", "2027-07-27", "2027-12-26"])
def test_the_first_and_the_last_day_of_a_long_stay_are_as_taken_as_the_others(day: str) -> None:
    shop = a_shop(advance_days=730)
    set_week(shop.business.id, dict.fromkeys(range(7), [(0, 1440)]))
    lay(shop, berlin("2027-03-02 12:00"), berlin("2027-12-26 12:00"))
    on = date.fromisoformat(day)
    starts = {it.start for it in open_slots(known(shop, on), [on], NOW)[on]}
    assert (epoch_minute(berlin(f"{day} 13:00")) in starts) is (day == "2027-12-26")
    assert (epoch_minute(berlin(f"{day} 11:00")) in starts) is (day == "2027-03-02")


def test_the_longest_stay_is_remembered_and_a_shorter_one_does_not_forget_it() -> None:
    shop = a_shop()
    at_first = longest(shop)
    lay(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    assert longest(shop) == at_first
    lay(shop, berlin("2027-04-01 10:00"), berlin("2027-04-11 10:00"))
    lay(shop, berlin("2027-05-01 10:00"), berlin("2027-05-06 10:00"))
    assert longest(shop) == 10 * 1440


def test_a_long_stay_costs_no_statement_more(queries) -> None:
    shop = a_shop()
    lay(shop, berlin("2026-09-01 10:00"), berlin("2027-06-01 10:00"))
    assert shop.business.zone
    assert shop.service.id
    with queries() as sent:
        known(shop, counts=True)
    assert len(sent) == 4


def test_a_buffer_of_two_days_reaches_into_the_facts() -> None:
    shop = a_shop(before_min=1440, after_min=2880)
    taken(shop, berlin("2027-03-01 00:00"), berlin("2027-03-01 00:01"))
    taken(shop, berlin("2027-03-06 00:28"), berlin("2027-03-06 00:29"))
    assert len(known(shop).busy[shop.person.resource_id]) == 2


# Places in classes


def a_studio(**columns: object) -> Shop:
    return a_shop(2, minutes=60, capacity=8, **columns)


def places(
    shop: Shop, first: date = TUESDAY, last: date | None = None, **more: object
) -> list[tuple[datetime, int]]:
    facts = known(shop, first, last, **more)
    return [(datetime.fromtimestamp(it.start * 60, SIX.tzinfo), it.left) for it in facts.classes]


def test_a_class_is_known_with_its_time_its_trainer_and_its_places() -> None:
    shop = a_studio()
    date_of = a_class_date(shop, SIX)
    start = epoch_minute(SIX)
    assert known(shop).classes == [ClassDate(start, start + 60, date_of.id, (shop.person.resource_id,), 8)]
    assert known(shop).busy == {}


def test_places_are_taken_by_who_is_booked_and_by_live_holds_only() -> None:
    shop = a_studio()
    date_of = a_class_date(shop, SIX)
    booked(shop, date_of, 3)
    booked(shop, date_of, 1, held_until=AHEAD)
    booked(shop, date_of, 2, held_until=AGO)
    assert places(shop) == [(SIX, 4)]


def test_what_the_visitor_holds_themselves_is_free_for_them() -> None:
    shop = a_studio()
    date_of = a_class_date(shop, SIX)
    own = booked(shop, date_of, 2, held_until=AHEAD)
    booked(shop, date_of, 5, held_until=AHEAD)
    assert places(shop) == [(SIX, 1)]
    assert places(shop, ignored=Ignored(holds=[own.hold_id])) == [(SIX, 3)]


def test_a_hold_that_runs_out_this_second_is_dead() -> None:
    shop = a_studio()
    date_of = a_class_date(shop, SIX)
    booked(shop, date_of, 2, held_until=NOW)
    booked(shop, date_of, 2, held_until=NOW + timedelta(seconds=1))
    assert places(shop) == [(SIX, 6)]


def test_a_full_class_is_known_and_not_offered() -> None:
    shop = a_studio()
    booked(shop, a_class_date(shop, SIX), 8)
    assert places(shop) == [(SIX, 0)]
    assert open_slots(known(shop), [TUESDAY], NOW) == {TUESDAY: []}
    assert [str(it) for it in refusals(known(shop), epoch_minute(SIX), NOW)] == ["full"]


def test_a_cancelled_date_is_not_offered_and_a_restored_one_is() -> None:
    shop = a_studio()
    date_of = a_class_date(shop, SIX)
    cancel_date(shop.business, date_of, by=ANNA, now=NOW)
    assert places(shop) == []
    restore_date(shop.business, date_of, by=ANNA, now=NOW)
    assert places(shop) == [(SIX, 8)]


def test_a_moved_date_is_offered_where_it_is_and_not_where_it_was() -> None:
    shop = a_studio()
    date_of = a_class_date(shop, SIX)
    move(shop.business, date_of, start=epoch_minute(berlin("2027-03-03 17:00")), by=ANNA, now=NOW)
    assert places(shop, last=WEDNESDAY) == [(berlin("2027-03-03 17:00"), 8)]


def test_only_dates_of_the_days_are_known_nights_included() -> None:
    shop = a_studio()
    for text in ("2027-03-01 23:59", "2027-03-02 00:00", "2027-03-03 23:59", "2027-03-04 00:00"):
        a_class_date(shop, berlin(text), person=hire(shop.business.id, "Somebody else"))
    assert [f"{at:%d %H:%M}" for at, _ in places(shop)] == ["02 00:00", "03 23:59"]


def test_two_trainers_and_a_room_come_in_the_order_of_their_needs() -> None:
    shop = a_studio()
    room = add_resource(shop.business.id, "space", "Hall").id
    first, second = (it.resource_id for it in shop.people)
    add_need(shop.business.id, shop.service.id, [Server(room)], "space")
    add_need(shop.business.id, shop.service.id, [Server(first)])
    date_of = a_class_date(shop, SIX, person=shop.people[1])
    also_taken(shop, date_of, SIX, SIX + timedelta(hours=1), resource=room, need=2)
    also_taken(shop, date_of, SIX, SIX + timedelta(hours=1), resource=first, need=3)
    also_taken(shop, date_of, SIX + timedelta(hours=2), SIX + timedelta(hours=3), resource=first, need=3)
    assert known(shop).classes[0].resources == (second, room, first)


def test_two_trainers_may_give_it_at_one_time_and_each_can_be_asked_for() -> None:
    shop = a_studio()
    dates = [a_class_date(shop, SIX, person=it) for it in shop.people]
    booked(shop, dates[0], 2)
    facts = known(shop)
    assert [it.appointment for it in facts.classes] == [it.id for it in dates]
    start = epoch_minute(SIX)
    for only, expected in (((), dates[1]), ((shop.people[0].resource_id,), dates[0])):
        chosen = choose(facts, start, NOW, only=only)
        assert chosen is not None
        assert chosen.appointment == expected.id


def test_classes_of_another_service_or_business_are_not_known() -> None:
    shop, other = a_studio(), a_studio()
    a_class_date(other, SIX)
    pilates = add_service(shop.business.id, "Pilates", minutes=60, price_cents=1500, capacity=8)
    date_of = a_class_date(shop, SIX)
    date_of.service_id = pilates.id
    db.session.flush()
    assert places(shop) == []


# Counts


def counts(shop: Shop, first: date = TUESDAY, last: date | None = None, **more: object) -> dict[object, int]:
    return dict(known(shop, first, last, counts=True, **more).booked or {})


def test_limits_come_with_the_rules_and_bring_the_counts() -> None:
    shop = a_shop()
    person = db.session.get_one(Resource, (shop.business.id, shop.person.resource_id))
    assert known(shop).booked is None
    person.daily_limit = 4
    db.session.flush()
    assert known(shop).service.performers[0].daily_limit == 4
    assert known(shop).booked == {}
    person.daily_limit, shop.service.daily_limit = None, 7
    db.session.flush()
    assert known(shop).service.daily_limit == 7
    assert known(shop).booked == {}


def test_bookings_of_the_service_are_counted_where_it_has_a_limit() -> None:
    shop = a_shop(daily_limit=9)
    ten = taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    booked(shop, ten)
    other = add_service(shop.business.id, "Colour", minutes=60, price_cents=1)
    twelve = taken(shop, berlin("2027-03-02 12:00"), berlin("2027-03-02 13:00"))
    twelve.service_id = other.id
    booked(shop, twelve)
    assert counts(shop) == {(shop.person.resource_id, TUESDAY): 2, (None, TUESDAY): 1}
    shop.service.daily_limit = None
    db.session.flush()
    assert counts(shop) == {(shop.person.resource_id, TUESDAY): 2}


def test_a_class_counts_once_for_its_trainer_and_each_booking_for_the_service() -> None:
    shop = a_studio(daily_limit=3)
    date_of = a_class_date(shop, SIX)
    booked(shop, date_of, 2)
    own = booked(shop, date_of, 1, held_until=AHEAD)
    booked(shop, date_of, 1, held_until=AGO)
    assert counts(shop) == {(shop.person.resource_id, TUESDAY): 1, (None, TUESDAY): 2}
    without = counts(shop, ignored=Ignored(holds=[own.hold_id]))
    assert without == {(shop.person.resource_id, TUESDAY): 1, (None, TUESDAY): 1}


def test_what_was_given_back_ran_out_or_is_ones_own_is_not_counted() -> None:
    shop = a_shop(daily_limit=3)
    gone = taken(shop, berlin("2027-03-02 09:00"), berlin("2027-03-02 09:30"))
    booked(shop, gone).status = "cancelled"
    settle(shop.business.id, gone.id)
    ran_out = taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 10:30"), held_until=AGO)
    booked(shop, ran_out, held_until=AGO)
    own = taken(shop, berlin("2027-03-02 11:00"), berlin("2027-03-02 11:30"), held_until=AHEAD)
    booked(shop, own, held_until=AHEAD)
    both = {(shop.person.resource_id, TUESDAY): 1, (None, TUESDAY): 1}
    assert counts(shop) == both
    assert counts(shop, ignored=Ignored([own.id])) == {}


def test_bookings_are_counted_for_the_evening_they_belong_to_and_the_days_around() -> None:
    shop = a_shop(daily_limit=9)
    set_week(shop.business.id, dict.fromkeys(range(7), [(1200, 1560)]))
    for text in (
        "2027-03-02 01:59",
        "2027-03-02 02:00",
        "2027-03-03 01:30",
        "2027-03-04 01:59",
    ):
        start = berlin(text)
        booked(shop, taken(shop, start, start + timedelta(minutes=1)))
    of_service = {day: n for (whose, day), n in counts(shop).items() if whose is None}
    assert of_service == {date(2027, 3, 1): 1, TUESDAY: 2, WEDNESDAY: 1}


def test_the_night_after_a_special_evening_counts_for_that_evening() -> None:
    shop = a_shop(daily_limit=9)
    set_special_day(shop.business.id, TUESDAY, [(1200, 1620)], by=ANNA, now=NOW)
    booked(shop, taken(shop, berlin("2027-03-03 01:00"), berlin("2027-03-03 01:30")))
    assert counts(shop)[None, TUESDAY] == 1
    add_days_off(shop.business.id, TUESDAY, TUESDAY, by=ANNA, now=NOW)
    assert counts(shop)[None, WEDNESDAY] == 1


def test_somebodys_bookings_are_those_of_all_services() -> None:
    shop = a_shop(2)
    other = add_service(shop.business.id, "Colour", minutes=60, price_cents=1)
    colour = taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00"))
    colour.service_id = other.id
    db.session.flush()
    facts = known(shop, counts=True)
    assert facts.booked == {(shop.people[0].resource_id, TUESDAY): 1}
    chosen = choose(facts, epoch_minute(berlin("2027-03-02 15:00")), NOW)
    assert chosen is not None
    assert chosen.resources == (shop.people[1].resource_id,)


def test_a_full_day_is_refused_by_what_was_loaded() -> None:
    shop = a_shop(daily_limit=1)
    booked(shop, taken(shop, berlin("2027-03-02 10:00"), berlin("2027-03-02 10:30")))
    facts: Facts = load_facts(shop.business, shop.service.id, TUESDAY, WEDNESDAY, NOW)
    found = open_slots(facts, [TUESDAY, WEDNESDAY], NOW)
    assert [bool(found[day]) for day in (TUESDAY, WEDNESDAY)] == [False, True]
    assert minutes("2027-03-02 10:00", "2027-03-02 10:30") in facts.busy[shop.person.resource_id]
