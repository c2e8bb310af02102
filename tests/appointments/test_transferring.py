from dataclasses import replace

import pytest

from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.settling import settle
from app.appointments.transferring import move_place
from app.core import clock
from app.schedule.verdict import Refusal
from tests.appointments.looking import appointment_of, events, state
from tests.factories import ANNA, a_booking, a_class_date, a_hold, a_shop, add_service, berlin, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY, FRIDAY = berlin("2027-03-02 10:00"), berlin("2027-03-05 10:00")
LATE_ON_TUESDAY = berlin("2027-03-02 15:00")


def a_class(places=2):
    """A class with a date on Tuesday and one on Friday."""
    shop = a_shop(capacity=places)
    return shop, a_class_date(shop, TUESDAY), a_class_date(shop, FRIDAY)


def transferred(shop, booking, to, **more):
    more = {"by": ANNA, "now": clock.now()} | more
    move_place(shop.business, booking, date_id=to.id, **more)
    return booking


def refused(error, shop, booking, to, **more):
    appointment_of(booking)
    before = state()
    with pytest.raises(error):
        transferred(shop, booking, to, **more)
    assert state() == before


def test_one_member_of_a_class_comes_on_another_date():
    shop, first, second = a_class()
    booking = transferred(shop, a_booking(shop, TUESDAY), second, reason="away")
    assert (booking.appointment_id, booking.local_start.day, booking.schedule_seq) == (second.id, 5, 1)
    assert (first.places_taken, second.places_taken, first.live) == (0, 1, True)
    [event] = events("booking.moved")
    assert event.changes["appointment"] == [first.id, second.id]
    assert (event.subject_id, event.reason) == (booking.id, "away")


def test_there_and_back_again_is_where_it_was():
    shop, first, second = a_class()
    booking = a_booking(shop, TUESDAY)
    for to in (second, first):
        transferred(shop, booking, to)
    assert (booking.appointment_id, booking.local_start.day, booking.schedule_seq) == (first.id, 2, 2)
    assert (first.places_taken, second.places_taken) == (1, 0)


def test_coming_to_the_same_date_changes_nothing():
    shop, _, second = a_class()
    booking = transferred(shop, a_booking(shop, TUESDAY), second)
    before = state()
    transferred(shop, booking, second)
    assert state() == before


def test_a_full_date_is_refused_unless_a_manager_says_so():
    shop, _, second = a_class()
    booking = a_booking(shop, TUESDAY)
    for name in ("sam", "kim"):
        a_booking(shop, FRIDAY, f"{name}@example.com")
    refused(SlotTaken, shop, booking, second)
    transferred(shop, booking, second, despite={Refusal.FULL})
    assert (second.places_taken, second.overbooked) == (3, True)
    assert events("booking.moved")[0].changes["overridden"] == [None, ["full"]]


def test_a_day_that_has_its_fill_is_full_for_others_but_not_for_who_is_there():
    shop = a_shop(capacity=2, daily_limit=1)
    dates = [a_class_date(shop, at) for at in (TUESDAY, LATE_ON_TUESDAY, FRIDAY)]
    booking, other = a_booking(shop, TUESDAY), a_booking(shop, FRIDAY, "sam@example.com")
    transferred(shop, booking, dates[1])
    refused(SlotTaken, shop, other, dates[0])
    refused(SlotTaken, shop, booking, dates[2])
    assert [date.places_taken for date in dates] == [0, 1, 1]


def test_the_night_belongs_to_the_day_before_when_bookings_are_counted():
    shop = a_shop(capacity=2, daily_limit=1)
    set_week(shop.business.id, dict.fromkeys(range(5), [(18 * 60, 26 * 60)]))
    evening, night = berlin("2027-03-02 23:00"), berlin("2027-03-03 00:30")
    dates = [a_class_date(shop, at) for at in (evening, night)]
    booking = a_booking(shop, evening)
    for to in reversed(dates):
        transferred(shop, booking, to)
    assert booking.local_start.day == 2


def test_a_customer_with_all_they_may_have_ahead_can_still_come_on_another_date():
    shop = a_shop(capacity=2, customer_limit=1)
    _, second = (a_class_date(shop, at) for at in (TUESDAY, FRIDAY))
    assert transferred(shop, a_booking(shop, TUESDAY), second).local_start.day == 5


def test_who_comes_with_a_friend_needs_two_places():
    shop, _, second = a_class(places=2)
    booking = a_booking(shop, TUESDAY)
    booking.places = 2
    settle(shop.business.id, booking.appointment_id)
    sam = a_booking(shop, FRIDAY, "sam@example.com")
    refused(SlotTaken, shop, booking, second)
    cancel(shop.business, sam, by=ANNA, now=clock.now())
    transferred(shop, booking, second)
    assert second.places_taken == 2


def test_what_dead_holds_keep_of_a_date_is_free(frozen):
    shop, _, second = a_class(places=2)
    booking = a_booking(shop, TUESDAY)
    a_hold(shop, FRIDAY)
    a_booking(shop, FRIDAY, "sam@example.com")
    refused(SlotTaken, shop, booking, second)
    frozen.shift(600)
    transferred(shop, booking, second)
    assert second.places_taken == 2


def test_of_two_dates_at_one_time_it_is_the_chosen_one():
    shop = a_shop(people=2, capacity=2)
    first = a_class_date(shop, TUESDAY)
    emptier = a_class_date(shop, FRIDAY)
    chosen = a_class_date(shop, FRIDAY, shop.people[1])
    booking = a_booking(shop, TUESDAY)
    a_booking(shop, FRIDAY, "sam@example.com", person=shop.people[1])
    transferred(shop, booking, chosen)
    assert (booking.appointment_id, booking.performer_name) == (chosen.id, "Tomás")
    refused(SlotTaken, shop, a_booking(shop, TUESDAY, "kim@example.com"), chosen)
    transferred(shop, booking, emptier)
    assert (booking.appointment_id, booking.performer_name) == (emptier.id, "Maya")
    assert [date.places_taken for date in (first, emptier, chosen)] == [1, 1, 1]


def test_there_is_no_place_on_a_date_that_died_or_is_of_something_else():
    shop = a_shop(people=2, capacity=2)
    a_class_date(shop, TUESDAY)
    booking = a_booking(shop, TUESDAY)
    died, _at_that_time = (a_class_date(shop, FRIDAY, person) for person in shop.people)
    died.scheduled = False
    settle(shop.business.id, died.id)
    _, _, elsewhere = a_class()
    another_class = add_service(shop.business.id, "Pilates", minutes=30, price_cents=None, capacity=2)
    of_another = a_class_date(replace(shop, service=another_class), FRIDAY)
    for date in (died, elsewhere, of_another):
        refused(NotOffered, shop, booking, date, despite=set(Refusal))


def test_a_date_that_has_begun_is_too_late(frozen):
    shop, first, _ = a_class()
    booking = a_booking(shop, FRIDAY)
    frozen.move_to(TUESDAY)
    frozen.shift(60)
    refused(NotOffered, shop, booking, first)


def test_a_visit_has_no_other_dates():
    shop = a_shop()
    other = appointment_of(a_booking(shop, FRIDAY, "sam@example.com"))
    refused(NotOffered, shop, a_booking(shop, TUESDAY), other)


def test_what_was_given_back_or_is_only_held_has_no_place_to_move():
    shop, _, second = a_class()
    booking = a_booking(shop, TUESDAY)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    refused(ChangedMeanwhile, shop, booking, second)
    refused(ChangedMeanwhile, shop, a_hold(shop, TUESDAY), second)


def test_a_booking_of_another_business_is_out_of_reach():
    shop, _, second = a_class()
    other, *_ = a_class()
    booking = a_booking(other, TUESDAY)
    with pytest.raises(LookupError):
        transferred(shop, booking, second)
    assert booking.local_start.day == 2
