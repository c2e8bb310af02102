"""Customers correct what they told the business."""

import pytest
from sqlalchemy import select

from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.correcting import Correction, answer_of, correct
from app.appointments.finding import bookings_of_visit
from app.appointments.refusals import AlreadyBegun
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.customers.models import Customer
from app.notifications.models import Notification
from app.services.asking import QuestionWish, ask
from tests.appointments.looking import events, state
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.factories import ANNA, a_booking, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app")
OLIVIA = Actor("customer", "Olivia Park")
DAY = "2027-03-04 "


@pytest.fixture
def shop(app, frozen):
    return a_shop()


def again(booking):
    return bookings_of_visit(booking.business_id, booking.visit)


def corrected(shop, booking, **more):
    wish = {"name": "Olivia Park", "email": "olivia@example.com"} | more
    correct(shop.business, booking, Correction(**wish), by=OLIVIA, now=clock.now())
    return again(booking)


def test_every_part_of_the_visit_has_the_new_details(shop):
    first, _second = a_visit_of(shop, a_second(shop))
    found = corrected(shop, first, name="Liv Park", phone="+4930123", note="Ring twice")
    assert [(it.contact_name, it.contact_phone) for it in found] == [("Liv Park", "+4930123")] * 2
    assert {it.note for it in found} <= {"Ring twice", None}
    assert found[0].note == "Ring twice"


def test_the_record_of_the_customer_stays_as_the_business_has_it(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    corrected(shop, booking, name="Liv Park", email="liv@example.com")
    customer = db.session.get_one(Customer, (shop.business.id, booking.customer_id))
    assert (customer.name, customer.email) == ("Olivia Park", "olivia@example.com")


def test_what_changed_is_written_down_and_nothing_where_nothing_did(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    before = state()
    corrected(shop, booking)
    assert state() == before
    corrected(shop, booking, email="liv@example.com")
    (event,) = events("booking.corrected")
    assert event.changes == {"contact_email": ["olivia@example.com", "liv@example.com"]}
    assert event.actor_kind == "customer"


def test_what_waits_to_be_sent_goes_to_the_new_address_and_the_owners_do_not_notice(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    about = {"business_id": shop.business.id, "subject_kind": "booking", "subject_id": booking.id}
    (mail,) = db.session.scalars(select(Notification).filter_by(kind="booking_confirmed"))
    gone = Notification(
        **about,
        dedupe_key="gone",
        kind="booking_moved",
        recipient="olivia@example.com",
        language="en-GB",
        send_at=clock.now(),
        status="sent",
        sent_at=clock.now(),
    )
    db.session.add(gone)
    db.session.flush()
    corrected(shop, booking, email="liv@example.com")
    db.session.refresh(mail)
    db.session.refresh(gone)
    assert (mail.recipient, gone.recipient) == ("liv@example.com", "olivia@example.com")


def test_answers_stay_where_they_are_and_new_ones_go_where_they_belong(shop):
    beard = a_second(shop)
    first, second = a_visit_of(shop, beard)
    now = {"by": ANNA, "now": clock.now()}
    general = ask(shop.business.id, QuestionWish("Parking?"), **now)
    special = ask(shop.business.id, QuestionWish("Beard length?"), beard.id, **now)
    moved = ask(shop.business.id, QuestionWish("Allergies?"), **now)
    second.answers = {
        str(moved.id): {"question": "Allergies?", "answer": "Nuts"},
        "999999": {"question": "Asked no more?", "answer": "Yes"},
    }
    db.session.flush()
    given = {
        str(it.id): {"question": it.label, "answer": f"to {it.label}"} for it in (general, special, moved)
    }
    one, two = corrected(shop, first, questions=[general, special, moved], answers=given)
    assert set(one.answers) == {str(general.id)}
    assert set(two.answers) == {str(special.id), str(moved.id), "999999"}
    assert answer_of([one, two], moved) == "to Allergies?"
    one, two = corrected(shop, first, questions=[general, special, moved], answers={})
    assert (one.answers, set(two.answers)) == ({}, {"999999"})


def test_the_name_of_the_second_person_is_theirs_alone(app, frozen):
    shop = a_shop(people=2)
    first, _other = a_visit_of(shop, shop.service, guests=(2,), together=True)
    found = corrected(shop, first, guest_name="Ben")
    assert [it.guest_name for it in found] == [None, "Ben"]


def test_after_the_last_moment_for_moving_it_is_still_possible_until_it_begins(shop, frozen):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    frozen.move_to(berlin(DAY + "09:59"))
    assert corrected(shop, booking, note="In a minute")[0].note == "In a minute"
    frozen.move_to(berlin(DAY + "10:00"))
    with pytest.raises(AlreadyBegun):
        corrected(shop, booking, note="Here")


def test_what_is_cancelled_keeps_what_it_had(shop):
    booking = a_booking(shop, berlin(DAY + "10:00"))
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    with pytest.raises(ChangedMeanwhile):
        corrected(shop, booking, name="Liv")
