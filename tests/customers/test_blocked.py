"""Whoever is blocked is asked to call, wherever they try by themselves, and is told nothing else."""

import pytest

from app.appointments.finding import hold_token
from app.appointments.models import Booking, Hold
from app.appointments.rescheduling import reschedule
from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM, VISITOR, Actor
from app.core.db import db
from app.customers.blocking import CallUs, block, refuse_blocked, unblock
from app.customers.meeting import Contact, meet
from app.customers.merging import merge
from app.schedule.wall_clock import epoch_minute
from tests.conftest import NOW
from tests.factories import ANNA, a_booking, a_business, a_hold, a_shop, berlin
from tests.reading import soup
from tests.waitlist.waiting import a_full_day, waits

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin("2027-03-02 10:00")
MORE = {"shown_discount": "", "note": "", "code": "", "website": ""}


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def ann(shop):
    ann = meet(shop.business.id, Contact("Ann Lee", "ann@example.com", "+4930123456"), NOW)
    block(ann, "Never came", by=ANNA, now=NOW)
    return ann


def sent(client, shop, **contact):
    held = a_hold(shop, TEN)
    page = f"{shop.page}/{hold_token(held)}"
    form = {"name": "Somebody", "phone": "", **MORE, **contact}
    return held, client.post(page, data=form)


@pytest.mark.parametrize(
    "contact",
    [
        {"email": "Ann@Example.com"},
        {"email": "other@example.com", "phone": "030 123456"},
    ],
)
def test_the_blocked_are_asked_to_call_and_their_time_is_free_again(client, shop, ann, contact):
    held, answer = sent(client, shop, **contact)
    assert answer.status_code == 403
    assert "Please call us" in soup(answer).h1.text
    assert "block" not in answer.text.lower()
    assert "Never came" not in answer.text
    assert db.session.query(Hold).count() == 0
    kept = db.session.get(Booking, (held.business_id, held.id), populate_existing=True)
    assert (kept.status, kept.customer_id) == ("expired", None)


def test_everybody_else_books(client, shop, ann):
    _, answer = sent(client, shop, email="olivia@example.com", phone="030 999999")
    assert answer.status_code == 303


def test_a_member_and_daybook_are_never_refused(shop, ann):
    contact = Contact("Ann", "ann@example.com")
    for actor in (ANNA, SYSTEM):
        refuse_blocked(shop.business.id, by=actor, contact=contact, customer_id=ann.id)
    for actor in (VISITOR, Actor("customer", "Ann")):
        with pytest.raises(CallUs):
            refuse_blocked(shop.business.id, by=actor, contact=contact)


def test_whoever_was_merged_with_the_blocked_is_asked_to_call(shop, ann):
    twin = meet(shop.business.id, Contact("Annie", "annie@example.com", "+4930999999"), NOW)
    merge(shop.business.id, ann.id, twin.id, by=ANNA, now=NOW)
    for contact in (Contact("A", "annie@example.com"), Contact("A", "new@example.com", "+4930999999")):
        with pytest.raises(CallUs):
            refuse_blocked(shop.business.id, by=VISITOR, contact=contact)
    unblock(ann, by=ANNA, now=NOW)
    refuse_blocked(shop.business.id, by=VISITOR, contact=Contact("A", "annie@example.com", "+4930999999"))


def test_a_block_is_of_one_business_and_of_nobody_who_left_no_contact(shop, ann):
    refuse_blocked(a_business().id, by=VISITOR, contact=Contact("Ann", "ann@example.com"))
    refuse_blocked(shop.business.id, by=VISITOR, contact=Contact("Ann", None))


def test_what_is_booked_stays_and_is_not_moved_by_themselves(shop):
    booking = a_booking(shop, TEN, email="ann@example.com")
    ann = meet(shop.business.id, Contact("Ann", "ann@example.com"), NOW)
    block(ann, None, by=ANNA, now=NOW)
    business = db.session.get_one(Business, shop.business.id)
    later = epoch_minute(berlin("2027-03-03 10:00"))
    with pytest.raises(CallUs):
        reschedule(business, booking, start=later, by=Actor("customer", "Ann"), now=clock.now())
    assert booking.status == "confirmed"


def test_the_blocked_do_not_get_on_the_waitlist(app):
    full = a_shop(1, minutes=60)
    ann = meet(full.business.id, Contact("Ann Lee", "ann@example.com"), NOW)
    block(ann, None, by=ANNA, now=NOW)
    a_full_day(full)
    with pytest.raises(CallUs):
        waits(full, email="ann@example.com")
