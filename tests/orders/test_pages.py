"""The pages on which customers order: they work without a script, and refuse what cannot be."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from app.core.db import db
from app.orders.basket import Basket, Entry, write_basket
from app.orders.finding import order_token
from app.orders.models import Order
from tests.factories import a_shop, berlin
from tests.orders.kitchen import Kitchen, a_kitchen, an_order


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-02 10:02"))


def _base(kitchen: Kitchen) -> str:
    kitchen.business.status = "open"
    db.session.commit()
    return f"/b/{kitchen.business.slug}/order"


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def _basket_of(location: str) -> str:
    return re.search(r"basket=([^&#]+)", location)[1]


@pytest.mark.parametrize(("now", "soonest"), [("10:02", "about 10:30"), ("20:00", "about Wed 3 Mar, 09:30")])
def test_as_soon_as_possible_says_the_day_where_it_is_another(
    client: FlaskClient, frozen: Any, now: str, soonest: str
) -> None:
    frozen.move_to(berlin(f"2027-03-02 {now}"))
    kitchen = a_kitchen()
    token = write_basket(kitchen.business.id, Basket((Entry(kitchen.bottle.id),)))
    page = client.get(f"{_base(kitchen)}/checkout?basket={token}").text
    assert f"As soon as possible, {soonest}</option>" in page
    assert f'<span class="site-name">{escape(kitchen.business.name)}</span>' in page


def test_from_the_menu_to_an_order_without_a_script(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen)
    assert "Margherita" in client.get(base).text
    item = f"{base}/items/{kitchen.pizza.id}"
    assert "Large" in client.get(item).text
    chosen = {"choice-1": kitchen.large.id, "quantity": "2", "note": "no basil", "basket": ""}
    added = client.post(item, data=chosen)
    assert added.status_code == 303
    basket = _basket_of(added.location)
    assert "€24.00" in client.get(added.location).text
    checkout = client.get(f"{base}/checkout?basket={basket}").text
    sent = {name: _hidden(checkout, name) for name in ("basket", "form", "shown", "way", "payment")}
    who = {"name": "Olivia Park", "email": "Olivia@Example.com", "due": "asap"}
    placed = client.post(f"{base}/orders", data=sent | who)
    assert placed.status_code == 303, placed.text
    page = client.get(placed.location).text
    assert "Thank you, Olivia Park" in page
    assert "no basil" in page
    order = db.session.query(Order).one()
    assert (order.total_cents, order.contact_email, order.status) == (2400, "olivia@example.com", "placed")
    # Sent twice, it is the same order.
    again = client.post(f"{base}/orders", data=sent | who)
    assert again.location == placed.location
    assert db.session.query(Order).count() == 1
    # Taken back from its page.
    path = placed.location.split("?")[0]
    assert client.post(f"{path}/cancellation").status_code == 303
    assert "This order is cancelled" in client.get(path).text


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1000000000", "", "two"])
def test_odd_quantities_are_refused_and_kept(client: FlaskClient, quantity: str) -> None:
    kitchen = a_kitchen()
    item = f"{_base(kitchen)}/items/{kitchen.pizza.id}"
    answer = client.post(item, data={"choice-1": kitchen.large.id, "quantity": quantity, "note": "hot"})
    assert answer.status_code == 422
    assert 'value="hot"' in answer.text


@pytest.mark.parametrize("options", [[], ["small", "large"], ["stranger"], ["99999999999999999999"]])
def test_options_that_do_not_go_are_refused(client: FlaskClient, options: list[str]) -> None:
    kitchen, other = a_kitchen(), a_kitchen()
    ids = {"small": kitchen.small.id, "large": kitchen.large.id, "stranger": other.large.id}
    answer = client.post(
        f"{_base(kitchen)}/items/{kitchen.pizza.id}",
        data={"choice-1": [ids.get(it, it) for it in options], "quantity": "1"},
    )
    assert answer.status_code == 422


def test_prices_from_the_browser_are_not_believed(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen)
    token = write_basket(kitchen.business.id, Basket((Entry(kitchen.pizza.id, (kitchen.large.id,)),)))
    checkout = client.get(f"{base}/checkout?basket={token}").text
    sent = {name: _hidden(checkout, name) for name in ("basket", "form", "way", "payment")}
    answer = client.post(
        f"{base}/orders", data=sent | {"shown": "1", "name": "O", "email": "o@example.com", "due": "asap"}
    )
    assert answer.status_code == 409
    assert "has changed since you looked at it" in answer.text
    assert 'value="o@example.com"' in answer.text
    assert db.session.query(Order).count() == 0


def test_another_business_s_items_and_baskets_are_nothing_here(client: FlaskClient) -> None:
    kitchen, other = a_kitchen(), a_kitchen()
    base = _base(kitchen)
    assert client.get(f"{base}/items/{other.pizza.id}").status_code == 404
    token = write_basket(other.business.id, Basket((Entry(other.pizza.id, (other.large.id,)),)))
    assert "There is nothing in your basket" in client.get(f"{base}/checkout?basket={token}").text


def test_who_takes_no_orders_has_no_such_page(client: FlaskClient) -> None:
    shop = a_shop()
    shop.business.status = "open"
    db.session.commit()
    assert client.get(f"/b/{shop.business.slug}/order").status_code == 404
    assert client.get("/orders/nonsense").status_code == 404


def test_in_a_frame_the_page_of_an_order_is_that_of_its_business(client: FlaskClient) -> None:
    kitchen, other = a_kitchen(), a_kitchen()
    _base(kitchen), _base(other)
    token = order_token(an_order(kitchen))
    db.session.commit()
    assert "Margherita" in client.get(f"/w/{kitchen.business.slug}/orders/{token}").text
    assert client.get(f"/w/{other.business.slug}/orders/{token}").status_code == 404
    assert client.post(f"/w/{other.business.slug}/orders/{token}/cancellation").status_code == 404


def test_quantities_change_in_the_basket(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen)
    token = write_basket(
        kitchen.business.id, Basket((Entry(kitchen.pizza.id, (kitchen.large.id,)), Entry(kitchen.bottle.id)))
    )
    changed = client.post(f"{base}/quantities", data={"basket": token, "quantity-0": "0", "quantity-1": "9"})
    page = client.get(changed.location).text
    assert "Margherita" not in page
    assert "Only 3 pieces are left." in page


def test_a_delivery_needs_an_address_of_the_area(client: FlaskClient) -> None:
    kitchen = a_kitchen(pickup=False, delivery=True, postcodes=["101"])
    base = _base(kitchen)
    token = write_basket(kitchen.business.id, Basket((Entry(kitchen.bottle.id),)))
    checkout = client.get(f"{base}/checkout?basket={token}").text
    sent = {name: _hidden(checkout, name) for name in ("basket", "form", "shown", "way", "payment")}
    who = {"name": "Olivia", "email": "o@example.com", "due": "asap"}
    answer = client.post(f"{base}/orders", data=sent | who)
    assert answer.status_code == 422
    assert answer.text.count("Please tell us where to bring it.") >= 3
    to = {"street": "Elbe 1", "postcode": "20095", "city": "Hamburg"}
    answer = client.post(f"{base}/orders", data=sent | who | to)
    assert answer.status_code == 422
    assert "We do not deliver to this postcode" in answer.text
    assert client.post(f"{base}/orders", data=sent | who | to | {"postcode": "10 115"}).status_code == 303


def test_a_menu_asks_a_fixed_number_of_statements(client: FlaskClient, queries: Any) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen)
    client.get(base)
    with queries() as few:
        client.get(base)
    for number in range(20):
        from app.services.models import ServiceItem

        db.session.add(
            ServiceItem(
                business_id=kitchen.business.id,
                service_id=kitchen.service.id,
                name=f"Dish {number}",
                price_cents=500,
            )
        )
    db.session.commit()
    with queries() as many:
        client.get(base)
    assert len(many) == len(few) <= 6
