"""Customers move what they booked: one service, several, two guests, places in a class."""

import pytest

from app.appointments.allowing import MovedTooOften, NotByThemselves, TooLateToChange
from app.appointments.changing import ChangedMeanwhile
from app.appointments.confirming import confirm
from app.appointments.finding import bookings_of_visit
from app.appointments.holding import hold
from app.appointments.moving_visits import move_visit
from app.appointments.placing import Wish
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.rescheduling import reschedule, state_of
from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.loading import Part
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from app.services.offering import change_service
from tests.appointments.looking import appointment_of, events, state, taken
from tests.factories import (
    ANNA,
    a_booking,
    a_hold,
    a_shop,
    a_timetable,
    a_visitor,
    add_need,
    add_service,
    berlin,
    hire,
    rooms_of,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")
OLIVIA = Actor("customer", "Olivia Park")
DAY = "2027-03-04 "


@pytest.fixture
def shop(app):
    return a_shop()


def at(text):
    return epoch_minute(berlin(text if len(text) > 5 else DAY + text))


def a_visit_of(shop, *services, at_="10:00", person=None, guests=(), together=False):
    """A visit of the shop's service and these, for these guests, booked by its customer."""
    then = [Part(it.id, (), guest) for it, guest in zip(services, guests or [1] * len(services), strict=True)]
    wish = Wish(
        shop.service.id,
        at(at_),
        person and person.resource_id,
        then=tuple(then),
        together=together,
    )
    first = hold(shop.business, wish, a_visitor(), by=VISITOR, now=clock.now())
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, first, contact, by=VISITOR, now=clock.now(), host="book.example")
    return bookings_of_visit(shop.business.id, first.visit)


def a_second(shop, minutes=20, people=None, **more):
    service = add_service(shop.business.id, "Beard", minutes=minutes, price_cents=2000, **more)
    add_need(shop.business.id, service.id, [Server(it.resource_id) for it in people or shop.people])
    return service


def moved(shop, booking, to, **more):
    reschedule(shop.business, booking, start=at(to), by=OLIVIA, now=clock.now(), **more)
    return [
        f"{it.appointment.starts_at.astimezone(berlin(DAY + '00:00').tzinfo):%d %H:%M}"
        for it in again(booking)
    ]


def again(booking):
    return bookings_of_visit(booking.business_id, booking.visit)


def test_a_booking_is_moved_and_counted_and_written_down(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    assert moved(shop, booking, "10:15") == ["04 10:15"]
    (row,) = again(booking)
    assert (row.moves, row.schedule_seq, row.total_cents, row.minutes) == (1, 1, 4500, 30)
    assert row.local_start.isoformat() == "2027-03-04T10:15:00"
    assert taken(appointment_of(row)) == [(shop.person.resource_id, "Thu 10:15", "10:45")]
    (event,) = events("appointment.moved")
    assert (event.actor_kind, event.actor_name, event.changes["told"]) == (
        "customer",
        "Olivia Park",
        [None, True],
    )


def test_moving_it_to_where_it_is_changes_nothing_and_counts_for_nothing(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    seen = state_of(again(booking))
    moved(shop, booking, "11:00", seen=seen)
    before = state()
    moved(shop, booking, "11:00", seen=seen)
    assert state() == before
    assert again(booking)[0].moves == 1


def test_the_rules_for_customers_count(shop):
    shop.business.notice_amount = 600
    booking = a_booking(shop, berlin(DAY + "10:00"))
    db.session.commit()
    before = state()
    for to in ("2027-03-01 15:00", "10:05", "08:00", "2027-08-02 10:00"):
        with pytest.raises(NotOffered):
            moved(shop, booking, to)
        db.session.rollback()
    a_hold(shop, berlin(DAY + "14:00"))
    db.session.commit()
    with pytest.raises(SlotTaken):
        moved(shop, booking, "14:15")
    db.session.rollback()
    assert appointment_of(booking).starts_at == berlin(DAY + "10:00")
    assert before[0][0] in state()[0]


def test_what_is_allowed_is_judged_once_more_when_it_is_done(shop, frozen):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    for to in ("11:00", "12:00", "13:00"):
        moved(shop, booking, to)
    with pytest.raises(MovedTooOften):
        moved(shop, booking, "14:00")
    shop.business.most_moves = None
    moved(shop, booking, "14:00")
    booking.policy = {}
    shop.business.customers_move = False
    with pytest.raises(NotByThemselves):
        moved(shop, booking, "15:00")
    shop.business.customers_move = True
    frozen.move_to(berlin("2027-03-03 14:00:01"))
    with pytest.raises(TooLateToChange):
        moved(shop, booking, "2027-03-05 15:00")


def test_somebody_who_decided_by_an_old_page_looks_again(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    seen = state_of(again(booking))
    moved(shop, booking, "11:00", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        moved(shop, booking, "12:00", seen=seen)


def test_it_stays_as_long_and_with_the_buffers_it_was_made_with(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    change_service(shop.service, by=ANNA, now=clock.now(), minutes=60, after_min=30, price_cents=9900)
    moved(shop, booking, "12:00")
    assert taken(appointment_of(booking)) == [(shop.person.resource_id, "Thu 12:00", "12:30")]
    assert again(booking)[0].total_cents == 4500


def test_it_stays_with_the_same_person_unless_anybody_will_do(app):
    shop = a_shop(people=2)
    booking = a_booking(shop, berlin(DAY + "10:00"))
    a_booking(shop, berlin(DAY + "14:00"), "sam@example.com", person=shop.person)
    with pytest.raises(SlotTaken):
        moved(shop, booking, "14:00")
    db.session.rollback()


def test_anybody_takes_it_where_nobody_was_asked_for(app):
    shop = a_shop(people=2)
    first, second = shop.people
    booking = a_booking(shop, berlin(DAY + "10:00"))
    assert taken(appointment_of(booking))[0][0] == first.resource_id
    a_booking(shop, berlin(DAY + "14:00"), "sam@example.com", person=first)
    moved(shop, booking, "14:00", anyone=True)
    assert taken(appointment_of(booking)) == [(second.resource_id, "Thu 14:00", "14:30")]
    assert again(booking)[0].performer_name == "Tomás"


def test_whoever_was_asked_for_keeps_it_though_anybody_would_do(app):
    shop = a_shop(people=2)
    booking = a_booking(shop, berlin(DAY + "10:00"), person=shop.person)
    a_booking(shop, berlin(DAY + "14:00"), "sam@example.com", person=shop.person)
    with pytest.raises(SlotTaken):
        moved(shop, booking, "14:00", anyone=True)


def in_the_sauna(shop, room, hour):
    """Somebody holds a room for an hour."""
    service = add_service(shop.business.id, "Sauna", minutes=60, price_cents=100)
    add_need(shop.business.id, service.id, [Server(room)], "space")
    hold(shop.business, Wish(service.id, at(hour)), a_visitor(), by=VISITOR, now=clock.now())


def test_the_same_room_is_taken_where_it_is_free_and_another_where_not(shop):
    one, two = rooms_of(shop, "One", "Two")
    in_the_sauna(shop, one, "10:00")
    booking = a_booking(shop, berlin(DAY + "10:00"))
    assert taken(appointment_of(booking))[1][0] == two
    moved(shop, booking, "12:00")
    assert taken(appointment_of(booking))[1][0] == two
    in_the_sauna(shop, two, "14:00")
    moved(shop, booking, "14:00")
    assert taken(appointment_of(booking))[1][0] == one


def test_a_visit_moves_as_a_whole_in_its_order_without_a_buffer_between(shop):
    shop.service.after_min = 15
    first, second = a_visit_of(shop, a_second(shop))
    assert moved(shop, second, "10:15") == ["04 10:15", "04 10:45"]
    one, two = again(first)
    assert (one.service_name, two.service_name) == ("Haircut", "Beard")
    assert (one.moves, two.moves) == (1, 1)
    person = shop.person.resource_id
    assert taken(one.appointment) + taken(two.appointment) == [
        (person, "Thu 10:15", "10:45"),
        (person, "Thu 10:45", "11:05"),
    ]


def test_if_the_second_part_does_not_fit_nothing_moves(shop):
    first, _second = a_visit_of(shop, a_second(shop))
    a_hold(shop, berlin(DAY + "14:30"))
    db.session.commit()
    before = state()
    with pytest.raises(SlotTaken):
        moved(shop, first, "14:00")
    db.session.rollback()
    assert state() == before


def test_a_part_that_was_cancelled_stays_where_it_was(shop):
    from app.appointments.cancelling import cancel

    first, _second = a_visit_of(shop, a_second(shop))
    cancel(shop.business, first, by=ANNA, now=clock.now())
    reschedule(shop.business, first, start=at("15:00"), by=OLIVIA, now=clock.now())
    found = [f"{it.appointment.starts_at:%H:%M} {it.status}" for it in again(first)]
    assert found == ["09:00 cancelled", "14:00 confirmed"]


def test_two_who_come_together_move_together(app):
    shop = a_shop(people=2)
    first, _other = a_visit_of(shop, shop.service, guests=(2,), together=True)
    assert moved(shop, first, "10:15") == ["04 10:15", "04 10:15"]
    one, two = again(first)
    assert {it.guest for it in (one, two)} == {1, 2}
    assert taken(one.appointment)[0][0] != taken(two.appointment)[0][0]


def test_where_one_of_two_is_left_that_one_moves_alone(app):
    from app.appointments.cancelling import cancel

    shop = a_shop(people=2)
    first, other = a_visit_of(shop, shop.service, guests=(2,), together=True)
    cancel(shop.business, first, by=ANNA, now=clock.now())
    reschedule(shop.business, other, start=at("16:00"), by=OLIVIA, now=clock.now())
    assert [it.appointment.starts_at for it in again(first) if it.live] == [berlin(DAY + "16:00")]


def test_a_request_that_is_moved_waits_as_before(app):
    shop = a_shop(approval=True)
    booking = a_booking(shop, berlin(DAY + "10:00"))
    moved(shop, booking, "11:00")
    assert again(booking)[0].status == "requested"


def test_what_is_not_offered_any_more_is_not_moved(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    change_service(shop.service, by=ANNA, now=clock.now(), bookable=False)
    db.session.commit()
    with pytest.raises(NotOffered):
        moved(shop, booking, "11:00")


def test_whoever_has_given_it_back_moves_nothing(shop):
    from app.appointments.cancelling import cancel

    booking = a_booking(shop, berlin(DAY + "10:00"))
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    with pytest.raises(ChangedMeanwhile):
        moved(shop, booking, "11:00")


def test_a_member_of_a_class_comes_on_another_date(app):
    shop = a_shop(capacity=2, minutes=60, advance_days=30)
    dates = a_timetable(shop).dates
    booking = a_booking(shop, dates[1].starts_at)
    reschedule(shop.business, booking, start=epoch_minute(dates[2].starts_at), by=OLIVIA, now=clock.now())
    (row,) = again(booking)
    assert (row.appointment_id, row.moves, row.schedule_seq) == (dates[2].id, 1, 1)
    assert appointment_of(row).places_taken == 1


def test_a_full_date_of_a_class_is_taken_and_a_time_without_one_is_not_offered(app):
    shop = a_shop(capacity=2, minutes=60, advance_days=30)
    dates = a_timetable(shop).dates
    booking = a_booking(shop, dates[1].starts_at)
    for name in ("sam", "kim"):
        a_booking(shop, dates[2].starts_at, f"{name}@example.com")
    db.session.commit()
    with pytest.raises(SlotTaken):
        reschedule(shop.business, booking, start=epoch_minute(dates[2].starts_at), by=OLIVIA, now=clock.now())
    db.session.rollback()
    with pytest.raises(NotOffered):
        moved(shop, booking, "2027-03-11 11:00")


def test_a_member_may_move_a_whole_visit_too(shop):
    """The act knows nothing of what customers may."""
    bookings = a_visit_of(shop, a_second(shop))
    move_visit(shop.business, bookings, start=at("13:00"), by=ANNA, now=clock.now())
    assert [it.moves for it in again(bookings[0])] == [0, 0]
    before = state()
    move_visit(shop.business, again(bookings[0]), start=at("13:00"), by=ANNA, now=clock.now())
    assert state() == before


def test_who_does_it_no_longer_is_no_way_to_move_it(app):
    shop = a_shop(people=1)
    helper = hire(shop.business.id, "Zoe")
    booking = a_booking(shop, berlin(DAY + "10:00"))
    from app.schedule.serving import put_away

    put_away(shop.business.id, shop.person.resource_id, by=ANNA, now=clock.now())
    add_need(shop.business.id, shop.service.id, [Server(helper.resource_id)])
    with pytest.raises((NotOffered, SlotTaken)):
        moved(shop, booking, "11:00")
