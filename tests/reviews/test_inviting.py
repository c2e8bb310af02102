"""Customers are asked once how it was, and never who should not be."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.appointments.finishing import complete
from app.appointments.models import Booking
from app.appointments.reminder_rules import PRESETS, Rule, add_rule
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.customers.unwanted import set_wanted
from app.notifications.kinds import find_kind
from app.notifications.leaving_out import set_asking
from app.notifications.models import MessageSettings, Notification
from app.notifications.writing import written_now
from app.orders.changing import change_order, lock_order
from app.orders.models import Order
from app.reviews.finding import find_subject, review_token
from app.reviews.inviting import invite
from app.reviews.writing import Said, review
from tests.factories import Shop, a_booking, a_membership, a_shop, a_user, berlin, signed_in
from tests.notifications.messages import again, messages_of
from tests.orders.kitchen import a_kitchen, an_order, handed_over
from tests.reading import soup, words

VISIT = berlin("2027-03-02 10:00")


@pytest.fixture(autouse=True)
def _at_noon(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-01 12:02"))


def invitations(business_id: int) -> list[Notification]:
    return [it for it in messages_of(business_id) if it.kind == "review_invitation"]


def why_not(row: Notification) -> str | None:
    found = find_kind(row.kind).wanted(again(row))
    return str(found) if found else None


def customer_of(order: Order | Booking) -> Customer:
    return db.session.get_one(Customer, (order.business_id, order.customer_id))


def link_in(text: str) -> str:
    """The part of the address of the review that a text has; nothing where it has none."""
    found = [it for it in text.split() if "/reviews/" in it]
    return found[0].rpartition("/reviews/")[2] if found else ""


def a_visit(*rules: Rule) -> tuple[Shop, Booking]:
    shop = a_shop()
    for rule in rules or (PRESETS["thanks"],):
        add_rule(shop.business, rule, by=SYSTEM, now=clock.now())
    return shop, a_booking(shop, VISIT)


def follow_ups(shop: Shop) -> list[Notification]:
    rows = [it for it in messages_of(shop.business.id) if it.kind == "booking_follow_up"]
    return sorted(rows, key=lambda it: it.send_at)


def test_after_an_order_its_customer_is_asked_the_next_day_at_ten(frozen: Any) -> None:
    kitchen = a_kitchen()
    order = handed_over(kitchen)
    [row] = invitations(kitchen.business.id)
    assert (row.recipient, row.channel, row.status) == ("olivia@example.com", "email", "pending")
    assert row.send_at == berlin("2027-03-02 10:00")
    assert row.expires_at == berlin("2027-03-05 10:00")
    assert why_not(row) is None
    written = written_now(row)
    assert written.subject == "How was your order at Ann's Salon?"
    assert find_subject(link_in(written.body)) is order
    assert "Monday 1 March 2027: 1 × Margherita" in written.body
    assert "I do not want such mails from Ann's Salon: http://localhost:8000/messages/" in written.body
    assert "Write a review" in (written.page or "")


def test_nobody_is_asked_twice_or_before_they_have_it() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    change_order(lock_order(order), "accepted", by=SYSTEM, now=clock.now())
    change_order(lock_order(order), "ready", by=SYSTEM, now=clock.now())
    assert invitations(kitchen.business.id) == []
    change_order(lock_order(order), "fulfilled", by=SYSTEM, now=clock.now())
    invite(order, "ready", SYSTEM, clock.now())
    assert len(invitations(kitchen.business.id)) == 1


def test_who_has_only_a_number_is_texted_where_texts_are_sent() -> None:
    kitchen = a_kitchen()
    by_phone = Contact("Olivia Park", None, phone="+4915112345678", language="en-GB")
    handed_over(kitchen, contact=by_phone)
    assert invitations(kitchen.business.id) == []
    db.session.add(MessageSettings(business_id=kitchen.business.id, sms_limit=100))
    order = handed_over(kitchen, contact=by_phone)
    [row] = invitations(kitchen.business.id)
    body = written_now(row).body
    assert (row.channel, body.startswith("Ann's Salon: how was your order 2?")) == ("sms", True)
    assert find_subject(link_in(body)) is order


def _blocked(order: Order) -> None:
    customer_of(order).blocked = True


def _erased(order: Order) -> None:
    customer_of(order).erased_at = clock.now()


def _unwanted(order: Order) -> None:
    set_wanted(customer_of(order), "follow_up", "email", False, by=VISITOR, now=clock.now())


def _asks_nobody(order: Order) -> None:
    set_asking(order.business_id, asks=False, by=SYSTEM, now=clock.now())


WHY_NOT = {
    _blocked: "The customer is blocked.",
    _erased: "The customer was erased.",
    _unwanted: "The customer does not want such messages.",
    _asks_nobody: "The business does not send such messages.",
}


@pytest.mark.parametrize("happens", WHY_NOT)
def test_who_is_not_asked_before_it_is_planned_and_before_it_is_sent(happens: Any) -> None:
    kitchen = a_kitchen()
    order = handed_over(kitchen)
    [row] = invitations(kitchen.business.id)
    happens(order)
    db.session.flush()
    assert why_not(row) == WHY_NOT[happens]
    if happens is not _erased:
        other = an_order(kitchen) if happens is not _blocked else order
        before = len(invitations(kitchen.business.id))
        row.dedupe_key = "another"
        other.status = "fulfilled"
        db.session.flush()
        invite(other, "ready", SYSTEM, clock.now())
        assert len(invitations(kitchen.business.id)) == before


def test_who_has_reviewed_it_or_had_it_long_ago_is_not_asked(frozen: Any) -> None:
    kitchen = a_kitchen()
    order = handed_over(kitchen)
    [row] = invitations(kitchen.business.id)
    frozen.shift(60 * 24 * 3600 + 60)
    assert "too long ago" in str(why_not(row))
    frozen.shift(-60 * 24 * 3600)
    review(kitchen.business, order, Said(5), by=VISITOR, now=clock.now())
    assert why_not(row) == "They have said how it was already."


def test_what_was_ordered_with_a_visit_is_asked_about_with_it() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    order.visit = order.uid
    add_rule(kitchen.business, PRESETS["thanks"], by=SYSTEM, now=clock.now())
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    assert invitations(kitchen.business.id) == []


def test_the_word_of_thanks_asks_how_the_visit_was(frozen: Any) -> None:
    shop, booking = a_visit()
    frozen.move_to(VISIT + timedelta(hours=3))
    complete(shop.business, booking, by=SYSTEM, now=clock.now())
    [row] = follow_ups(shop)
    written = written_now(row)
    assert link_in(written.body) == review_token(booking)
    assert "Say how it was" in (written.page or "")
    assert "Book the next visit" in (written.page or "")
    row.channel, row.recipient = "sms", "+4915112345678"
    db.session.flush()
    assert "We hope to see you again! How was it? http://localhost:8000/reviews/" in written_now(row).body


def test_what_is_over_and_not_counted_yet_is_asked_about_and_what_is_ahead_is_not(frozen: Any) -> None:
    shop, _booking = a_visit()
    [row] = follow_ups(shop)
    assert link_in(written_now(row).body) == ""
    frozen.move_to(VISIT + timedelta(hours=1))
    assert link_in(written_now(row).body) != ""


@pytest.mark.parametrize("happens", ["asks nobody", "reviewed", "blocked", "no show", "sixty days"])
def test_the_word_of_thanks_asks_nothing_where_nothing_can_be_said(frozen: Any, happens: str) -> None:
    shop, booking = a_visit()
    frozen.move_to(VISIT + timedelta(hours=3))
    complete(shop.business, booking, by=SYSTEM, now=clock.now())
    [row] = follow_ups(shop)
    if happens == "asks nobody":
        set_asking(shop.business.id, asks=False, by=SYSTEM, now=clock.now())
    elif happens == "reviewed":
        review(shop.business, booking, Said(4), by=VISITOR, now=clock.now())
    elif happens == "blocked":
        customer_of(booking).blocked = True
    elif happens == "no show":
        booking.status = "no_show"
    else:
        frozen.shift(61 * 24 * 3600)
    db.session.flush()
    written = written_now(row)
    assert link_in(written.body) == ""
    assert "Say how it was" not in (written.page or "")
    row.channel = "sms"
    db.session.flush()
    assert written_now(row).body == "Thank you for your visit to Ann's Salon. We hope to see you again!"


def test_only_the_first_of_several_words_of_thanks_asks(frozen: Any) -> None:
    shop, booking = a_visit(PRESETS["thanks"], Rule(about="after", unit="days", amount=7, at_min=600))
    frozen.move_to(VISIT + timedelta(days=1))
    complete(shop.business, booking, by=SYSTEM, now=clock.now())
    first, second = follow_ups(shop)
    assert link_in(written_now(first).body)
    assert link_in(written_now(second).body)
    first.status, first.sent_at = "sent", clock.now()
    db.session.flush()
    assert link_in(written_now(second).body) == ""
    # Sent again, the first one asks again.
    copy = Notification(
        **{it: getattr(first, it) for it in ("business_id", "subject_kind", "subject_id", "kind", "channel")},
        **{it: getattr(first, it) for it in ("recipient", "language", "customer_id", "payload")},
        copy_of=first.id,
        dedupe_key="again",
        send_at=clock.now(),
    )
    db.session.add(copy)
    db.session.flush()
    assert link_in(written_now(copy).body)


def test_a_manager_decides_whether_anybody_is_asked(app: Flask) -> None:
    shop = a_shop()
    browser = signed_in(app, a_membership(shop.business, "manager", a_user("m@example.com")).user)
    page = f"/manage/{shop.business.slug}/settings/messages"
    part = soup(browser.get(page)).select_one("#review-invitations")
    assert "Customers are asked the day after an order." in words(part)
    assert browser.post(f"{page}/review-invitations", data={"asks": "no"}).status_code == 303
    answer = browser.get(page)
    assert "Customers are not asked for reviews." in answer.text
    assert "Nobody is asked." in words(soup(answer).select_one("#review-invitations"))
    assert db.session.get_one(MessageSettings, shop.business.id).asks_for_reviews is False
    browser.post(f"{page}/review-invitations", data={"asks": "yes"})
    assert db.session.get_one(MessageSettings, shop.business.id, populate_existing=True).asks_for_reviews
