"""What members see and decide of messages about orders, and what is left of them when a customer is erased."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.businesses.models import Membership
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.belonging import Person
from app.notifications.models import MessageSettings, Notification
from app.notifications.writing import written_now
from app.orders import settling
from app.orders.changing import change_order, lock_order
from app.orders.models import Order, OrderSettings
from app.orders.personal import forget
from app.orders.settling import take_for_ordered
from app.orders.stock import SoldOut
from app.orders.told import orders_about
from app.payments.models import Invoice
from tests.factories import a_membership, a_user, berlin, signed_in
from tests.notifications.messages import again, messages_of
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import boxes, soup, words


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-02 10:02"))


@pytest.fixture
def kitchen(app: Flask) -> Kitchen:
    return a_kitchen()


@pytest.fixture
def manager(app: Flask, kitchen: Kitchen) -> FlaskClient:
    user = a_user("manager@example.com", email_checked_at=clock.now())
    return signed_in(app, a_membership(kitchen.business, "manager", user).user)


def manage(kitchen: Kitchen, page: str) -> str:
    return f"/manage/{kitchen.business.slug}/{page}"


def test_the_ledger_leads_to_the_order(kitchen: Kitchen, manager: FlaskClient) -> None:
    order = an_order(kitchen)
    [row] = messages_of(kitchen.business.id)
    page = soup(manager.get(manage(kitchen, "notifications")))
    [line] = page.select(".message")
    assert words(line.select_one(".message-title")) == "Order received"
    [link] = line.select(".message-detail a")
    assert (words(link), link["href"]) == ("Order 1, Olivia Park", manage(kitchen, f"orders/{order.id}"))
    page = soup(manager.get(manage(kitchen, f"notifications/{row.id}")))
    assert manage(kitchen, f"orders/{order.id}") in {it["href"] for it in page.select("main a")}
    assert "We have your order, Olivia Park" in page.text
    letter = manager.get(manage(kitchen, f"notifications/{row.id}/page"))
    assert "1 × Margherita" in words(BeautifulSoup(letter.text, "html.parser"))


def test_the_page_of_an_order_says_what_was_said_of_it(kitchen: Kitchen, manager: FlaskClient) -> None:
    order, other = an_order(kitchen), an_order(kitchen)
    change_order(lock_order(other), "accepted", by=SYSTEM, now=clock.now())
    page = soup(manager.get(manage(kitchen, f"orders/{order.id}")))
    part = page.select_one('[aria-labelledby="messages-title"]')
    assert [words(it) for it in part.select(".message-title")] == ["Order received"]


def test_messages_of_another_business_are_about_nothing_here(kitchen: Kitchen) -> None:
    other = a_kitchen()
    an_order(other)
    rows = messages_of(other.business.id)
    assert orders_about(kitchen.business.id, rows) == {}
    assert [it.number for it in orders_about(other.business.id, rows).values()] == [1]


def test_a_message_about_an_order_can_be_sent_again_as_long_as_it_is_true(
    kitchen: Kitchen, manager: FlaskClient
) -> None:
    order = an_order(kitchen)
    [row] = messages_of(kitchen.business.id)
    row.status, row.sent_at = "sent", clock.now()
    db.session.flush()
    page = manage(kitchen, f"notifications/{row.id}")
    assert manager.post(f"{page}/copies").status_code == 303
    change_order(lock_order(order), "declined", by=SYSTEM, now=clock.now())
    answer = manager.post(f"{page}/copies")
    assert answer.status_code == 422
    assert "The order is not what it was: Declined" in answer.text


def test_a_manager_decides_which_of_them_are_sent(kitchen: Kitchen, manager: FlaskClient) -> None:
    page = manage(kitchen, "settings/wordings")
    parts = {words(it.h3): it for it in soup(manager.get(page)).select(".wording-kind")}
    assert {"Order received", "Order accepted", "Order ready", "Order declined", "Order cancelled"} <= set(
        parts
    )
    buttons = {name: [words(it) for it in part.select("button")] for name, part in parts.items()}
    assert buttons["Order ready"] == ["Do not send it", "Do not send it"]
    assert buttons["Order declined"] == buttons["Booking confirmed"] == []
    assert manager.post(f"{page}/order_ready/sms/omission").status_code == 303
    answer = manager.get(page)
    assert "These messages are not sent any more." in answer.text
    [part] = [it for it in soup(answer).select(".wording-kind") if words(it.h3) == "Order ready"]
    assert [words(it) for it in part.select("button")] == ["Do not send it", "Send it again"]
    assert [words(it) for it in part.select(".tag")] == ["Not sent"]
    assert db.session.get_one(MessageSettings, kitchen.business.id).left_out == ["order_ready:sms"]
    manager.post(f"{page}/order_ready/sms/resumption")
    assert db.session.get_one(MessageSettings, kitchen.business.id, populate_existing=True).left_out == []
    for wrong in (
        "order_declined/email",
        "booking_confirmed/email",
        "order_ready/fax",
        "nothing/email",
        "order_new/email",
    ):
        assert manager.post(f"{page}/{wrong}/omission").status_code == 404


def test_the_words_of_an_order_can_be_ones_own_and_are_shown_before(
    kitchen: Kitchen, manager: FlaskClient
) -> None:
    page = manage(kitchen, "settings/wordings/order_accepted/email/en-GB")
    preview = manager.get(f"{page}/preview").text
    assert "2 × Margherita" in preview
    assert "Your order is accepted, Olivia Park" in preview
    answer = manager.post(
        page, data={"subject": "Hot: {order}", "body": "Moin {customer_name}\n\n{items}, {total}."}
    )
    assert answer.status_code == 303, boxes(answer)
    order = an_order(kitchen)
    change_order(lock_order(order), "accepted", by=SYSTEM, now=clock.now())
    written = written_now(messages_of(kitchen.business.id)[-1])
    assert written.subject == "Hot: Order 1, Tue 2 Mar, 10:30"
    assert "1 × Margherita, €12.00." in written.body
    for kind in ("placed", "ready", "declined", "cancelled"):
        assert manager.get(manage(kitchen, f"settings/wordings/order_{kind}/sms/de")).status_code == 200
        assert (
            manager.get(manage(kitchen, f"settings/wordings/order_{kind}/email/de/preview")).status_code
            == 200
        )
    assert (
        manager.get(manage(kitchen, "settings/wordings/review_invitation/email/de/preview")).status_code
        == 200
    )


def test_a_member_chooses_whether_they_hear_of_orders(app: Flask, kitchen: Kitchen) -> None:
    membership = a_membership(kitchen.business, "staff", a_user("staff@example.com"))
    browser, page = signed_in(app, membership.user), manage(kitchen, "settings/notices")
    fields = soup(browser.get(page))
    assert [it["value"] for it in fields.select('input[name="order"]')] == ["all", "none"]
    assert [it["value"] for it in fields.select('input[name="order"][checked]')] == ["none"]
    bookings = dict.fromkeys(("new", "request", "change", "cancellation", "answer"), "own")
    form = bookings | {"order": "all", "order_cancellation": "none"}
    assert browser.post(page, data=form).status_code == 303
    kept = db.session.get_one(Membership, (membership.business_id, membership.id), populate_existing=True)
    assert kept.notices == {"order": "all"}
    assert browser.post(page, data=form | {"order": "own"}).status_code == 422
    # Where no orders are taken nobody is asked, and what was chosen stays.
    db.session.get_one(OrderSettings, kitchen.business.id).pickup = False
    db.session.flush()
    assert not soup(browser.get(page)).select('input[name="order"]')
    assert browser.post(page, data=bookings).status_code == 303
    kept = db.session.get_one(Membership, (membership.business_id, membership.id), populate_existing=True)
    assert kept.notices == {"order": "all"}


def test_what_was_paid_too_late_is_told_once(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order(kitchen)
    db.session.query(Notification).delete()
    order.status, order.expires_at = "pending_payment", clock.now()
    db.session.flush()
    change_order(lock_order(order), "expired", by=SYSTEM, now=clock.now())
    assert messages_of(kitchen.business.id) == []

    def gone(_business: Any, _order: Order, _now: Any) -> None:
        raise SoldOut

    monkeypatch.setattr(settling, "take_again", gone)
    invoice = db.session.query(Invoice).filter_by(subject_uid=order.uid).one()
    for _time in range(2):
        take_for_ordered(kitchen.business, invoice, clock.now())
    [row] = messages_of(kitchen.business.id)
    assert "Your payment came after the time it was kept for" in written_now(row).body


def test_of_an_erased_customer_nothing_is_left_in_messages(kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    [row] = messages_of(kitchen.business.id)
    row.payload, row.last_error = {"late": True}, "Olivia"
    db.session.flush()
    forget(Person(kitchen.business.id, [order.customer_id or 0], ["olivia@example.com"]), clock.now())
    assert (again(row).payload, again(row).last_error) == ({}, None)
