"""Cancelling and declining: what is said before, how much of a visit it is, and undoing it."""

import uuid

import pytest

from app.appointments.models import Booking
from app.core.db import db
from tests.appointments.desk.looking import FRAGMENT, TUESDAY, of, panel, status
from tests.appointments.looking import appointment_of, events, state
from tests.factories import a_booking, a_class_date, a_membership, a_shop, a_visit, berlin, signed_in
from tests.reading import rows as texts
from tests.reading import soup

TEN = berlin(TUESDAY + "10:00")


def a_pair(shop, people=(0, 0)):
    """Two parts of one visit, one after the other."""
    visit = uuid.uuid4()
    parts = [
        a_booking(shop, berlin(TUESDAY + clock), person=shop.people[person])
        for clock, person in zip(("10:00", "10:30"), people, strict=True)
    ]
    for part in parts:
        part.visit = visit
    return parts


def test_before_it_is_cancelled_it_says_what_happens(shop, owner):
    booking = a_booking(shop, TEN)
    page = owner.get(of(shop, booking, "cancellations/new"))
    assert texts(page, "h1") == ["Cancel Olivia Park’s Haircut?"]
    assert "The time is free for others at once." in page.text
    assert soup(page).select_one("[name=tell]").has_attr("checked")
    assert not soup(page).select("[name=what]")
    assert status(booking) == "confirmed"


def test_a_cancelled_booking_keeps_why_and_whether_the_customer_is_told(shop, owner):
    booking = a_booking(shop, TEN)
    sent = {"reason": "The boiler broke", "tell": "y"}
    answer = owner.post(of(shop, booking, "cancellations"), data=sent, headers=FRAGMENT)
    assert (answer.status_code, answer.location) == (303, panel(shop, booking))
    kept = db.session.get(Booking, (shop.business.id, booking.id))
    assert (kept.status, kept.cancelled_by, kept.cancel_reason) == ("cancelled", "member", "The boiler broke")
    assert events("booking.cancelled")[-1].changes["told"] == [None, True]
    assert not appointment_of(booking).live
    assert texts(owner.get(answer.location), ".desk-recent p") == ["Cancelled", "The boiler broke"]


def test_cancelling_is_undone_by_one_button_and_twice_changes_nothing(shop, owner):
    booking = a_booking(shop, TEN)
    owner.post(of(shop, booking, "cancellations"))
    assert events("booking.cancelled")[-1].changes["told"] == [None, False]
    undo = soup(owner.get(panel(shop, booking))).select_one(".desk-recent form")["action"]
    assert owner.post(undo).status_code == 303
    assert status(booking) == "confirmed"
    before = state()
    assert owner.post(undo).status_code == 303
    assert state() == before


def test_the_whole_visit_is_cancelled_and_comes_back_in_one_go(shop, owner):
    parts = a_pair(shop)
    page = owner.get(of(shop, parts[0], "cancellations/new"))
    assert soup(page).select_one("[name=what][checked]")["value"] == "visit"
    assert len(texts(page, ".desk-related li")) == 2
    assert owner.post(of(shop, parts[0], "cancellations"), data={"what": "visit"}).status_code == 303
    assert [status(it) for it in parts] == ["cancelled", "cancelled"]
    assert owner.post(of(shop, parts[1], "restoration")).status_code == 303
    assert [status(it) for it in parts] == ["confirmed", "confirmed"]


def test_one_part_of_a_visit_is_cancelled_alone(shop, owner):
    parts = a_pair(shop)
    assert owner.post(of(shop, parts[0], "cancellations"), data={"what": "part"}).status_code == 303
    assert [status(it) for it in parts] == ["cancelled", "confirmed"]


def test_a_part_that_was_cancelled_before_stays_so(shop, owner, frozen):
    parts = a_pair(shop)
    owner.post(of(shop, parts[0], "cancellations"), data={"what": "part"})
    frozen.shift(60)
    owner.post(of(shop, parts[1], "cancellations"))
    owner.post(of(shop, parts[1], "restoration"))
    assert [status(it) for it in parts] == ["cancelled", "confirmed"]


def test_of_a_visit_one_has_to_say_how_much(shop, owner):
    parts = a_pair(shop)
    before = state()
    for sent in ({}, {"what": "all"}):
        answer = owner.post(of(shop, parts[0], "cancellations"), data=sent | {"reason": "Kept"})
        assert (answer.status_code, state()) == (422, before)
        assert soup(answer).select_one("[name=reason]")["value"] == "Kept"


def test_staff_cancel_a_whole_visit_only_if_all_of_it_is_theirs(shop, staff):
    own, colleagues = a_pair(shop, (0, 1))
    assert not soup(staff.get(of(shop, own, "cancellations/new"))).select("[name=what]")
    assert staff.post(of(shop, own, "cancellations"), data={"what": "visit"}).status_code == 303
    assert [status(own), status(colleagues)] == ["cancelled", "confirmed"]
    for noun in ("cancellations", "declinations"):
        assert staff.get(of(shop, colleagues, f"{noun}/new")).status_code == 403
        assert staff.post(of(shop, colleagues, noun)).status_code == 403


def test_staff_undo_of_a_cancelled_visit_only_what_is_theirs(shop, owner, staff):
    own, colleagues = a_pair(shop, (0, 1))
    owner.post(of(shop, own, "cancellations"), data={"what": "visit"})
    assert [status(own), status(colleagues)] == ["cancelled", "cancelled"]
    assert staff.post(of(shop, colleagues, "restoration")).status_code == 403
    assert staff.post(of(shop, own, "restoration")).status_code == 303
    assert [status(own), status(colleagues)] == ["confirmed", "cancelled"]
    assert texts(staff.get(panel(shop, own)), ".flashes .alert-body") == [
        "Booked again: Haircut at 10:00 with Maya. Still cancelled: Haircut at 10:30 with Tomás."
        " Whoever it is with can book it again, or a manager."
    ]
    assert owner.post(of(shop, colleagues, "restoration")).status_code == 303
    assert texts(owner.get(panel(shop, own)), ".flashes .alert-body")[-1:] == ["Booked again, as it was."]
    assert status(colleagues) == "confirmed"


def test_of_a_class_one_person_gives_their_places_back(app, frozen):
    shop = a_shop(capacity=3)
    date = a_class_date(shop, TEN)
    booking, other = a_booking(shop, TEN), a_booking(shop, TEN, "sam@example.com")
    owner = signed_in(app, a_membership(shop.business, "owner").user)
    page = owner.get(of(shop, booking, "cancellations/new"))
    assert "Everybody else in the class stays." in page.text
    owner.post(of(shop, booking, "cancellations"))
    assert [status(booking), status(other)] == ["cancelled", "confirmed"]
    assert appointment_of(booking).places_taken == 1
    assert texts(owner.get(f"/manage/{shop.business.slug}/appointments/{date.id}"), ".desk-recent p") == [
        "Cancelled · Olivia Park"
    ]


def test_a_request_is_declined_with_a_reason_and_taken_back(shop, owner):
    booking = a_visit(shop.business, TEN, status="requested")
    page = owner.get(of(shop, booking, "declinations/new"))
    assert texts(page, "h1") == ["Decline Olivia Park’s Haircut?"]
    answer = owner.post(of(shop, booking, "declinations"), data={"reason": "Fully booked", "tell": "y"})
    assert answer.status_code == 303
    assert (status(booking), events("booking.declined")[-1].reason) == ("declined", "Fully booked")
    assert owner.post(of(shop, booking, "restoration")).status_code == 303
    assert status(booking) == "confirmed"


def test_what_is_done_is_not_cancelled(shop, owner):
    booking = a_visit(shop.business, berlin("2027-03-01 09:00"), status="completed")
    before = state()
    for noun in ("cancellations", "declinations"):
        answer = owner.post(of(shop, booking, noun))
        assert (answer.status_code, state()) == (409, before)
        assert "changed meanwhile" in answer.text


@pytest.mark.parametrize("noun", ["cancellations", "declinations"])
def test_a_reason_that_is_too_long_is_kept_in_the_form(shop, owner, noun):
    booking = a_visit(shop.business, TEN, status="requested")
    before = state()
    answer = owner.post(of(shop, booking, noun), data={"reason": "x" * 301})
    assert (answer.status_code, state()) == (422, before)
    assert soup(answer).select_one("[name=reason]")["value"] == "x" * 301


def test_another_business_cancels_nothing(shop, owner):
    booking = a_booking(a_shop(), TEN)
    for noun in ("cancellations", "declinations"):
        assert owner.get(of(shop, booking, f"{noun}/new")).status_code == 404
        assert owner.post(of(shop, booking, noun)).status_code == 404
    assert status(booking) == "confirmed"
