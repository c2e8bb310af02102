"""Baskets that cost more than an order can, or than can be paid online at once: refused with a sentence."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.orders.basket import MOST_TOTAL, Basket, Entry, TooExpensive, write_basket
from app.orders.billing import TooMuchOnline
from app.orders.models import Order, OrderSettings
from tests.appointments.paying import with_own_keys
from tests.factories import Shop, a_shop, berlin
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.orders.test_booking_together import OLIVIA, action, held, sent, words

pytestmark = pytest.mark.usefixtures("kitchen")
SAID = "This is more than one order can cost."


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    frozen.move_to(berlin("2027-03-01 10:02"))
    return a_shop()


@pytest.fixture
def kitchen(shop: Shop) -> Kitchen:
    """With bottles and pizzas that cost as much as anything can, and as many of them as anybody can want."""
    kitchen = a_kitchen(shop)
    shop.business.status = "open"
    for item in (kitchen.bottle, kitchen.pizza):
        item.price_cents, item.most, item.stock = 10**10, 999, None
    db.session.commit()
    return kitchen


def a_lot(kitchen: Kitchen) -> Basket:
    """All of it: about two hundred thousand millions."""
    return Basket((Entry(kitchen.bottle.id, quantity=999), Entry(kitchen.pizza.id, (kitchen.small.id,), 999)))


def test_an_order_costs_so_much_at_most(kitchen: Kitchen) -> None:
    most = MOST_TOTAL // 10**10
    order = an_order(kitchen, Entry(kitchen.bottle.id, quantity=most))
    assert order.total_cents == MOST_TOTAL
    for entries in ([Entry(kitchen.bottle.id, quantity=most + 1)], a_lot(kitchen).entries):
        with pytest.raises(TooExpensive):
            an_order(kitchen, *entries)


def test_menu_and_checkout_say_so_and_nothing_is_ordered(client: FlaskClient, kitchen: Kitchen) -> None:
    base, token = f"/b/{kitchen.business.slug}/order", write_basket(kitchen.business.id, a_lot(kitchen))
    assert SAID in words(client.get(f"{base}?basket={token}"))
    page = client.get(f"{base}/checkout?basket={token}")
    assert SAID in words(page)
    assert "Book an appointment with it" not in words(page)
    form = sent(page) | OLIVIA | {"due": "asap", "payment": "later"}
    refused = client.post(f"{base}/orders", data=form)
    assert (refused.status_code, 'value="Olivia Park"' in refused.text) == (422, True)
    assert SAID in words(refused)
    assert Order.query.count() == 0


def test_neither_is_it_ordered_with_a_visit(client: FlaskClient, shop: Shop, kitchen: Kitchen) -> None:
    token = write_basket(kitchen.business.id, a_lot(kitchen))
    details = client.get(held(client, shop, token))
    assert SAID in words(details)
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert (refused.status_code, SAID in words(refused)) == (422, True)
    assert Order.query.count() == 0


@pytest.mark.parametrize("prepay", ["online", "either"])
def test_what_stripe_would_not_take_is_not_begun_to_be_paid(
    shop: Shop, kitchen: Kitchen, prepay: str
) -> None:
    with_own_keys(shop)
    kitchen.bottle.price_cents = 99_999_999
    kitchen.pizza.price_cents = 100_000_000
    db.session.commit()
    _rules(kitchen).prepay = prepay
    assert an_order(kitchen, Entry(kitchen.bottle.id), online=True).status == "pending_payment"
    with pytest.raises(TooMuchOnline):
        an_order(kitchen, Entry(kitchen.pizza.id, (kitchen.small.id,)), online=True)


def test_with_a_visit_neither(client: FlaskClient, shop: Shop, kitchen: Kitchen) -> None:
    with_own_keys(shop)
    _rules(kitchen).prepay = "online"
    db.session.commit()
    token = write_basket(kitchen.business.id, Basket((Entry(kitchen.bottle.id),)))
    details = client.get(held(client, shop, token))
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert refused.status_code == 422
    assert "So much cannot be paid online at once." in words(refused)
    assert Order.query.count() == 0


def _rules(kitchen: Kitchen) -> OrderSettings:
    return db.session.get_one(OrderSettings, kitchen.business.id)
