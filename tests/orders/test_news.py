"""The page of an order asks for news, and is left alone while there are none."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.changing import change_order
from app.orders.finding import order_token
from tests.factories import berlin
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import soup

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def kitchen(app: Flask, frozen: Any) -> Kitchen:
    frozen.move_to(berlin("2027-03-02 10:02"))
    return a_kitchen()


def test_what_did_not_change_is_not_drawn_again(client: FlaskClient, kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    db.session.commit()

    def asks(page: Any) -> str:
        return str(soup(page).select_one("#order")["hx-get"])

    page = client.get(f"/orders/{order_token(order)}")
    address = asks(page)
    assert client.get(address, headers=FRAGMENT).status_code == 204
    assert client.get(address).status_code == 200, "a page is a page"
    change_order(order, "accepted", by=SYSTEM, now=clock.now())
    db.session.commit()
    fresh = client.get(address, headers=FRAGMENT)
    assert soup(fresh).select_one("#order")["data-announce"] == "Accepted"
    order.due_at += timedelta(minutes=15)
    db.session.commit()
    later = client.get(asks(fresh), headers=FRAGMENT)
    assert later.status_code == 200
    assert client.get(asks(later), headers=FRAGMENT).status_code == 204
    assert client.get(f"{address}&seen=1&seen=2", headers=FRAGMENT).status_code == 200
