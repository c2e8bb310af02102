"""Several services held and confirmed as one visit."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.appointments.cancelling import cancel
from app.appointments.confirming import confirm, wish_of
from app.appointments.finding import bookings_of_visit, find_visit, receipt_token
from app.appointments.holding import deadline, hold
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.placing import Wish
from app.appointments.refusals import PriceChanged, SlotTaken
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.loading import Part
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.factories import ANNA, a_hold, a_shop, a_visitor, add_need, add_service, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "
OLIVIA = Contact("Olivia Park", "olivia@example.com")


@pytest.fixture
def shop(app):
    return a_shop()


@pytest.fixture
def beard(shop):
    service = add_service(shop.business.id, "Beard", minutes=20, price_cents=2000)
    add_need(shop.business.id, service.id, [Server(person.resource_id) for person in shop.people])
    return service


def a_visit_held(shop, *then, at="10:00", visitor=None, person=None):
    wish = Wish(
        shop.service.id,
        epoch_minute(berlin(TUESDAY + at)),
        person and person.resource_id,
        then=tuple(Part(service.id) for service in then),
    )
    first = hold(shop.business, wish, visitor or a_visitor(), by=VISITOR, now=clock.now())
    return bookings_of_visit(shop.business.id, first.visit)


def confirmed(shop, booking, **more):
    confirm(shop.business, booking, OLIVIA, by=VISITOR, now=clock.now(), host="book.example", **more)
    return bookings_of_visit(shop.business.id, booking.visit)


def test_all_parts_are_held_by_one_ticket_until_one_deadline(shop, beard):
    parts = a_visit_held(shop, beard)
    assert [it.status for it in parts] == ["held", "held"]
    assert len({it.hold_id for it in parts}) == 1
    assert {deadline(it) for it in parts} == {clock.now() + timedelta(minutes=10)}
    assert {it.appointment.held_until for it in parts} == {clock.now() + timedelta(minutes=10)}


def test_all_parts_are_confirmed_together_and_one_link_shows_them(shop, beard):
    parts = confirmed(shop, a_visit_held(shop, beard)[1])
    assert [it.status for it in parts] == ["confirmed", "confirmed"]
    assert len({it.customer_id for it in parts}) == 1
    assert [it.id for it in find_visit(receipt_token(parts[0]))] == [it.id for it in parts]
    assert db.session.scalar(select(Hold.id)) is None


def test_one_part_that_needs_an_answer_waits_while_the_other_is_confirmed(shop):
    consultation = add_service(shop.business.id, "Consultation", minutes=20, price_cents=0, approval=True)
    add_need(shop.business.id, consultation.id, [Server(shop.person.resource_id)])
    parts = confirmed(shop, a_visit_held(shop, consultation)[0])
    assert [it.status for it in parts] == ["confirmed", "requested"]


def test_a_visit_of_which_one_part_is_taken_is_not_held_at_all(shop, beard):
    a_hold(shop, berlin(TUESDAY + "10:30"))
    with pytest.raises(SlotTaken):
        a_visit_held(shop, beard)
    assert db.session.query(Booking).count() == db.session.query(Appointment).count() == 1


def test_a_visit_that_ran_out_is_taken_again_as_a_whole(shop, beard, frozen):
    parts = a_visit_held(shop, beard)
    frozen.shift(3600)
    other = a_hold(shop, berlin(TUESDAY + "15:00"))
    assert [it.status for it in bookings_of_visit(shop.business.id, parts[0].visit)] == ["expired", "expired"]
    assert [it.status for it in confirmed(shop, parts[0])] == ["confirmed", "confirmed"]
    assert other.status == "held"


def test_a_visit_that_ran_out_and_of_which_one_part_is_gone_is_refused_whole(shop, beard, frozen):
    parts = a_visit_held(shop, beard)
    frozen.shift(3600)
    a_hold(shop, berlin(TUESDAY + "10:30"))
    with pytest.raises(SlotTaken):
        confirmed(shop, parts[0])


def test_a_dearer_second_part_is_noticed_when_the_visit_is_taken_again(shop, beard, frozen):
    parts = a_visit_held(shop, beard)
    frozen.shift(3600)
    a_hold(shop, berlin(TUESDAY + "15:00"))
    beard.price_cents = 2500
    db.session.flush()
    with pytest.raises(PriceChanged):
        confirmed(shop, parts[0])


def test_a_visit_can_be_taken_at_another_time_when_its_own_is_gone(shop, beard, frozen):
    parts = a_visit_held(shop, beard)
    frozen.shift(3600)
    a_hold(shop, berlin(TUESDAY + "10:30"))
    other = epoch_minute(berlin(TUESDAY + "14:00"))
    cut, shave = confirmed(shop, parts[0], start=other)
    assert cut.appointment.starts_at == berlin(TUESDAY + "14:00")
    assert shave.appointment.starts_at == berlin(TUESDAY + "14:30")


def test_what_was_wanted_is_known_from_what_is_held(shop, beard):
    parts = a_visit_held(shop, beard, person=shop.person)
    wish = wish_of(parts)
    assert (wish.service_id, wish.person_id) == (shop.service.id, shop.person.resource_id)
    assert [part.service_id for part in wish.then] == [beard.id]
    assert wish_of(a_visit_held(shop, at="15:00")).person_id is None


def test_a_new_choice_gives_the_whole_visit_back(shop, beard):
    visitor = a_visitor()
    parts = a_visit_held(shop, beard, visitor=visitor)
    again = a_visit_held(shop, beard, at="10:15", visitor=visitor)
    assert [it.status for it in bookings_of_visit(shop.business.id, parts[0].visit)] == ["expired", "expired"]
    assert [it.status for it in again] == ["held", "held"]


def test_the_same_visit_sent_twice_is_one(shop, beard):
    visitor = a_visitor()
    first, second = (a_visit_held(shop, beard, visitor=visitor) for _ in range(2))
    assert [it.id for it in first] == [it.id for it in second]
    assert db.session.query(Booking).count() == 2


@pytest.mark.parametrize("part", [0, 1])
def test_a_visit_of_which_one_part_was_let_go_is_taken_again_as_a_whole(shop, beard, part):
    parts = a_visit_held(shop, beard)
    cancel(shop.business, parts[part], by=ANNA, now=clock.now())
    assert sorted(it.status for it in bookings_of_visit(shop.business.id, parts[0].visit)) == [
        "expired",
        "held",
    ]
    assert [it.status for it in confirmed(shop, parts[0])] == ["confirmed", "confirmed"]
    assert db.session.scalar(select(Hold.id)) is None
