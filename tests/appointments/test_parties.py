"""Two who come together, held and confirmed as one visit."""

import pytest

from app.appointments.confirming import confirm, wish_of
from app.appointments.finding import bookings_of_visit
from app.appointments.free_times import next_times
from app.appointments.holding import hold
from app.appointments.placing import Wish
from app.appointments.refusals import SlotTaken
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.loading import Part
from app.schedule.models import Allocation
from app.schedule.wall_clock import epoch_minute
from tests.factories import a_booking, a_hold, a_shop, a_visitor, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")
OLIVIA = Contact("Olivia Park", "olivia@example.com", guest_name="Sam Park")


@pytest.fixture
def shop(app):
    return a_shop(people=2)


def a_wish_for_two(shop, at=TEN, *, together=True, only=()):
    return Wish(
        shop.service.id,
        epoch_minute(at),
        then=(Part(shop.service.id, only, guest=2),),
        together=together,
    )


def held_for_two(shop, **more):
    first = hold(shop.business, a_wish_for_two(shop, **more), a_visitor(), by=VISITOR, now=clock.now())
    return bookings_of_visit(shop.business.id, first.visit)


def test_two_are_held_at_the_same_time_with_two_people(shop):
    bookings = held_for_two(shop)
    assert [it.guest for it in bookings] == [1, 2]
    assert [it.local_start.hour for it in bookings] == [10, 10]
    assert {it.performer_name for it in bookings} == {"Maya", "Tomás"}
    taken = db.session.query(Allocation).filter_by(business_id=shop.business.id, live=True).all()
    assert {it.resource_id for it in taken} == {it.resource_id for it in shop.people}


def test_two_come_one_after_the_other_with_one_person(shop):
    one, other = held_for_two(shop, together=False)
    assert (one.local_start.time().isoformat(), other.local_start.time().isoformat()) == (
        "10:00:00",
        "10:30:00",
    )
    assert one.performer_name == other.performer_name
    assert other.guest == 2


def test_the_person_who_was_asked_for_looks_after_the_second(shop):
    maya = shop.person.resource_id
    one, other = held_for_two(shop, only=(maya,))
    assert (one.performer_name, other.performer_name) == ("Tomás", "Maya")


def test_where_one_of_two_is_taken_neither_is_held(shop):
    a_hold(shop, TEN)
    with pytest.raises(SlotTaken):
        held_for_two(shop)


def test_both_are_confirmed_and_the_second_has_a_name(shop):
    one, other = held_for_two(shop)
    confirm(shop.business, one, OLIVIA, by=VISITOR, now=clock.now(), host="book.example")
    assert [it.status for it in (one, other)] == ["confirmed", "confirmed"]
    assert (one.guest_name, other.guest_name) == (None, "Sam Park")
    assert one.customer_id == other.customer_id


@pytest.mark.parametrize("together", [True, False])
def test_what_was_wanted_can_be_read_from_what_is_held(shop, together):
    wanted = a_wish_for_two(shop, together=together)
    assert wish_of(held_for_two(shop, together=together)) == wanted


def test_a_visit_of_two_that_ran_out_is_taken_again_together(shop, frozen):
    one, other = held_for_two(shop)
    frozen.shift(3600)
    a_hold(shop, berlin("2027-03-02 15:00"))
    confirm(shop.business, one, OLIVIA, by=VISITOR, now=clock.now(), host="book.example")
    assert [it.status for it in (one, other)] == ["confirmed", "confirmed"]
    assert one.local_start == other.local_start


def test_other_times_for_two_are_times_at_which_both_can_come(shop):
    for hour in range(10, 18):
        for half in ("00", "30"):
            a_booking(shop, berlin(f"2027-03-02 {hour}:{half}"), person=shop.person)
    wish = a_wish_for_two(shop)
    found = next_times(shop.business, wish, clock.now())
    assert [time.wire[:16] for time in found] == ["2027-03-03T09:00", "2027-03-03T09:15", "2027-03-03T09:30"]
    apart = next_times(shop.business, a_wish_for_two(shop, together=False), clock.now())
    assert apart[0].wire[:16] == "2027-03-02T10:00"


def test_the_zone_of_the_customer_is_kept_from_the_beginning(shop):
    wish = Wish(shop.service.id, epoch_minute(TEN), zone="Asia/Tokyo")
    booking = hold(shop.business, wish, a_visitor(), by=VISITOR, now=clock.now())
    confirm(shop.business, booking, OLIVIA, by=VISITOR, now=clock.now(), host="book.example")
    assert booking.customer_zone == "Asia/Tokyo"
    assert booking.zone == "Europe/Berlin"
