"""A place that came free is held for the first whom it suits, in the transaction in which it came free."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.appointments.answering import decline as decline_request
from app.appointments.cancelling import cancel
from app.appointments.class_dates import cancel_date, change_places, restore_date
from app.appointments.class_times import change_capacity
from app.appointments.holding import hold
from app.appointments.jobs import expire_holds
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.moving import move
from app.appointments.moving_visits import move_visit
from app.appointments.refusals import SlotTaken
from app.appointments.swapping import swap
from app.appointments.transferring import move_place
from app.business_hours.weekly import set_week
from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.customers.models import Customer
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from app.waitlist.ending import decline, leave, withdraw
from app.waitlist.jobs import pass_places_on
from app.waitlist.passing import MOST_LAPSED
from tests.factories import (
    ANNA,
    Shop,
    a_booking,
    a_class_date,
    a_hold,
    a_shop,
    a_visitor,
    a_wish,
    add_need,
    add_service,
    berlin,
)
from tests.notifications.messages import messages_of
from tests.waitlist.waiting import a_full_day, all_sent, offer_of, offers, takes, waits

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app: Flask) -> Shop:
    """Somebody who does one thing that takes an hour, and has no hour free on Tuesday."""
    shop = a_shop(minutes=60)
    a_full_day(shop)
    return shop


def wall(hour: int) -> datetime:
    return berlin(f"2027-03-02 {hour:02}:00").replace(tzinfo=None)


def booked_at(shop: Shop, hour: int) -> Booking:
    return (
        db.session.query(Booking)
        .filter_by(business_id=shop.business.id, local_start=wall(hour))
        .filter(Booking.live.is_(True))
        .one()
    )


def give_up(shop: Shop, hour: int) -> datetime:
    """A customer cancels; when it would have been."""
    cancel(shop.business, booked_at(shop, hour), by=VISITOR, now=clock.now())
    return berlin(f"2027-03-02 {hour:02}:00")


def test_what_is_cancelled_is_held_for_the_first_in_line_and_nobody_else(shop: Shop) -> None:
    first, second = waits(shop), waits(shop)
    at = give_up(shop, 11)
    assert (offers(first), offers(second)) == ([("open", at)], [])
    assert (first.status, second.status) == ("offered", "waiting")
    with pytest.raises(SlotTaken):
        hold(shop.business, a_wish(shop, at), a_visitor(), by=VISITOR, now=clock.now())
    ticket = db.session.query(Hold).filter_by(business_id=shop.business.id).one()
    assert (ticket.kind, ticket.customer_id) == ("offer", first.customer_id)
    assert ticket.expires_at == ticket.limit_at == offer_of(first).expires_at


def test_the_customer_is_told_once(shop: Shop) -> None:
    entry = waits(shop, email="grace@example.com")
    give_up(shop, 11)
    told = [(it.kind, it.recipient) for it in messages_of(shop.business.id) if it.kind.startswith("waitlist")]
    assert told == [("waitlist_joined", "grace@example.com"), ("waitlist_offer", "grace@example.com")]
    message = next(it for it in messages_of(shop.business.id) if it.kind == "waitlist_offer")
    assert message.expires_at == offer_of(entry).expires_at


def test_a_visit_that_its_customer_moves_leaves_its_time_to_the_first_in_line_and_tells_both(
    shop: Shop,
) -> None:
    entry, booking = waits(shop), booked_at(shop, 11)
    all_sent()
    olivia = Actor("customer", "Olivia Park")
    to = epoch_minute(berlin("2027-03-03 11:00"))
    move_visit(shop.business, [booking], start=to, by=olivia, now=clock.now())
    assert offers(entry) == [("open", berlin("2027-03-02 11:00"))]
    told = {(it.kind, it.recipient) for it in messages_of(shop.business.id) if it.status == "pending"}
    assert told >= {("waitlist_offer", entry.contact_email), ("booking_moved", booking.contact_email)}


def test_two_places_go_to_two_people(shop: Shop) -> None:
    first, second = waits(shop), waits(shop)
    ten, twelve = give_up(shop, 10), give_up(shop, 12)
    assert (offers(first), offers(second)) == ([("open", ten)], [("open", twelve)])


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"from_on": date(2027, 3, 3), "until_on": date(2027, 3, 9)}, False),
        ({"from_on": date(2027, 3, 1), "until_on": date(2027, 3, 9), "weekdays": 0b0000010}, True),
        ({"from_on": date(2027, 3, 1), "until_on": date(2027, 3, 9), "weekdays": 0b1111101}, False),
        ({"from_min": 660, "until_min": 661}, True),
        ({"from_min": 661, "until_min": 2880}, False),
        ({"from_min": 0, "until_min": 660}, False),
    ],
)
def test_only_what_suits_is_offered(shop: Shop, wanted: dict, fits: bool) -> None:
    # Whoever comes on other days waits, though there is time on them: it was taken when they joined.
    for day in ("2027-03-01", "2027-03-03", "2027-03-04", "2027-03-05", "2027-03-08", "2027-03-09"):
        a_full_day(shop, day, range(11, 18) if day == "2027-03-01" else range(9, 18))
    entry = waits(shop, **wanted)
    at = give_up(shop, 11)
    assert offers(entry) == ([("open", at)] if fits else [])


def test_whoever_wants_somebody_else_is_not_offered_this_ones_time(app: Flask) -> None:
    shop = a_shop(people=2, minutes=60)
    maya, tomas = shop.people
    for person in shop.people:
        for hour in range(9, 18):
            a_booking(
                shop, berlin(f"2027-03-02 {hour:02}:00"), f"p{person.resource_id}h{hour}@x.example", person
            )
    for_tomas, for_anybody = waits(shop, person_id=tomas.resource_id), waits(shop)
    theirs = db.session.query(Booking).filter_by(
        business_id=shop.business.id,
        performer_name=maya.title or "Maya",
        local_start=wall(11),
    )
    cancel(shop.business, theirs.one(), by=VISITOR, now=clock.now())
    assert (offers(for_tomas), offers(for_anybody)) == ([], [("open", berlin("2027-03-02 11:00"))])


def test_what_begins_too_soon_is_offered_to_nobody(shop: Shop) -> None:
    entry = waits(shop)
    shop.business.notice_amount = 36 * 60
    db.session.flush()
    give_up(shop, 11)
    assert offers(entry) == []


def test_what_is_declined_is_passed_on_at_once_and_not_offered_again(shop: Shop) -> None:
    first, second = waits(shop), waits(shop)
    at = give_up(shop, 11)
    decline(shop.business, offer_of(first), by=VISITOR, now=clock.now())
    assert (offers(first), offers(second)) == ([("declined", at)], [("open", at)])
    decline(shop.business, offer_of(second), by=VISITOR, now=clock.now())
    pass_places_on()
    assert (offers(first), offers(second)) == ([("declined", at)], [("declined", at)])
    assert (first.status, second.status) == ("waiting", "waiting")


def test_what_lapses_is_passed_on_by_the_clock_in_the_same_transaction(shop: Shop, frozen) -> None:
    first, second = waits(shop), waits(shop)
    at = give_up(shop, 11)
    frozen.shift(timedelta(hours=3))
    expire_holds()
    assert (offers(first), offers(second)) == ([("lapsed", at)], [("open", at)])
    assert first.status == "waiting"


def test_nobody_else_has_a_place_between_two_who_wait(shop: Shop, frozen) -> None:
    """Whoever books finds that the offer ran out, before the clock does: the next in line has it all the same."""
    first, second = waits(shop), waits(shop)
    at = give_up(shop, 11)
    frozen.shift(timedelta(hours=3))
    with pytest.raises(SlotTaken), db.session.begin_nested():
        hold(shop.business, a_wish(shop, at), a_visitor(), by=VISITOR, now=clock.now())
    expire_holds()
    assert (offers(first), offers(second)) == ([("lapsed", at)], [("open", at)])


def test_whoever_lets_three_offers_lapse_is_asked_no_more(shop: Shop, frozen) -> None:
    entry = waits(shop, until_on=date(2027, 3, 2))
    for hour in (10, 12, 14):
        give_up(shop, hour)
        frozen.shift(timedelta(hours=3))
        expire_holds()
    assert [status for status, _ in offers(entry)] == ["lapsed"] * MOST_LAPSED
    assert entry.status == "expired"


def test_a_place_of_a_class_that_is_given_back_is_offered(app: Flask) -> None:
    shop = a_shop(capacity=2, minutes=60)
    at = berlin("2027-03-02 18:00").replace(hour=16)
    a_class_date(shop, at)
    one, _other = a_booking(shop, at, "one@example.com"), a_booking(shop, at, "other@example.com")
    pair, single = waits(shop, places=2), waits(shop)
    cancel(shop.business, one, by=VISITOR, now=clock.now())
    assert (offers(pair), offers(single)) == ([], [("open", at)])


def test_more_places_in_a_class_are_offered(app: Flask) -> None:
    shop = a_shop(capacity=2, minutes=60)
    at = berlin("2027-03-02 16:00")
    date_ = a_class_date(shop, at)
    for who in ("one", "other"):
        a_booking(shop, at, f"{who}@example.com")
    entry = waits(shop)
    change_places(shop.business, date_, 3, by=ANNA, now=clock.now())
    assert offers(entry) == [("open", at)]


def test_a_date_that_happens_after_all_is_offered(app: Flask) -> None:
    shop = a_shop(capacity=2, minutes=60)
    at = berlin("2027-03-02 16:00")
    date_ = a_class_date(shop, at)
    cancel_date(shop.business, date_, by=ANNA, now=clock.now())
    entry = waits(shop)
    restore_date(shop.business, date_, by=ANNA, now=clock.now())
    assert offers(entry) == [("open", at)]


def test_a_date_that_is_cancelled_frees_the_time_of_whoever_leads_it(app: Flask) -> None:
    shop = a_shop(minutes=60)
    a_full_day(shop, hours=range(9, 16))
    a_full_day(shop, hours=range(17, 18))
    yoga = add_service(shop.business.id, "Yoga", minutes=60, price_cents=1000, capacity=5)
    add_need(shop.business.id, yoga.id, [Server(shop.person.resource_id)])
    date_ = a_class_date(Shop(shop.business, yoga, shop.people), berlin("2027-03-02 16:00"))
    entry = waits(shop)
    cancel_date(shop.business, date_, by=ANNA, now=clock.now())
    assert offers(entry) == [("open", berlin("2027-03-02 16:00"))]


def test_a_place_whose_holder_comes_on_another_date_is_offered(app: Flask) -> None:
    shop = a_shop(capacity=2, minutes=60)
    at, later = berlin("2027-03-02 16:00"), berlin("2027-03-03 16:00")
    a_class_date(shop, at)
    other = a_class_date(shop, later)
    first, _second = (a_booking(shop, at, f"{who}@example.com") for who in ("one", "two"))
    entry = waits(shop)
    move_place(shop.business, first, date_id=other.id, by=ANNA, now=clock.now())
    assert offers(entry) == [("open", at)]


def test_more_places_in_all_dates_of_a_class_are_offered(app: Flask) -> None:
    shop = a_shop(capacity=2, minutes=60)
    at = berlin("2027-03-02 16:00")
    a_class_date(shop, at)
    for who in ("one", "two"):
        a_booking(shop, at, f"{who}@example.com")
    entry = waits(shop)
    change_capacity(shop.business, shop.service, 3, by=ANNA, now=clock.now())
    assert offers(entry) == [("open", at)]


def test_what_is_free_after_two_change_places_is_offered(app: Flask) -> None:
    """A short visit takes the place of a long one."""
    shop = a_shop(minutes=60)
    a_full_day(shop, hours=range(9, 16))
    a_full_day(shop, hours=range(17, 18))
    short = add_service(shop.business.id, "Fringe", minutes=30, price_cents=1000)
    add_need(shop.business.id, short.id, [Server(shop.person.resource_id)])
    long_one = a_booking(shop, berlin("2027-03-02 16:00"), "long@example.com")
    little = Shop(shop.business, short, shop.people)
    short_one = a_booking(little, berlin("2027-03-03 10:00"), "short@example.com")
    entry = waits(little)
    one, other = (
        db.session.get_one(Appointment, (shop.business.id, it.appointment_id)) for it in (long_one, short_one)
    )
    swap(shop.business, one, other, versions=(one.version, other.version), by=ANNA, now=clock.now())
    assert offers(entry) == [("open", berlin("2027-03-02 16:30"))]


def test_a_time_that_something_is_moved_away_from_is_offered(shop: Shop) -> None:
    entry = waits(shop)
    booking = booked_at(shop, 11)
    appointment = db.session.get_one(Appointment, (shop.business.id, booking.appointment_id))
    move(shop.business, appointment, start=epoch_minute(berlin("2027-03-03 11:00")), by=ANNA, now=clock.now())
    assert offers(entry) == [("open", berlin("2027-03-02 11:00"))]


def test_a_request_that_is_declined_and_a_hold_that_runs_out_are_offered(app: Flask, frozen) -> None:
    shop = a_shop(minutes=60, approval=True)
    asked = a_booking(shop, berlin("2027-03-02 09:00"))
    a_full_day(shop, hours=range(11, 18))
    shop.service.approval = False
    held = a_hold(shop, berlin("2027-03-02 10:00"))
    first, second = waits(shop), waits(shop)
    decline_request(shop.business, asked, by=ANNA, now=clock.now())
    assert offers(first) == [("open", berlin("2027-03-02 09:00"))]
    frozen.shift(timedelta(minutes=11))
    expire_holds()
    assert held.status == "expired"
    assert offers(first) == [("open", berlin("2027-03-02 09:00"))]
    assert offers(second) == [("open", berlin("2027-03-02 10:00"))]


def test_what_a_visitor_lets_go_of_for_another_time_is_offered(app: Flask) -> None:
    shop = a_shop(minutes=60)
    somebody = a_visitor()
    a_full_day(shop, hours=range(10, 18))
    a_hold(shop, berlin("2027-03-02 09:00"), somebody)
    entry = waits(shop)
    a_hold(shop, berlin("2027-03-03 09:00"), somebody)
    assert offers(entry) == [("open", berlin("2027-03-02 09:00"))]


def test_a_business_that_pauses_offers_nothing(shop: Shop) -> None:
    entry = waits(shop)
    shop.business.status = "draft"
    give_up(shop, 11)
    assert (offers(entry), pass_places_on()) == ([], 0)


def test_new_hours_are_found_within_a_minute(shop: Shop) -> None:
    entry = waits(shop)
    assert pass_places_on() == 0
    hours = dict.fromkeys(range(5), [(540, 1080)]) | {1: [(480, 1080)]}
    set_week(shop.business.id, hours, by=ANNA, now=clock.now())
    assert pass_places_on() == 1
    assert offers(entry) == [("open", berlin("2027-03-02 08:00"))]


def test_the_clock_locks_no_business_where_there_is_nothing_to_offer(shop: Shop, queries) -> None:
    waits(shop)
    with queries() as seen:
        pass_places_on()
    assert not [it for it in seen if "FOR UPDATE" in it]


def test_whose_days_are_over_waits_no_longer(shop: Shop, frozen) -> None:
    entry = waits(shop)
    frozen.shift(timedelta(days=2))
    pass_places_on()
    assert entry.status == "expired"


def test_an_erased_customer_is_offered_nothing(shop: Shop) -> None:
    entry = waits(shop)
    db.session.get_one(Customer, (shop.business.id, entry.customer_id)).erased_at = clock.now()
    db.session.flush()
    give_up(shop, 11)
    assert (offers(entry), entry.status) == ([], "left")


def test_a_blocked_customer_is_offered_nothing(shop: Shop) -> None:
    entry = waits(shop)
    db.session.get_one(Customer, (shop.business.id, entry.customer_id)).blocked = True
    db.session.flush()
    give_up(shop, 11)
    assert (offers(entry), entry.status) == ([], "waiting")


def test_whoever_has_all_the_bookings_they_may_is_offered_nothing(shop: Shop) -> None:
    shop.business.customer_limit = 1
    full, other = waits(shop, email="guest9@example.com"), waits(shop)
    at = give_up(shop, 11)
    assert (offers(full), offers(other)) == ([], [("open", at)])


def test_whoever_leaves_passes_their_offer_on(shop: Shop) -> None:
    first, second = waits(shop), waits(shop)
    at = give_up(shop, 11)
    leave(shop.business, first, by=VISITOR, now=clock.now())
    assert (first.status, offers(first), offers(second)) == ("left", [("withdrawn", at)], [("open", at)])


def test_what_a_member_takes_back_may_be_offered_again(shop: Shop) -> None:
    entry = waits(shop)
    at = give_up(shop, 11)
    withdraw(shop.business, offer_of(entry), by=ANNA, now=clock.now())
    assert offers(entry) == [("withdrawn", at), ("open", at)]


def test_a_hold_that_a_member_lets_go_of_ends_the_offer(shop: Shop) -> None:
    first = waits(shop)
    at = give_up(shop, 11)
    cancel(shop.business, booked_at(shop, 11), by=ANNA, now=clock.now())
    assert offers(first) == [("withdrawn", at), ("open", at)]


def test_nobody_waits_and_a_cancellation_asks_once(shop: Shop, queries) -> None:
    booking = booked_at(shop, 11)
    with queries() as seen:
        cancel(shop.business, booking, by=VISITOR, now=clock.now())
    assert len([it for it in seen if "waitlist" in it]) == 1


def test_how_much_is_asked_does_not_grow_with_those_who_want_the_same(shop: Shop, queries) -> None:
    for _ in range(12):
        waits(shop)
    booking = booked_at(shop, 11)
    with queries() as seen:
        cancel(shop.business, booking, by=VISITOR, now=clock.now())
    assert len([it for it in seen if "service_needs" in it]) <= 4
    assert len(seen) < 60


def test_taking_it_books_it(shop: Shop) -> None:
    entry = waits(shop, email="grace@example.com")
    at = give_up(shop, 11)
    offer = offer_of(entry)
    booking = takes(shop, offer)
    assert (booking.status, booking.contact_email, booking.customer_id) == (
        "confirmed",
        "grace@example.com",
        entry.customer_id,
    )
    assert booking.appointment.starts_at == at
    assert (entry.status, offers(entry)) == ("booked", [("taken", at)])
    assert takes(shop, offer).id == booking.id
    assert db.session.query(Hold).count() == 0
