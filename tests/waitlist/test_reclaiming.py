"""What was cancelled is booked again while it is offered to somebody who waits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.appointments.cancelling import cancel_together
from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.appointments.reclaiming import OfferedToAnother
from app.appointments.refusals import SlotTaken
from app.appointments.undoing import undo
from app.appointments.withdrawing import take_back
from app.appointments.withdrawing import withdraw as give_up_own
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.notifications.models import MessageSettings, Notification
from app.schedule.serving import Server
from app.waitlist.ending import withdraw
from app.waitlist.line import ahead_of
from app.waitlist.models import WaitlistEntry
from tests.appointments.looking import state
from tests.factories import (
    ANNA,
    Shop,
    a_booking,
    a_class_date,
    a_membership,
    a_shop,
    add_need,
    add_service,
    berlin,
    signed_in,
)
from tests.notifications.messages import messages_of
from tests.reading import soup
from tests.waitlist.test_letters import why_not
from tests.waitlist.test_passing import booked_at, give_up
from tests.waitlist.waiting import a_full_day, all_sent, offer_of, offers, takes, waits

pytestmark = pytest.mark.usefixtures("frozen")
OLIVIA = Actor("customer", "Olivia Park")
ELEVEN = berlin("2027-03-02 11:00")


@pytest.fixture
def shop(app: Flask) -> Shop:
    shop = a_shop(minutes=60)
    a_full_day(shop)
    return shop


def cancelled(shop: Shop, hour: int = 11) -> Booking:
    """A booking of Tuesday that was cancelled."""
    booking = booked_at(shop, hour)
    give_up(shop, hour)
    return booking


def undone(shop: Shop, booking: Booking) -> None:
    undo(shop.business, booking, by=ANNA, now=clock.now())


def told(shop: Shop, entry: WaitlistEntry) -> list[tuple[str, str, str]]:
    """(kind, channel, status) of what somebody who waits was told after joining."""
    rows = [it for it in messages_of(shop.business.id) if it.subject_id == entry.id]
    return [
        (it.kind, it.channel, it.status) for it in rows if it.kind in ("waitlist_offer", "waitlist_withdrawn")
    ]


def test_a_member_books_again_what_is_offered_and_who_waits_keeps_their_place(shop: Shop) -> None:
    first, second = waits(shop), waits(shop)
    booking = cancelled(shop)
    undone(shop, booking)
    assert booking.status == "confirmed"
    assert (first.status, offers(first)) == ("waiting", [("withdrawn", ELEVEN)])
    assert (ahead_of(shop.business, first), ahead_of(shop.business, second)) == (0, 1)
    assert offers(second) == []
    assert db.session.query(Booking).filter_by(business_id=shop.business.id, status="held").count() == 0
    give_up(shop, 11)
    assert offers(first) == [("withdrawn", ELEVEN), ("open", ELEVEN)]


def test_an_offer_nobody_has_read_is_called_off_without_a_word(shop: Shop) -> None:
    entry = waits(shop)
    undone(shop, cancelled(shop))
    assert told(shop, entry) == [("waitlist_offer", "email", "cancelled")]


@pytest.mark.parametrize("left", ["sent", "unknown", "broken off, and waits for its second try"])
def test_whoever_may_have_read_it_is_told_in_a_mail(shop: Shop, left: str) -> None:
    entry = waits(shop)
    booking = cancelled(shop)
    if left in ("sent", "unknown"):
        db.session.execute(update(Notification).values(status=left, sent_at=clock.now()))
    else:
        db.session.execute(update(Notification).values(transmitting_at=clock.now(), resent_at=clock.now()))
    undone(shop, booking)
    assert told(shop, entry)[-1] == ("waitlist_withdrawn", "email", "pending")
    row = next(it for it in messages_of(shop.business.id) if it.kind == "waitlist_withdrawn")
    assert why_not(row) is None


def test_whoever_has_only_read_a_text_is_told_by_text(shop: Shop) -> None:
    db.session.add(MessageSettings(business_id=shop.business.id, sms_limit=100))
    entry = waits(shop)
    entry.contact_email, entry.contact_phone = None, "+493055501420"
    booking = cancelled(shop)
    all_sent()
    undone(shop, booking)
    assert told(shop, entry) == [("waitlist_offer", "sms", "sent"), ("waitlist_withdrawn", "sms", "pending")]


def test_an_offer_that_was_taken_stays_and_the_time_is_gone(shop: Shop) -> None:
    entry = waits(shop)
    booking = cancelled(shop)
    takes(shop, offer_of(entry))
    with pytest.raises(SlotTaken) as refused:
        undone(shop, booking)
    assert not isinstance(refused.value, OfferedToAnother)
    assert offers(entry) == [("taken", ELEVEN)]


def test_a_customer_takes_nothing_back_that_is_offered_and_reads_why_and_where_to_go(
    shop: Shop, client: FlaskClient
) -> None:
    entry, booking = waits(shop), booked_at(shop, 11)
    give_up_own(shop.business, booking, [booking.id], by=OLIVIA, now=clock.now())
    before = state()
    with pytest.raises(OfferedToAnother):
        take_back(shop.business, booking, by=OLIVIA, now=clock.now())
    assert (state(), offers(entry)) == (before, [("open", ELEVEN)])
    db.session.commit()
    answer = client.post(f"/bookings/{receipt_token(booking)}/return")
    assert answer.status_code == 409
    page = soup(answer)
    assert "it is kept for them until they answer" in page.select_one("main").text
    flow, wait = (it["href"] for it in page.select("#instead a"))
    assert client.get(flow).status_code == 200
    form = soup(client.get(wait))
    assert form.select_one("#from_on")["value"] == "2027-03-02"
    assert form.select_one("#service option[selected]").text == "Haircut"


def test_the_panel_of_a_member_undoes_it_by_one_click(shop: Shop, app: Flask) -> None:
    entry = waits(shop)
    booking = cancelled(shop)
    owner = signed_in(app, a_membership(shop.business).user)
    address = f"/manage/{shop.business.slug}/bookings/{booking.id}/restoration"
    assert owner.post(address).status_code == 303
    db.session.refresh(booking)
    assert (booking.status, offers(entry)) == ("confirmed", [("withdrawn", ELEVEN)])


def test_an_offer_that_has_run_out_is_passed_on_and_taken_back_from_the_next(shop: Shop, frozen) -> None:
    first, second = waits(shop), waits(shop)
    booking = cancelled(shop)
    frozen.shift(timedelta(hours=3))
    undone(shop, booking)
    assert (offers(first), offers(second)) == ([("lapsed", ELEVEN)], [("withdrawn", ELEVEN)])
    assert told(shop, second) == [("waitlist_offer", "email", "cancelled")]


def test_of_a_class_as_many_places_as_are_missing_are_taken_back_the_latest_offer_first(app: Flask) -> None:
    shop = a_shop(capacity=2, minutes=60)
    a_class_date(shop, ELEVEN)
    one, two = (a_booking(shop, ELEVEN, f"{it}@example.com") for it in ("one", "two"))
    first, second = waits(shop), waits(shop)
    for it in (one, two):
        give_up_own(shop.business, it, [it.id], by=OLIVIA, now=clock.now())
    assert [len(offers(it)) for it in (first, second)] == [1, 1]
    undone(shop, one)
    assert (offers(first), offers(second)) == ([("open", ELEVEN)], [("withdrawn", ELEVEN)])
    takes(shop, offer_of(first))
    with pytest.raises(SlotTaken):
        undone(shop, two)


def test_what_is_left_of_an_offer_goes_to_the_next_whom_it_suits(app: Flask) -> None:
    shop = a_shop(minutes=60)
    for hours in (range(9, 11), range(12, 18)):
        a_full_day(shop, hours=hours)
    half = add_service(shop.business.id, "Fringe", minutes=30, price_cents=1000)
    add_need(shop.business.id, half.id, [Server(shop.person.resource_id)])
    fringes = replace(shop, service=half)
    half_past = berlin("2027-03-02 11:30")
    two = [a_booking(fringes, at, f"{at:%H%M}@example.com") for at in (ELEVEN, half_past)]
    long, brief = waits(shop), waits(fringes, from_min=690, until_min=691)
    cancel_together(shop.business, two, by=ANNA, now=clock.now())
    assert (offers(long), offers(brief)) == ([("open", ELEVEN)], [])
    undone(shop, two[0])
    assert (offers(long), offers(brief)) == ([("withdrawn", ELEVEN)], [("open", half_past)])


def test_a_member_takes_an_offer_back_and_it_is_told_unless_they_are_offered_something_at_once(
    shop: Shop,
) -> None:
    entry = waits(shop)
    give_up(shop, 11)
    all_sent()
    withdraw(shop.business, offer_of(entry), by=ANNA, now=clock.now())
    assert offers(entry) == [("withdrawn", ELEVEN), ("open", ELEVEN)]
    row = next(it for it in messages_of(shop.business.id) if it.kind == "waitlist_withdrawn")
    assert why_not(row) == "They were offered something else meanwhile, or do not wait any more."
