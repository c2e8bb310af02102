"""One part of a visit moves: no buffer between parts of one person, and no part in the way of another."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.appointments.booking import Decision, book
from app.appointments.cancelling import cancel
from app.appointments.moving import move
from app.appointments.placing import Wish
from app.appointments.refusals import SlotTaken
from app.appointments.swapping import swap
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.loading import Part
from app.schedule.models import Allocation
from app.schedule.serving import Server
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of, state, taken
from tests.factories import ANNA, a_booking, a_class_date, a_shop, add_need, add_service, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "


def at(clock_time):
    return epoch_minute(berlin(TUESDAY + clock_time))


def a_cut_and_colour(people=1, **more):
    """A shop, and a visit of two half hours from 10:00, each with 10 minutes before and 15 after it.

    `more` is what is different about the second.
    """
    shop = a_shop(people, before_min=10, after_min=15, step_min=5)
    columns = {"minutes": 30, "price_cents": 4500, "before_min": 10, "after_min": 15} | more
    colour = add_service(shop.business.id, "Colour", **columns)
    add_need(shop.business.id, colour.id, [Server(person.resource_id) for person in shop.people])
    maya = (shop.person.resource_id,)
    wish = Wish(shop.service.id, at("10:00"), maya[0], then=(Part(colour.id, maya),))
    olivia = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")
    return shop, *book(shop.business, wish, olivia, by=ANNA, now=clock.now())


def moved(shop, booking, start, end=None, **more):
    times = {"start": at(start), "end": end and at(end)}
    more = {"by": ANNA, "now": clock.now()} | more
    move(shop.business, appointment_of(booking), **times, **more)


def times(*bookings):
    return [f"{start[4:]}-{end}" for booking in bookings for _, start, end in taken(appointment_of(booking))]


def test_two_parts_of_one_person_lie_side_by_side():
    _, cut, colour = a_cut_and_colour()
    assert times(cut, colour) == ["09:50-10:30", "10:30-11:15"]


def test_the_second_part_can_be_longer_where_it_is():
    shop, cut, colour = a_cut_and_colour()
    moved(shop, colour, "10:30", "11:15")
    assert times(cut, colour) == ["09:50-10:30", "10:30-11:30"]


def test_each_part_has_its_buffers_again_once_they_are_apart_and_none_when_they_are_back():
    shop, cut, colour = a_cut_and_colour()
    moved(shop, colour, "14:00")
    assert times(cut, colour) == ["09:50-10:45", "13:50-14:45"]
    moved(shop, colour, "10:30")
    assert times(cut, colour) == ["09:50-10:30", "10:30-11:15"]


def test_a_part_that_is_given_to_somebody_else_needs_its_buffers():
    shop, cut, colour = a_cut_and_colour(people=2)
    moved(shop, colour, "10:30", person_id=shop.people[1].resource_id)
    assert times(cut, colour) == ["09:50-10:45", "10:20-11:15"]


def test_a_part_does_not_lie_on_another_unless_a_manager_says_so():
    shop, cut, colour = a_cut_and_colour()
    before = state()
    with pytest.raises(SlotTaken):
        moved(shop, colour, "10:15")
    assert state() == before
    moved(shop, colour, "10:15", despite={Refusal.BUSY})
    assert times(cut, colour) == ["09:50-10:15", "10:15-10:30*", "10:15-11:00"]


def test_a_buffer_that_grows_back_over_somebody_does_not_stop_a_move():
    shop, cut, colour = a_cut_and_colour(minutes=10, after_min=0)
    sam = a_booking(shop, berlin(TUESDAY + "10:50"), "sam@example.com")
    assert times(cut, colour, sam) == ["09:50-10:30", "10:30-10:40", "10:40-11:35"]
    moved(shop, colour, "14:00")
    assert times(cut, sam) == ["09:50-10:40", "10:40-10:45*", "10:40-11:35"]


def test_a_part_that_was_cancelled_is_no_part_any_more():
    shop, cut, colour = a_cut_and_colour()
    cancel(shop.business, cut, by=ANNA, now=clock.now())
    moved(shop, colour, "10:15")
    assert times(cut, colour) == ["10:05-11:00"]


def test_parts_of_one_person_that_are_swapped_still_need_no_buffer_between_them():
    shop, cut, colour = a_cut_and_colour()
    cut_at, colour_at = appointment_of(cut), appointment_of(colour)
    versions = cut_at.version, colour_at.version
    swap(shop.business, cut_at, colour_at, versions=versions, by=ANNA, now=clock.now())
    assert times(colour, cut) == ["09:50-10:30", "10:30-11:15"]


def rows_of(booking):
    """The ids of what a booking's appointment takes that was asked for."""
    rows = select(Allocation.id).filter_by(appointment_id=booking.appointment_id, asked=True)
    return db.session.scalars(rows).all()


def test_who_was_asked_for_stays_asked_for_in_the_other_parts():
    shop, cut, colour = a_cut_and_colour()
    before = rows_of(cut)
    moved(shop, colour, "14:00")
    assert len(rows_of(cut)) == len(before) == 1
    assert rows_of(cut) != before


def test_a_class_moves_without_what_somebody_in_it_has_booked_besides():
    shop, cut, _ = a_cut_and_colour()
    shop = replace(
        shop, service=add_service(shop.business.id, "Yoga", minutes=30, price_cents=900, capacity=8)
    )
    add_need(shop.business.id, shop.service.id, [Server(shop.person.resource_id)])
    date = a_class_date(shop, berlin(TUESDAY + "14:00"))
    in_it = a_booking(shop, berlin(TUESDAY + "14:00"))
    in_it.visit = cut.visit
    before = rows_of(cut)
    move(shop.business, date, start=at("15:00"), by=ANNA, now=clock.now())
    assert rows_of(cut) == before


def test_nobody_elses_time_is_free_for_a_part():
    shop, _, colour = a_cut_and_colour()
    a_booking(shop, berlin(TUESDAY + "12:00"), "sam@example.com")
    with pytest.raises(SlotTaken):
        moved(shop, colour, "11:30")
