"""What must come right of orders and reviews, whatever else changes; each test is named by what it says."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.appointments.changing import change_status
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.orders.basket import Basket, Entry, write_basket
from app.orders.changing import change_order, lock_order
from app.orders.models import Order, OrderLine
from app.orders.placing import BasketChanged
from app.reviews.answering import reply, report, show_or_hide
from app.reviews.models import Review
from app.reviews.ratings import all_stars, recount
from app.reviews.writing import AlreadyReviewed, NotYet, Said, TooLate, review
from tests.factories import ANNA, a_booking, a_shop, berlin
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import soup

START = berlin("2027-03-02 10:00").astimezone(UTC)


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(START)


def _checkout(client: FlaskClient, kitchen: Kitchen, *entries: Entry) -> tuple[str, dict[str, str]]:
    """The address orders are sent to, and what stands in the form of this basket."""
    base = f"/b/{kitchen.business.slug}/order"
    token = write_basket(kitchen.business.id, Basket(entries))
    page = soup(client.get(f"{base}/checkout?basket={token}"))
    names = ("basket", "form", "shown", "way", "payment")
    sent = {name: str(page.select_one(f"input[name={name}]")["value"]) for name in names}  # type: ignore[index]
    return f"{base}/orders", sent | {"name": "Olivia Park", "email": "o@example.com", "due": "asap"}


def _nothing_happened(kitchen: Kitchen) -> bool:
    db.session.refresh(kitchen.bottle)
    return not db.session.scalars(select(Order)).all() and kitchen.bottle.stock == 3


def _fulfilled(kitchen: Kitchen) -> Order:
    order = an_order(kitchen)
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    return order


def test_a_review_needs_a_completed_booking_or_a_fulfilled_order_once_each_within_sixty_days(
    frozen: Any,
) -> None:
    shop = a_shop()
    kitchen = a_kitchen(shop)
    order, late = _fulfilled(kitchen), _fulfilled(kitchen)
    booking = a_booking(shop, START + timedelta(hours=2))
    with pytest.raises(NotYet):
        review(shop.business, booking, Said(5), by=VISITOR, now=clock.now())
    change_status(booking, "completed", by=SYSTEM, now=clock.now())
    for subject in (booking, order):
        review(shop.business, subject, Said(5), by=VISITOR, now=clock.now())
        with pytest.raises(AlreadyReviewed):
            review(shop.business, subject, Said(1), by=VISITOR, now=clock.now())
    frozen.move_to(START + timedelta(days=60, seconds=1))
    with pytest.raises(TooLate):
        review(shop.business, late, Said(5), by=VISITOR, now=clock.now())


def test_the_owner_replies_and_reports_and_the_average_ignores_what_is_hidden(frozen: Any) -> None:
    kitchen = a_kitchen()
    bad = review(kitchen.business, _fulfilled(kitchen), Said(1, None, "Cold."), by=VISITOR, now=clock.now())
    review(kitchen.business, _fulfilled(kitchen), Said(5), by=VISITOR, now=clock.now())
    reply(bad, "We are sorry.", by=ANNA, now=clock.now())
    report(bad, "not_a_customer", None, by=ANNA, now=clock.now())
    assert (bad.words, bad.stars, bad.status) == ("Cold.", 1, "shown")
    assert str(all_stars(kitchen.business.id)["business", 0].average) == "3.0"
    show_or_hide(bad, shown=False, by=SYSTEM, now=clock.now(), reason="Never there.")
    assert str(all_stars(kitchen.business.id)["business", 0].average) == "5.0"
    assert recount(kitchen.business.id) == {}


@pytest.mark.parametrize("pieces", ["0", "-1", "1.5", "1000000000", "1e3", "٣", "", " "])
def test_odd_numbers_of_pieces_are_refused_with_a_sentence(client: FlaskClient, pieces: str) -> None:
    kitchen = a_kitchen()
    db.session.commit()
    item = f"/b/{kitchen.business.slug}/order/items/{kitchen.bottle.id}"
    answer = client.post(item, data={"quantity": pieces})
    assert answer.status_code == 422
    assert soup(answer).select_one("#quantity-error")


@pytest.mark.parametrize("pieces", ["-1", "1.5", "1000000000", "1e3", "x"])
def test_odd_numbers_in_the_basket_never_make_an_order_of_them(client: FlaskClient, pieces: str) -> None:
    kitchen = a_kitchen()
    address, sent = _checkout(client, kitchen, Entry(kitchen.bottle.id))
    field = f"quantity-{Entry(kitchen.bottle.id).key}"
    for page in (address, address.replace("/orders", "/checkout")):
        answer = client.post(page, data=sent | {field: pieces})
        assert answer.status_code == 422
        assert soup(answer).select_one(f"[name={field}]")["value"] == pieces
        assert "whole number" in soup(answer).select_one(f"#{field}-error").text
    assert _nothing_happened(kitchen)


def test_an_order_costs_what_the_menu_says_whatever_the_browser_sends(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    address, sent = _checkout(client, kitchen, Entry(kitchen.bottle.id, quantity=2))
    prices = {
        "price": "1",
        "unit_cents": "1",
        "total_cents": "1",
        "price_cents": "1",
        "delivery_cents": "-500",
    }
    assert client.post(address, data=sent | prices).status_code == 303
    order = db.session.scalars(select(Order)).one()
    assert (order.total_cents, order.lines[0].unit_cents) == (500, 250)


def test_a_price_that_changes_between_basket_and_order_is_shown_and_not_slipped_in(
    client: FlaskClient,
) -> None:
    kitchen = a_kitchen()
    address, sent = _checkout(client, kitchen, Entry(kitchen.bottle.id))
    kitchen.bottle.price_cents = 300
    db.session.commit()
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert "€3.00" in answer.text
    assert 'value="o@example.com"' in answer.text
    assert _nothing_happened(kitchen)


def test_of_a_basket_whose_one_thing_is_sold_out_nothing_is_taken(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    pizza = Entry(kitchen.pizza.id, (kitchen.large.id,))
    address, sent = _checkout(client, kitchen, Entry(kitchen.bottle.id, quantity=2), pizza)
    kitchen.pizza.sold_out = True
    db.session.commit()
    assert client.post(address, data=sent).status_code == 409
    assert _nothing_happened(kitchen)


@pytest.mark.parametrize("ending", ["declined", "cancelled", "expired"])
def test_what_was_never_had_is_never_reviewed(ending: str) -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    change_order(lock_order(order), ending, by=SYSTEM, now=clock.now())
    with pytest.raises(NotYet):
        review(kitchen.business, order, Said(1), by=VISITOR, now=clock.now())
    assert not db.session.scalars(select(Review)).all()


def test_an_order_keeps_its_words_and_prices_when_the_menu_changes(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen, Entry(kitchen.bottle.id))
    kitchen.bottle.name, kitchen.bottle.price_cents, kitchen.bottle.active = "Juice", 900, False
    db.session.commit()
    line = db.session.scalars(select(OrderLine).filter_by(order_id=order.id)).one()
    assert (line.name, line.unit_cents, order.total_cents) == ("Water", 250, 250)


def test_options_of_another_item_and_items_of_others_make_no_order() -> None:
    kitchen, other = a_kitchen(), a_kitchen()
    for entry in (
        Entry(kitchen.bottle.id, (kitchen.large.id,)),
        Entry(kitchen.pizza.id, (other.large.id,)),
        Entry(other.bottle.id),
        Entry(10**18),
    ):
        with pytest.raises(BasketChanged):
            an_order(kitchen, entry, shown=250)


@pytest.mark.parametrize(
    "due",
    [
        "2027-03-02T09:00+01:00",  # Past.
        "2027-03-06T12:00+01:00",  # Closed.
        "1",
        "-1",
        "99999999999999999999",
        "30000000",
        "noon",
        "",
    ],
)
def test_a_time_in_the_past_or_while_closed_or_none_at_all_is_refused(client: FlaskClient, due: str) -> None:
    kitchen = a_kitchen()
    address, sent = _checkout(client, kitchen, Entry(kitchen.bottle.id))
    answer = client.post(address, data=sent | {"due": due})
    assert answer.status_code in (409, 422)
    assert 'value="o@example.com"' in answer.text
    assert _nothing_happened(kitchen)


def test_markup_is_text_wherever_it_is_shown(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    note = Entry(kitchen.bottle.id, note="<img src=x onerror=alert(1)>")
    address, sent = _checkout(client, kitchen, note)
    wrong = client.post(address, data=sent | {"name": "<script>alert(1)</script>", "due": "noon"})
    assert "<script>alert(1)" not in wrong.text
    placed = client.post(address, data=sent | {"name": "<b>Olivia</b>"})
    page = client.get(placed.location).text
    assert "&lt;b&gt;Olivia&lt;/b&gt;" in page
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
