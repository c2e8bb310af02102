"""Customers cancel by themselves, and take that back for ten minutes."""

from datetime import timedelta

import pytest

from app.appointments.allowing import NoOtherTimes, NotByThemselves, TooLateToChange
from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.finding import bookings_of_visit
from app.appointments.refusals import AlreadyBegun, SlotTaken
from app.appointments.withdrawing import take_back, taken_back_with, withdraw
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from tests.appointments.looking import appointment_of, events, state
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.appointments.test_undoing import taken_off_the_timetable
from tests.factories import ANNA, a_booking, a_class_date, a_hold, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app")
OLIVIA = Actor("customer", "Olivia Park")
DAY = "2027-03-04 "


@pytest.fixture
def shop(app, frozen):
    return a_shop()


def again(booking):
    return bookings_of_visit(booking.business_id, booking.visit)


def statuses(booking):
    return [it.status for it in again(booking)]


def withdrawn(shop, *bookings, **more):
    withdraw(shop.business, bookings[0], [it.id for it in bookings], by=OLIVIA, now=clock.now(), **more)
    return statuses(bookings[0])


def test_a_booking_is_cancelled_by_its_customer_and_its_time_is_free(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    assert withdrawn(shop, booking, reason="I am ill") == ["cancelled"]
    assert (booking.cancelled_by, booking.cancel_reason) == ("customer", "I am ill")
    assert not appointment_of(booking).live
    (event,) = events("booking.cancelled")
    assert (event.actor_kind, event.reason, event.changes["told"]) == ("customer", "I am ill", [None, True])
    a_hold(shop, berlin(DAY + "10:00"))


def test_a_second_click_changes_nothing_even_when_it_comes_too_late(shop, frozen):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    withdrawn(shop, booking)
    frozen.move_to(berlin(DAY + "09:00"))
    before = state()
    assert withdrawn(shop, booking) == ["cancelled"]
    assert state() == before


def test_some_parts_of_a_visit_are_cancelled_and_the_others_stay(shop):
    first, second = a_visit_of(shop, a_second(shop))
    assert withdrawn(shop, second) == ["confirmed", "cancelled"]
    assert withdrawn(shop, first, second) == ["cancelled", "cancelled"]
    assert first.cancelled_by == "customer"


def test_what_is_no_part_of_the_visit_is_not_cancelled_with_it(shop):
    mine, other = (
        a_booking(shop, berlin(DAY + "10:00")),
        a_booking(shop, berlin(DAY + "11:00"), "sam@example.com"),
    )
    with pytest.raises(ChangedMeanwhile):
        withdraw(shop.business, mine, [mine.id, other.id], by=OLIVIA, now=clock.now())
    assert (statuses(mine), statuses(other)) == (["confirmed"], ["confirmed"])


def test_until_the_last_moment_and_not_a_second_longer(shop, frozen):
    mine, other = (
        a_booking(shop, berlin(DAY + "10:00")),
        a_booking(shop, berlin(DAY + "11:00"), "sam@example.com"),
    )
    frozen.move_to(berlin("2027-03-03 10:00:00"))
    assert withdrawn(shop, mine) == ["cancelled"]
    frozen.move_to(berlin("2027-03-03 11:00:01"))
    with pytest.raises(TooLateToChange):
        withdrawn(shop, other)


def test_where_the_business_wants_to_be_asked_only_requests_can_be_withdrawn(shop, frozen):
    shop.business.customers_cancel = False
    mine = a_booking(shop, berlin(DAY + "10:00"))
    with pytest.raises(NotByThemselves):
        withdrawn(shop, mine)
    asking = a_shop(approval=True)
    asking.business.customers_cancel = False
    asked = a_booking(asking, berlin(DAY + "10:00"))
    frozen.move_to(berlin(DAY + "09:59"))
    assert withdrawn(asking, asked) == ["cancelled"]


def test_of_a_visit_the_part_that_waits_can_be_withdrawn_after_it_is_too_late_for_the_other(shop, frozen):
    first, asked = a_visit_of(shop, a_second(shop, approval=True))
    frozen.move_to(berlin(DAY + "09:00"))
    with pytest.raises(TooLateToChange):
        withdrawn(shop, first, asked)
    assert withdrawn(shop, asked) == ["confirmed", "cancelled"]


def test_what_has_begun_or_was_declined_is_not_cancelled_any_more(shop, frozen):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    booking.policy = {"leeway": {"move": True, "cancel": True, "until_min": 0, "most_moves": None}}
    shop.business.change_until_min = 0
    frozen.move_to(berlin(DAY + "10:00"))
    with pytest.raises(AlreadyBegun):
        withdrawn(shop, booking)


def test_what_was_cancelled_by_mistake_is_booked_again(shop, frozen):
    first, second = a_visit_of(shop, a_second(shop))
    withdrawn(shop, first, second)
    frozen.shift(599)
    assert {it.id for it in taken_back_with(again(first), clock.now())} == {first.id, second.id}
    take_back(shop.business, first, by=OLIVIA, now=clock.now())
    assert statuses(first) == ["confirmed", "confirmed"]
    before = state()
    take_back(shop.business, first, by=OLIVIA, now=clock.now())
    assert state() == before


def test_only_what_went_last_comes_back(shop, frozen):
    first, second = a_visit_of(shop, a_second(shop))
    withdrawn(shop, second)
    frozen.shift(60)
    withdrawn(shop, first)
    take_back(shop.business, first, by=OLIVIA, now=clock.now())
    assert statuses(first) == ["confirmed", "cancelled"]


def test_after_ten_minutes_nothing_comes_back(shop, frozen):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    withdrawn(shop, booking)
    frozen.shift(601)
    with pytest.raises(ChangedMeanwhile):
        take_back(shop.business, booking, by=OLIVIA, now=clock.now())


def test_somebody_who_was_faster_keeps_the_time(shop):
    first, second = a_visit_of(shop, a_second(shop))
    withdrawn(shop, first, second)
    a_hold(shop, berlin(DAY + "10:30"))
    db.session.commit()
    with pytest.raises(SlotTaken):
        take_back(shop.business, first, by=OLIVIA, now=clock.now())
    db.session.rollback()
    assert statuses(first) == ["cancelled", "cancelled"]


def test_what_a_member_cancelled_and_what_was_only_asked_for_does_not_come_back(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    asking = a_shop(approval=True)
    asked = a_booking(asking, berlin(DAY + "10:00"))
    withdrawn(asking, asked)
    for where, it in ((shop, booking), (asking, asked)):
        assert taken_back_with(again(it), clock.now()) == []
        with pytest.raises(ChangedMeanwhile):
            take_back(where.business, it, by=OLIVIA, now=clock.now())


def test_a_business_that_paused_takes_nothing_back_and_what_has_begun_stays_cancelled(shop, frozen):
    shop.business.change_until_min = 0
    booking = a_booking(shop, berlin(DAY + "10:00"))
    frozen.move_to(berlin(DAY + "09:55"))
    withdrawn(shop, booking)
    shop.business.status = "draft"
    with pytest.raises(NoOtherTimes):
        take_back(shop.business, booking, by=OLIVIA, now=clock.now())
    shop.business.status = "open"
    with pytest.raises(AlreadyBegun):
        take_back(shop.business, booking, by=OLIVIA, now=clock.now() + timedelta(minutes=6))


def test_a_class_that_is_somebody_elses_by_now_is_gone_for_a_customer(app, frozen):
    shop = a_shop(people=2, capacity=3, minutes=60)
    at = berlin(DAY + "18:00")
    date = a_class_date(shop, at)
    booking = a_booking(shop, at)
    withdrawn(shop, booking)
    taken_off_the_timetable(shop, date)
    a_class_date(shop, at, shop.people[1])
    with pytest.raises(SlotTaken):
        take_back(shop.business, booking, by=OLIVIA, now=clock.now())
