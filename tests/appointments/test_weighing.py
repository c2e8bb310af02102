"""What speaks against a visit, named; what can be had instead; and the dates of a visit that comes again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.appointments.booking import Decision, book
from app.appointments.detours import detours
from app.appointments.entering import Entry, NothingLeft, enter
from app.appointments.models import Booking
from app.appointments.overriding import FOR_CUSTOMERS
from app.appointments.placing import Wish
from app.appointments.repeating import MOST_DATES, turns
from app.appointments.reviewing import review
from app.appointments.suggesting import suggest
from app.appointments.weighing import can_be_set_aside, weigh
from app.business_hours.away import add_days_off
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact
from app.customers.searching import find_customer
from app.schedule.loading import Part
from app.schedule.serving import Server
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute, utc
from tests.factories import (
    ANNA,
    a_booking,
    a_hold,
    a_shop,
    a_timetable,
    a_wish,
    add_need,
    add_service,
    berlin,
    by_the_system,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")
DAY = date(2027, 3, 2)
OLIVIA = Contact("Olivia Park", "olivia@example.com")


def decided(**more):
    return Decision(OLIVIA, "book.example", **more)


def told(shop, wish, **more):
    return [
        (it.refusal, it.person and it.person.name) for it in weigh(shop.business, wish, clock.now(), **more)
    ]


def beard_of(shop):
    beard = add_service(shop.business.id, "Beard", minutes=20, price_cents=2000)
    add_need(shop.business.id, beard.id, [Server(person.resource_id) for person in shop.people])
    return beard


def test_nothing_speaks_against_a_free_time():
    shop = a_shop()
    assert told(shop, a_wish(shop, TEN)) == []


def test_who_is_taken_is_named_with_what_they_do_and_until_when():
    shop = a_shop(2, minutes=45)
    a_booking(shop, TEN, person=shop.person)
    wish = a_wish(shop, TEN + timedelta(minutes=15), shop.person)
    [it] = weigh(shop.business, wish, clock.now())
    assert (it.refusal, it.person.name) == (Refusal.BUSY, "Maya")
    [way] = it.behind.others
    assert (way.service, way.customer, way.starts_at, way.ends_at) == (
        "Haircut",
        "Olivia Park",
        TEN,
        TEN + timedelta(minutes=45),
    )
    assert it.beside is None
    assert told(shop, replace(wish, person_id=None)) == []


def test_what_somebody_books_online_just_now_is_said_to_be_that():
    shop = a_shop()
    a_hold(shop, TEN)
    [it] = weigh(shop.business, a_wish(shop, TEN), clock.now())
    assert it.behind.others[0].customer is None
    later = clock.now() + timedelta(hours=1)
    assert weigh(shop.business, a_wish(shop, TEN), later) == []


def test_where_only_a_buffer_is_in_the_way_that_is_said():
    shop = a_shop(after_min=15)
    a_booking(shop, TEN)
    [it] = weigh(shop.business, a_wish(shop, TEN + timedelta(minutes=30), shop.person), clock.now())
    assert (it.refusal, it.beside.ends_at) == (Refusal.BUSY, TEN + timedelta(minutes=30))


def test_all_reasons_are_told_at_once():
    shop = a_shop()
    by_the_system(add_days_off)(shop.business.id, DAY, DAY, shop.person.resource_id)
    assert told(shop, a_wish(shop, TEN, shop.person)) == [(Refusal.STAFF_OFF, "Maya")]
    evening = a_wish(shop, berlin("2027-03-03 20:05"), shop.person)
    assert {it for it, _name in told(shop, evening)} == {Refusal.CLOSED, Refusal.STAFF_OFF}


def test_each_service_of_a_visit_is_weighed_at_its_own_time():
    shop = a_shop()
    beard = beard_of(shop)
    a_booking(shop, TEN + timedelta(minutes=30))
    wish = replace(a_wish(shop, TEN, shop.person), then=(Part(beard.id, [shop.person.resource_id]),))
    [it] = weigh(shop.business, wish, clock.now())
    assert (it.refusal, it.part, utc(it.start)) == (Refusal.BUSY, 1, TEN + timedelta(minutes=30))
    assert not can_be_set_aside(wish, it.refusal)
    assert can_be_set_aside(a_wish(shop, TEN), it.refusal)


def test_only_the_first_service_of_a_visit_keeps_to_the_steps():
    shop = a_shop(minutes=25)
    wish = replace(a_wish(shop, TEN), then=(Part(beard_of(shop).id),))
    assert told(shop, wish) == []


def test_the_last_part_of_a_visit_may_lie_beyond_what_is_known_of_the_day():
    shop = a_shop(minutes=1440)
    others = (Part(shop.service.id), Part(shop.service.id))
    wish = Wish(shop.service.id, epoch_minute(berlin("2027-03-02 17:00")), then=others)
    assert Refusal.CLOSED in {it for it, _name in told(shop, wish)}


def test_the_limit_of_a_customer_is_told():
    shop = a_shop(customer_limit=1)
    [booking] = book(shop.business, a_wish(shop, TEN), decided(), by=ANNA, now=clock.now())
    olivia = find_customer(shop.business.id, booking.customer_id)
    later = a_wish(shop, TEN + timedelta(hours=2))
    assert told(shop, later) == []
    assert told(shop, later, customer=olivia) == [(Refusal.LIMIT, "Maya")]


def test_free_times_need_neither_notice_nor_window_and_the_nearest_come_first():
    shop = a_shop(notice_amount=3, notice_unit="days", advance_days=4)
    far = date(2027, 4, 6)
    for day in (date(2027, 3, 1), far):
        assert suggest(shop.business, [Part(shop.service.id)], day, None, clock.now()).times
    start = epoch_minute(berlin("2027-04-06 12:00"))
    near = suggest(shop.business, [Part(shop.service.id)], far, start, clock.now()).near
    assert len(near) == 8
    assert {abs(it.start - start) for it in near} <= {0, 15, 30, 45, 60}


def test_where_a_day_is_full_the_next_times_are_offered():
    shop = a_shop()
    found = suggest(shop.business, [Part(shop.service.id)], date(2027, 3, 6), None, clock.now())
    assert found.times == []
    assert [it.day for it in found.later] == [date(2027, 3, 8)] * 3


def test_a_visit_comes_again_at_the_same_time_on_the_wall():
    found = turns("Europe/Berlin", date(2027, 3, 21), 10 * 60, 1, times=3)
    assert [utc(it.start).isoformat() for it in found] == [
        "2027-03-21T09:00:00+00:00",
        "2027-03-28T08:00:00+00:00",
        "2027-04-04T08:00:00+00:00",
    ]


def test_a_time_the_clock_skips_is_no_time_and_of_two_it_is_the_first():
    spring = turns("Europe/Berlin", date(2027, 3, 21), 150, 1, times=2)
    assert [it.start is None for it in spring] == [False, True]
    autumn = turns("Europe/Berlin", date(2027, 10, 24), 150, 1, times=2)
    assert utc(autumn[1].start).isoformat() == "2027-10-31T00:30:00+00:00"


def test_it_comes_again_until_a_day_and_never_more_than_26_times():
    by_day = turns("Europe/Berlin", DAY, 600, 2, until=date(2027, 3, 30))
    assert [it.on.day for it in by_day] == [2, 16, 30]
    assert len(turns("Europe/Berlin", DAY, 600, 1, until=date(2100, 1, 1))) == MOST_DATES
    assert len(turns("Europe/Berlin", DAY, 600, 1, times=99)) == MOST_DATES


def reviewed(shop, times=3, people=None, **more):
    wish = a_wish(shop, TEN, shop.person)
    asked = [
        (turn, replace(wish, start=turn.start) if turn.start else None)
        for turn in turns("Europe/Berlin", DAY, 600, 1, times=times)
    ]
    return review(shop.business, asked, clock.now(), despite=FOR_CUSTOMERS, people=people, **more)


def test_a_date_that_is_taken_can_be_moved_or_given_to_somebody_who_is_free():
    shop = a_shop(3)
    maya, tomas, june = shop.people
    week = timedelta(weeks=1)
    a_booking(shop, TEN + week, person=maya)
    a_booking(shop, TEN + week, person=tomas, email="zoe@example.com")
    first, second, third = reviewed(shop)
    assert (first.is_fine, second.refusal, third.is_fine) == (True, Refusal.BUSY, True)
    assert [it.resource for it in second.detour.people] == [june.resource_id]
    assert utc(second.detour.start) == TEN + week - timedelta(minutes=30)
    [_, alone, _] = reviewed(shop, people={maya.resource_id})
    assert alone.detour.people == ()


def test_a_date_on_which_nothing_is_free_has_no_way_out():
    shop = a_shop()
    by_the_system(add_days_off)(shop.business.id, DAY, DAY)
    [first, *_] = reviewed(shop)
    assert (first.refusal, first.detour.start, first.detour.people) == (Refusal.CLOSED, None, ())


def test_what_was_refused_just_now_counts_even_where_a_second_look_finds_nothing():
    shop = a_shop()
    said = {epoch_minute(TEN): Refusal.LIMIT}
    assert [it.refusal for it in reviewed(shop, 2, known=said)] == [Refusal.LIMIT, None]


def test_reviewing_a_year_asks_as_often_as_two_dates(queries):
    shop = a_shop(2)
    for week in range(0, 8, 2):
        a_booking(shop, TEN + timedelta(weeks=week), person=shop.person, email=f"c{week}@example.com")
    counts = []
    for times in (2, 20):
        with queries() as sent:
            reviewed(shop, times)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8


def test_without_a_refusal_nothing_is_looked_for():
    shop = a_shop()
    assert detours(shop.business, [], clock.now(), None) == []


def entry_of(shop, *wishes, key="a-key-of-a-form-01", **more):
    return Entry(wishes, decided(**more), key)


def test_the_same_form_again_leads_to_the_same_booking():
    shop = a_shop()
    entry = entry_of(shop, a_wish(shop, TEN))
    first = enter(shop.business, entry, by=ANNA, now=clock.now())
    assert enter(shop.business, entry, by=ANNA, now=clock.now()) == first
    assert db.session.query(Booking).count() == 1
    later = entry_of(shop, a_wish(shop, TEN + timedelta(hours=1)))
    assert enter(shop.business, later, by=ANNA, now=clock.now()) != first


def test_a_series_is_entered_whole_and_none_of_it_is_nothing():
    shop = a_shop()
    wishes = [a_wish(shop, TEN + timedelta(weeks=week)) for week in range(3)]
    enter(shop.business, entry_of(shop, *wishes), by=ANNA, now=clock.now())
    bookings = db.session.query(Booking).all()
    assert len({it.series for it in bookings}) == 1
    assert len(bookings) == 3
    with pytest.raises(NothingLeft):
        enter(shop.business, entry_of(shop), by=ANNA, now=clock.now())


def test_a_known_customer_is_booked_for_by_id_and_what_is_new_of_them_is_kept():
    shop = a_shop()
    [booking] = book(shop.business, a_wish(shop, TEN), decided(), by=ANNA, now=clock.now())
    again = replace(OLIVIA, email="other@example.com", phone="+4930123456")
    entry = Entry(
        [a_wish(shop, TEN + timedelta(hours=1))],
        Decision(again, "book.example", customer_id=booking.customer_id, member_note="Pays cash"),
        "another-key-of-16",
    )
    enter(shop.business, entry, by=ANNA, now=clock.now())
    second = db.session.query(Booking).filter(Booking.id != booking.id).one()
    assert second.customer_id == booking.customer_id
    assert second.member_note == "Pays cash"
    assert booking.member_note is None


def test_a_class_that_does_not_happen_then_cannot_be_had():
    shop = a_shop(capacity=3, minutes=60, advance_days=14)
    a_timetable(shop)
    six = a_wish(shop, berlin("2027-03-02 18:00"))
    assert told(shop, six) == []
    assert told(shop, replace(six, places=4)) == [(Refusal.FULL, "Maya")]
    assert [it for it, _name in told(shop, a_wish(shop, TEN))] == [Refusal.OFF_GRID]
