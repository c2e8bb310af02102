"""What is ahead, and what of it lies outside the hours after they were changed."""

import dataclasses
from datetime import timedelta

import pytest

from app.appointments import upcoming
from app.appointments.cancelling import cancel
from app.appointments.upcoming import bookings_ahead, bookings_outside
from app.business_hours.away import add_days_off, add_hours_off
from app.business_hours.special import set_special_day
from app.core import clock
from app.core.intervals import Interval
from app.schedule.serving import Server
from tests.factories import (
    ANNA,
    a_booking,
    a_class_date,
    a_hold,
    a_shop,
    a_visit,
    add_need,
    add_service,
    berlin,
    by_the_system,
    hire,
    set_week,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")

days_off, hours_off = by_the_system(add_days_off), by_the_system(add_hours_off)
special = by_the_system(set_special_day)
WEEKDAYS = range(5)


def outside(shop, person=None, **more):
    found = bookings_outside(shop.business, person and person.resource_id, now=clock.now(), **more)
    assert found.count == len(found.first)
    return [it.booking_id for it in found.first]


def open_from(shop, *intervals: Interval, person=None):
    set_week(shop.business.id, dict.fromkeys(WEEKDAYS, intervals), person and person.resource_id)


def test_what_is_ahead_is_listed_by_time_without_holds_and_what_was_given_back():
    shop = a_shop(2)
    late, early, gone = (
        a_booking(shop, berlin(f"2027-03-0{day} 10:00"), f"g{day}@example.com") for day in (4, 2, 3)
    )
    a_hold(shop, berlin("2027-03-02 12:00"))
    cancel(shop.business, gone, by=ANNA, now=clock.now())
    found = bookings_ahead(shop.business.id, since=clock.now())
    assert (found.count, [it.booking_id for it in found.first]) == (2, [early.id, late.id])
    first = found.first[0]
    assert (first.service, first.customer, first.person) == ("Haircut", "Olivia Park", "Maya")
    assert (first.starts_at, first.has_set_times) == (berlin("2027-03-02 10:00"), False)


def test_of_a_person_only_what_takes_their_time_is_listed():
    shop = a_shop(2)
    maya, tomas = shop.people
    hers = a_booking(shop, berlin("2027-03-02 10:00"), person=maya)
    a_booking(shop, berlin("2027-03-02 10:00"), "sam@example.com", person=tomas)
    found = bookings_ahead(shop.business.id, maya.resource_id, since=clock.now())
    assert (found.count, [it.booking_id for it in found.first]) == (1, [hers.id])


def test_a_date_of_a_class_is_ahead_although_nobody_is_in_it_yet():
    shop = a_shop(capacity=8)
    date = a_class_date(shop, berlin("2027-03-02 18:00"))
    (found,) = bookings_ahead(shop.business.id, shop.person.resource_id, since=clock.now()).first
    assert (found.appointment_id, found.booking_id, found.customer) == (date.id, None, None)
    assert (found.service, found.has_set_times) == ("Haircut", True)
    assert outside(shop) == []


def test_nothing_of_another_business_is_ahead():
    shop, other = a_shop(), a_shop()
    a_booking(other, berlin("2027-03-02 10:00"))
    assert bookings_ahead(shop.business.id, since=clock.now()).count == 0
    assert bookings_ahead(shop.business.id, other.person.resource_id, since=clock.now()).count == 0


@pytest.mark.parametrize(
    ("hours", "lies_outside"),
    [
        ([(540, 1080)], False),
        ([(600, 630)], False),
        ([(601, 1080)], True),
        ([(540, 629)], True),
        ([(540, 615), (615, 1080)], False),
        ([(540, 615), (620, 1080)], True),
        ([], True),
    ],
)
def test_a_booking_lies_outside_if_any_of_it_does(hours, lies_outside):
    shop = a_shop()
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    open_from(shop, *hours)
    assert outside(shop) == [booking.id] * lies_outside


def test_a_persons_hours_are_asked_together_with_those_of_the_business():
    shop = a_shop(2)
    maya, tomas = shop.people
    hers = a_booking(shop, berlin("2027-03-02 10:00"), person=maya)
    his = a_booking(shop, berlin("2027-03-02 10:00"), "sam@example.com", person=tomas)
    open_from(shop, (720, 1080), person=maya)
    assert (outside(shop), outside(shop, maya), outside(shop, tomas)) == ([], [hers.id], [])
    open_from(shop, (720, 1080))
    assert (outside(shop), outside(shop, tomas)) == ([hers.id, his.id], [his.id])


def test_buffers_may_lie_outside():
    shop = a_shop(before_min=15, after_min=15)
    a_booking(shop, berlin("2027-03-02 10:00"))
    open_from(shop, (600, 630), person=shop.person)
    assert outside(shop, shop.person) == []


def test_a_person_is_asked_only_when_they_are_at_work():
    shop = a_shop()
    colour = add_service(shop.business.id, "Colour", minutes=90, price_cents=1)
    add_need(shop.business.id, colour.id, [Server(shop.person.resource_id)], stretches=((0, 30), (60, 90)))
    a_booking(dataclasses.replace(shop, service=colour), berlin("2027-03-02 10:00"))
    open_from(shop, (600, 630), (660, 690), person=shop.person)
    assert outside(shop, shop.person) == []
    open_from(shop, (600, 630), (661, 690), person=shop.person)
    assert len(outside(shop, shop.person)) == 1


def test_days_off_hours_off_and_special_days_count():
    shop = a_shop()
    booked = [
        a_booking(shop, berlin(f"2027-03-0{day} 10:00"), f"g{day}@example.com").id for day in (2, 3, 4, 5)
    ]
    days_off(shop.business.id, berlin("2027-03-02 00:00").date(), berlin("2027-03-02 00:00").date())
    hours_off(shop.business.id, berlin("2027-03-03 10:29"), berlin("2027-03-03 11:00"))
    special(shop.business.id, berlin("2027-03-04 00:00").date(), [(630, 700)])
    assert outside(shop) == booked[:3]
    assert outside(shop, within=(berlin("2027-03-03 00:00"), berlin("2027-03-04 00:00"))) == [booked[1]]


def test_classes_are_asked_for_closures_and_time_off_but_not_for_weekly_hours():
    shop = a_shop(capacity=8)
    a_class_date(shop, berlin("2027-03-02 10:00"))
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    open_from(shop, (720, 1080))
    assert outside(shop) == []
    hours_off(shop.business.id, berlin("2027-03-02 10:29"), berlin("2027-03-02 11:00"))
    assert outside(shop) == [booking.id]
    assert outside(shop, shop.person) == [booking.id]


def test_a_class_is_outside_on_a_day_its_trainer_is_off():
    shop = a_shop(capacity=8)
    a_class_date(shop, berlin("2027-03-02 10:00"))
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    day = berlin("2027-03-02 00:00").date()
    days_off(shop.business.id, day, day, shop.person.resource_id)
    assert (outside(shop), outside(shop, shop.person)) == ([], [booking.id])


def test_it_takes_three_statements_however_many_there_are(queries):
    shop = a_shop()
    june = hire(shop.business.id, "June")
    open_from(shop, (540, 570))
    counts = []
    for day in (2, 3):
        for n in range(8):
            a_visit(shop.business, berlin(f"2027-03-0{day} 10:00") + timedelta(hours=n), person=june)
        with queries() as seen:
            assert outside(shop, june)
        counts.append(len(seen))
    assert counts == [3, 3]


def test_however_much_is_ahead_the_first_of_it_is_shown_and_all_of_it_counted(queries, monkeypatch):
    monkeypatch.setattr(upcoming, "MOST_SHOWN", 2)
    shop = a_shop()
    booked = [a_booking(shop, berlin(f"2027-03-02 {hour}:00"), f"g{hour}@x.org").id for hour in (10, 11, 12)]
    with queries() as seen:
        found = bookings_ahead(shop.business.id, shop.person.resource_id, since=clock.now())
    assert len(seen) == 1
    assert (found.count, [it.booking_id for it in found.first]) == (3, booked[:2])
    open_from(shop, (900, 1080))
    found = bookings_outside(shop.business, now=clock.now())
    assert (found.count, [it.booking_id for it in found.first]) == (3, booked[:2])
