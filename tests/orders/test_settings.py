"""How a business takes orders: what it can say, what is refused, and what customers see of it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.audit.models import AuditEvent
from app.core.db import db
from app.orders.models import OrderSettings
from tests.factories import a_membership, berlin, signed_in
from tests.orders.kitchen import Kitchen, a_kitchen
from tests.reading import soup

USUAL = {"pickup": "y", "prepare": "20", "advance_days": "7", "prepay": "on_site"}
BROUGHT = {
    "delivery": "y",
    "way": "25",
    "delivery_least": "15",
    "delivery_fee": "2,50",
    "delivery_free": "40",
}


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-02 10:02"))


@pytest.fixture
def kitchen(app: Flask) -> Kitchen:
    made = a_kitchen()
    made.business.status = "open"
    db.session.commit()
    return made


@pytest.fixture
def owner(app: Flask, kitchen: Kitchen) -> FlaskClient:
    return signed_in(app, a_membership(kitchen.business, "owner").user)


def page_of(kitchen: Kitchen) -> str:
    return f"/manage/{kitchen.business.slug}/settings/orders"


def settings_of(kitchen: Kitchen) -> OrderSettings:
    return db.session.get_one(OrderSettings, kitchen.business.id)


def test_everything_that_was_said_is_kept_and_shown_again(kitchen: Kitchen, owner: FlaskClient) -> None:
    sent = USUAL | BROUGHT | {"postcodes": "101 15\n102, 102\n", "per_quarter": "4", "accepts_itself": "y"}
    sent |= {"at_table": "y", "tables": " 1 \nWindow\n1"}
    answer = owner.post(page_of(kitchen), data=sent)
    assert answer.status_code == 303, answer.text
    kept = settings_of(kitchen)
    assert (kept.pickup, kept.delivery, kept.at_table, kept.accepts_itself) == (True, True, True, True)
    assert (kept.postcodes, kept.tables) == (["10115", "102"], ["1", "Window"])
    money = (kept.delivery_least_cents, kept.delivery_fee_cents, kept.delivery_free_cents)
    assert (*money, kept.way_min, kept.per_quarter) == (1500, 250, 4000, 25, 4)
    page = soup(owner.get(page_of(kitchen)))
    assert page.select_one("#postcodes").text.split() == ["10115", "102"]
    assert page.select_one("#delivery_free")["value"] == "40.00"
    assert db.session.query(AuditEvent).filter_by(action="order_settings.changed").count() == 1
    # What is switched off keeps what was said of it.
    assert owner.post(page_of(kitchen), data=USUAL).status_code == 303
    assert (kept.delivery, kept.postcodes, kept.tables) == (False, ["10115", "102"], ["1", "Window"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (BROUGHT, "Please enter at least one."),
        (BROUGHT | {"postcodes": " - \n,"}, "Please enter at least one."),
        (BROUGHT | {"postcodes": "1" * 13}, "Each may have at most 12 characters."),
        (BROUGHT | {"postcodes": "\n".join(str(it) for it in range(501))}, "Please enter at most 500."),
        (BROUGHT | {"postcodes": "1", "delivery_fee": "-1"}, "Please enter an amount"),
        ({"at_table": "y"}, "Please enter at least one."),
        ({"prepare": "1.5"}, "Please enter a whole number."),
        ({"prepare": ""}, "Please enter a number."),
        ({"per_quarter": "0"}, "Please choose something between 1 and 1000."),
        ({"advance_days": "91"}, "Please choose something between 0 and 90."),
        ({"prepay": "online"}, "Connect online payment first"),
        ({"prepay": "never"}, "Please choose one of those offered."),
    ],
)
def test_what_cannot_be_is_refused(
    kitchen: Kitchen, owner: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    answer = owner.post(page_of(kitchen), data=USUAL | wrong | {"accepts_itself": "y"})
    assert answer.status_code == 422
    assert any(sentence in it.text for it in soup(answer).select(".field-error"))
    assert not settings_of(kitchen).accepts_itself


def test_without_any_way_nobody_orders_and_the_page_has_no_link(
    kitchen: Kitchen, owner: FlaskClient, client: FlaskClient
) -> None:
    home = f"/b/{kitchen.business.slug}/"
    assert f'href="{home}order"' in client.get(home).text
    assert owner.post(page_of(kitchen), data=USUAL | {"pickup": ""}).status_code == 303
    assert client.get(f"{home}order").status_code == 404
    assert f'href="{home}order"' not in client.get(home).text


@pytest.mark.parametrize(
    ("until", "ends"),
    [("hour", "2027-03-02 11:02"), ("day", "2027-03-03 00:00"), ("open", None)],
)
def test_orders_are_paused_and_taken_again(
    kitchen: Kitchen, owner: FlaskClient, client: FlaskClient, until: str, ends: str | None
) -> None:
    menu = f"/b/{kitchen.business.slug}/order"
    assert owner.post(f"{page_of(kitchen)}/pause", data={"until": until}).status_code == 303
    kept = settings_of(kitchen)
    if ends:
        assert kept.paused_until == berlin(ends)
    assert "We take no orders right now" in client.get(menu).text
    assert "No orders are taken right now" in owner.get(page_of(kitchen)).text
    assert owner.post(f"{page_of(kitchen)}/resumption").status_code == 303
    assert kept.paused_until is None
    assert "We take no orders right now" not in client.get(menu).text
    told = {it.action for it in db.session.query(AuditEvent).filter_by(subject_kind="order_settings")}
    assert told == {"order_settings.paused", "order_settings.resumed"}


def test_a_pause_without_an_end_is_refused(kitchen: Kitchen, owner: FlaskClient) -> None:
    answer = owner.post(f"{page_of(kitchen)}/pause", data={"until": "never"})
    assert answer.status_code == 422
    assert settings_of(kitchen).paused_until is None


def test_the_number_of_the_last_order_outlives_all_settings(kitchen: Kitchen, owner: FlaskClient) -> None:
    settings_of(kitchen).last_number = 41
    db.session.commit()
    assert owner.post(page_of(kitchen), data=USUAL | {"pickup": ""}).status_code == 303
    assert owner.post(page_of(kitchen), data=USUAL).status_code == 303
    assert settings_of(kitchen).last_number == 41
