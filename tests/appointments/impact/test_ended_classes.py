"""A class time ends: what becomes of those who are in its later dates, and that nobody else gets in."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.appointments.cancelling import cancel
from app.appointments.confirming import confirm
from app.appointments.models import Appointment, Booking
from app.appointments.offering_times import take_offered
from app.appointments.undoing import undo
from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.customers.meeting import Contact
from app.schedule.loading import load_facts
from app.schedule.models import Allocation
from app.schedule.slots import open_slots
from tests.factories import (
    ANNA,
    a_booking,
    a_hold,
    a_membership,
    a_shop,
    a_timetable,
    berlin,
    signed_in,
)
from tests.impact import choices, decide
from tests.reading import soup, words
from tests.waitlist.waiting import offers, waits

FIRST, NEXT = berlin("2027-03-02 18:00"), berlin("2027-03-09 18:00")
CUSTOMER = Actor("customer", "Olivia Park")


@pytest.fixture
def shop(app, frozen):
    """A class of two places with a Tuesday and a Thursday time; either of two people can lead it."""
    shop = a_shop(2, capacity=2, minutes=60, advance_days=14)
    a_timetable(shop)
    a_timetable(shop, weekday=3)
    return shop


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "manager").user)


@pytest.fixture
def booking(shop):
    return a_booking(shop, NEXT)


def pages(shop):
    return f"/manage/{shop.business.slug}/services/{shop.service.id}/timetable"


def end(shop, manager, last_on="2027-03-01"):
    """Tuesdays end."""
    tuesday = db.session.scalar(select(Appointment.class_time_id).filter_by(starts_at=NEXT))
    return manager.post(f"{pages(shop)}/{tuesday}/ending", data={"last_on": last_on})


def again(booking):
    return db.session.get(Booking, (booking.business_id, booking.id), populate_existing=True)


def date_of(booking):
    key = (booking.business_id, booking.appointment_id)
    return db.session.get(Appointment, key, populate_existing=True)


def offered(shop):
    """The days customers can choose from, with the places left."""
    facts = load_facts(shop.business, shop.service.id, date(2027, 3, 1), date(2027, 3, 14), clock.now())
    found = open_slots(facts, [date(2027, 3, 1) + timedelta(n) for n in range(14)], clock.now())
    return {day.day: slot.left for day, slots in found.items() for slot in slots}


def told(client):
    """What the next page says above itself."""
    with client.session_transaction() as session:
        return [message for _kind, message in session.pop("_flashes", [])]


def is_free(shop, at, person=0):
    """Whether nothing takes the time of a person at a moment."""
    taken = select(Allocation.id).where(
        Allocation.resource_id == shop.people[person].resource_id,
        Allocation.live,
        Allocation.starts_at <= at,
        Allocation.ends_at > at,
    )
    return db.session.scalar(taken) is None


def test_a_date_whose_bookings_are_all_cancelled_is_given_back_and_offered_to_nobody(shop, manager, booking):
    a_booking(shop, NEXT, "ben@example.com")
    waiting = waits(shop, date(2027, 3, 9))
    answer = end(shop, manager)
    assert [words(it) for it in soup(answer).select(".impact-why")] == ["Its class time has ended by then"]
    assert decide(manager, answer, {booking.appointment_id: "cancel"}).status_code == 303
    assert told(manager) == ["This class time ends."]
    assert again(booking).status == "cancelled"
    assert not date_of(booking).live
    assert is_free(shop, NEXT)
    assert offered(shop) == {4: 2, 11: 2}
    assert offers(waiting) == []


def test_a_date_that_is_kept_stands_for_those_in_it_and_takes_nobody_else(shop, manager, booking):
    full = a_booking(shop, FIRST, "ann@example.com"), a_booking(shop, FIRST, "ben@example.com")
    waiting = waits(shop, date(2027, 3, 2))
    answer = end(shop, manager)
    assert decide(manager, answer, {booking.appointment_id: "cancel"}).status_code == 303
    assert told(manager)[1] == "1 later date is booked and stands until you cancel it below."
    assert offered(shop) == {4: 2, 11: 2}
    cancel(shop.business, full[0], by=ANNA, now=clock.now())
    assert date_of(full[1]).live
    assert offered(shop) == {4: 2, 11: 2}
    cancel(shop.business, full[1], by=CUSTOMER, now=clock.now())
    assert not date_of(full[1]).live
    assert is_free(shop, FIRST)
    assert offers(waiting) == []


def test_what_is_offered_instead_is_on_the_timetable_and_the_last_who_takes_it_frees_the_date(
    shop, manager, booking
):
    a_booking(shop, FIRST, "ann@example.com")
    answer = end(shop, manager)
    assert decide(manager, answer, {booking.appointment_id: "offer"}).status_code == 303
    assert len(told(manager)) == 2
    times = sorted(again(booking).offered)
    assert times == [berlin("2027-03-04 18:00"), berlin("2027-03-11 18:00")]
    was = booking.appointment_id
    take_offered(shop.business, again(booking), start=times[1], by=CUSTOMER, now=clock.now())
    assert again(booking).appointment.starts_at == times[1]
    assert not db.session.get(Appointment, (shop.business.id, was), populate_existing=True).live
    assert is_free(shop, NEXT)
    assert offered(shop) == {4: 2, 11: 1}


def test_a_date_is_given_to_somebody_else_at_its_time_with_all_who_are_in_it(shop, manager, booking):
    answer = end(shop, manager)
    assert [it.split(",")[0] for it in choices(answer).popitem()[1] if "Give" in it] == ["Give it to Tomás"]
    assert decide(manager, answer, {booking.appointment_id: "give"}).status_code == 303
    assert again(booking).performer_name == "Tomás"
    assert (is_free(shop, NEXT), is_free(shop, NEXT, 1)) == (True, False)
    assert offered(shop) == {4: 2, 11: 2}


def test_who_had_a_place_there_on_hold_cannot_finish(shop, manager, booking):
    held = a_hold(shop, NEXT)
    answer = end(shop, manager)
    assert decide(manager, answer, {booking.appointment_id: "cancel"}).status_code == 303
    contact = Contact("Sam", "sam@example.com")
    with pytest.raises(DomainError):
        confirm(shop.business, again(held), contact, by=VISITOR, now=clock.now(), host="book.example")
    assert not date_of(held).live


def test_a_cancellation_that_is_undone_brings_back_one_booking_and_no_open_date(shop, manager, booking):
    assert decide(manager, end(shop, manager), {booking.appointment_id: "cancel"}).status_code == 303
    undo(shop.business, again(booking), by=ANNA, now=clock.now())
    assert (date_of(booking).live, date_of(booking).places_taken) == (True, 1)
    assert offered(shop) == {4: 2, 11: 2}
