"""Two rows of one person become one, with everything of both."""

import pytest
from sqlalchemy import select

import app.tables  # noqa: F401
from app.appointments.limiting import customer_room
from app.appointments.models import Booking
from app.audit.models import AuditEvent
from app.core.db import db
from app.customers.belonging import tables_of_customers
from app.customers.blocking import block
from app.customers.completing import CustomerGone
from app.customers.meeting import Contact, find_known, meet
from app.customers.merging import SamePerson, duplicates_in, merge, others_like
from app.customers.models import Customer, CustomerNote, CustomerWord
from app.customers.noting import write_note
from app.customers.searching import matches
from app.customers.tagging import add_tag
from app.notifications.models import Notification
from tests.conftest import NOW
from tests.factories import ANNA, a_booking, a_business, a_membership, a_shop, a_user, berlin, signed_in

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin("2027-03-02 10:00")
# Their rows are looked after by name: whoever is merged loses words and gets a pointer.
OWN = {"customer_words", "customers"}


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


def known(shop, name, email=None, phone=None):
    return meet(shop.business.id, Contact(name, email, phone), NOW)


def merged(shop, survivor, other, **more):
    return merge(shop.business.id, survivor.id, other.id, by=ANNA, now=NOW, **more)


def again(row):
    return db.session.get(type(row), (row.business_id, row.id), populate_existing=True)


def test_every_table_with_a_customer_is_handed_over():
    pointing = {
        table.name
        for table in db.metadata.tables.values()
        for key in table.foreign_key_constraints
        if key.referred_table.name == "customers"
    }
    named = {table.name for table in db.metadata.tables.values() if "customer_id" in table.columns}
    assert pointing | named == OWN | {it.__tablename__ for it in tables_of_customers()}


def test_everything_goes_to_whoever_stays(shop):
    one = known(shop, "Ann Lee", "ann@example.com")
    other = known(shop, "Anna Lee", None, "+4930123456")
    other.tags, one.tags = ["VIP", "Tea"], ["vip"]
    other.blocked, other.blocked_reason = True, "Never came"
    other.user_id = a_user().id
    booking = a_booking(shop, TEN, email="other@example.com")
    booking.customer_id = other.id
    for message in db.session.query(Notification).filter(Notification.customer_id.is_not(None)):
        message.customer_id = other.id
    write_note(other, "Likes tea.", by=ANNA, now=NOW)
    account = other.user_id
    merged(shop, one, other)
    one, other = again(one), again(other)
    assert (one.name, one.email, one.phone) == ("Ann Lee", "ann@example.com", "+4930123456")
    assert (one.tags, one.blocked, one.blocked_reason) == (["vip", "Tea"], True, "Never came")
    assert (one.user_id, other.user_id, other.merged_into) == (account, None, one.id)
    for table in tables_of_customers():
        assert not db.session.scalars(select(table.customer_id).where(table.customer_id == other.id)).all()
    assert db.session.get(Booking, (one.business_id, booking.id)).customer_id == one.id
    assert db.session.scalar(select(CustomerNote.customer_id)) == one.id
    assert not db.session.scalars(select(CustomerWord.word).filter_by(customer_id=other.id)).all()
    assert [it.id for it in matches(shop.business.id, "3456")] == [one.id]
    [event] = db.session.query(AuditEvent).filter_by(action="customer.merged")
    assert event.changes["merged"] == [other.id, one.id]
    assert event.changes["moved"][1]["bookings"] == [booking.id]


def test_what_was_chosen_counts_and_the_other_address_leads_there_still(shop):
    one, other = known(shop, "Ann Lee", "ann@example.com"), known(shop, "Anna Lee", "anna@example.com")
    merged(shop, one, other, from_other=frozenset(["name", "email"]))
    assert (again(one).name, again(one).email) == ("Anna Lee", "anna@example.com")
    assert find_known(shop.business.id, Contact("Anna", "anna@example.com")).id == one.id
    third = known(shop, "Third", "third@example.com")
    merged(shop, third, again(one))
    assert find_known(shop.business.id, Contact("Anna", "anna@example.com")).id == third.id
    assert again(other).merged_into == third.id


def test_limits_count_both_together(shop):
    shop.business.customer_limit = 2
    one, other = known(shop, "Ann", "ann@example.com"), known(shop, "Anna", "anna@example.com")
    for customer in (one, other):
        a_booking(shop, TEN.replace(hour=9 + customer.id % 2), email=customer.email, person=None)
    merged(shop, one, other)
    assert customer_room(shop.business, shop.service, one.id, NOW) == 0


def test_nobody_is_merged_twice_with_themselves_or_with_a_stranger(shop):
    one, other = known(shop, "Ann", "ann@example.com"), known(shop, "Anna", "anna@example.com")
    with pytest.raises(SamePerson):
        merged(shop, one, one)
    elsewhere = meet(a_business().id, Contact("Ann", "ann@example.com"), NOW)
    with pytest.raises(CustomerGone):
        merged(shop, one, elsewhere)
    merged(shop, one, other)
    for pair in ((one, other), (other, one)):
        with pytest.raises(CustomerGone):
            merged(shop, *pair)


def test_nothing_is_written_about_whoever_was_merged_meanwhile(shop):
    one, other = known(shop, "Ann", "ann@example.com"), known(shop, "Anna", "anna@example.com")
    merged(shop, one, other)
    for write in (
        lambda: write_note(other, "Likes tea.", by=ANNA, now=NOW),
        lambda: add_tag(other, "VIP", by=ANNA, now=NOW),
        lambda: block(other, None, by=ANNA, now=NOW),
    ):
        with pytest.raises(CustomerGone):
            write()


def test_one_phone_or_one_name_is_suggested(shop):
    ann = known(shop, "Ann Lee", "ann@example.com", "+4930123456")
    same_phone = known(shop, "Zoe", "zoe@example.com", "+4930123456")
    same_name = known(shop, "ANN  LÉE", "lee@example.com")
    known(shop, "Ann Leeds", "leeds@example.com")
    assert [it.id for it in others_like(ann)] == [same_phone.id, same_name.id]
    pairs = [(it.one.id, it.other.id, it.because) for it in duplicates_in(shop.business.id)]
    assert pairs == [(ann.id, same_phone.id, "phone"), (ann.id, same_name.id, "name")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Olivia Park", "Park, Olivia"),
        ("Maria José Núñez", "Nunez Jose Maria"),
        ("Jörg Müller", "MUELLER Joerg"),
        ("François Groß", "Gross Francois"),
    ],
)
def test_a_name_is_the_same_turned_round_or_without_its_accents(shop, one, other):
    pair = known(shop, one, "one@example.com"), known(shop, other, "other@example.com")
    known(shop, "Olivia Parker", "parker@example.com")
    [found] = duplicates_in(shop.business.id)
    assert (found.one.id, found.other.id, found.because) == (pair[0].id, pair[1].id, "name")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("ann.lee@gmail.com", "annlee+salon@googlemail.com", True),
        ("ann+tea@example.com", "ann@example.com", True),
        ("ann.lee@example.com", "annlee@example.com", False),
        ("ann@example.com", "ann@example.org", False),
        ("ann@gmail.com", "ann@notgooglemail.com", False),
    ],
)
def test_a_mailbox_is_the_same_in_another_spelling(shop, one, other, is_same):
    ann, zoe = known(shop, "Ann Lee", one), known(shop, "Zoe Wu", other)
    assert [it.because for it in duplicates_in(shop.business.id)] == ["email"] * is_same
    assert [it.id for it in others_like(ann)] == [zoe.id] * is_same


def test_a_turned_name_is_suggested_beside_a_customer_and_nobody_of_another_business(shop):
    ann, turned = known(shop, "Ann Marie Lee", None), known(shop, "Lee Ann-Marie", "lee@example.com")
    other = a_shop()
    known(other, "Lee Ann Marie", "lee@example.com")
    assert [it.id for it in others_like(ann)] == [turned.id]
    assert len(duplicates_in(shop.business.id)) == 1
    assert duplicates_in(other.business.id) == []


def test_both_are_seen_side_by_side_and_merged_by_a_manager(app, shop):
    one, other = known(shop, "Ann Lee", "ann@example.com"), known(shop, "Anna Lee", "anna@example.com")
    page = f"/manage/{shop.business.slug}/customers"
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    shown = manager.get(f"{page}/{one.id}/merger?with={other.id}")
    assert "Ann Lee" in shown.text
    assert "anna@example.com" in shown.text
    assert manager.get(f"{page}/{one.id}/merger").status_code == 200
    assert manager.get(f"{page}/{one.id}/merger?with={one.id}&q=anna").status_code == 200
    assert manager.get(f"{page}/duplicates").status_code == 200
    form = {"other": other.id, "survivor": "other", "name": "one", "email": "other"}
    answer = manager.post(f"{page}/{one.id}/merger", data=form)
    assert answer.location == f"{page}/{other.id}"
    kept = again(other)
    assert (kept.name, kept.email) == ("Ann Lee", "anna@example.com")
    led = manager.get(f"{page}/{one.id}")
    assert (led.status_code, led.location) == (303, f"{page}/{other.id}")
    assert manager.post(f"{page}/{other.id}/merger", data={"other": "x"}).status_code == 404
    assert db.session.query(Customer).filter_by(merged_into=None).count() == 1
