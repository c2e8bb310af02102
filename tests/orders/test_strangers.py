"""What strangers, other businesses and broken programs send where things are ordered: nothing comes of it."""

import random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.businesses.suspending import suspend
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.basket import MOST_ENTRIES, Basket, Entry, TooMuch, read_basket, write_basket
from app.orders.changing import change_order, lock_order
from app.orders.finding import order_token
from app.orders.models import Order, OrderLine, OrderSettings
from tests.factories import a_membership, berlin, signed_in
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import soup

ODD_NUMBERS = [
    "0",
    "-1",
    "1.5",
    "1000000000",
    "10" * 400,
    "٣",
    "１",
    "²",
    "+1",
    "1e1",
    "1_0",
    "0x1",
    "NaN",
    "½",
    " ",
    "1;2",
]
PROXY_TAKES = 8000  # bytes of an address


@pytest.fixture
def kitchen(app: Flask, frozen: Any) -> Kitchen:
    frozen.move_to(berlin("2027-03-02 10:02"))
    kitchen = a_kitchen()
    kitchen.business.status = "open"
    db.session.commit()
    return kitchen


def _base(kitchen: Kitchen) -> str:
    return f"/b/{kitchen.business.slug}/order"


def _orders() -> int:
    return len(db.session.scalars(select(Order)).all())


def _form(client: FlaskClient, kitchen: Kitchen, *entries: Entry) -> dict[str, str]:
    """What stands in the form of this basket, filled in."""
    token = write_basket(kitchen.business.id, Basket(entries))
    page = soup(client.get(f"{_base(kitchen)}/checkout?basket={token}"))
    names = ("basket", "form", "shown", "way", "payment")
    sent = {name: str(page.select_one(f"input[name={name}]")["value"]) for name in names}  # type: ignore[index]
    return sent | {"name": "Olivia Park", "email": "o@example.com", "due": "asap"}


@pytest.mark.parametrize("typed", ODD_NUMBERS)
def test_what_is_no_number_of_pieces_is_refused_or_changes_nothing(
    client: FlaskClient, kitchen: Kitchen, typed: str
) -> None:
    item = f"{_base(kitchen)}/items/{kitchen.bottle.id}"
    assert client.post(item, data={"quantity": typed}).status_code == 422
    entry = Entry(kitchen.bottle.id, quantity=2)
    token, field = write_basket(kitchen.business.id, Basket((entry,))), f"quantity-{entry.key}"
    answer = client.post(f"{_base(kitchen)}/checkout", data={"basket": token, field: typed})
    if typed == "0":
        assert answer.location == _base(kitchen)
        return
    is_empty = not typed.strip()
    assert answer.status_code == (200 if is_empty else 422)
    kept = read_basket(kitchen.business.id, str(soup(answer).select_one("[name=basket]")["value"]))  # type: ignore[index]
    assert kept.entries == (entry,)
    shown = soup(answer).select_one(f"[name={field}]")
    assert shown["value"] == ("2" if is_empty else typed.strip())  # type: ignore[index]


@pytest.mark.parametrize("typed", ["", "-1", "250.0", "2,50", "٢٥٠", "9" * 15, "9" * 5000, "0", "250 "])
def test_a_total_that_was_not_shown_orders_nothing(client: FlaskClient, kitchen: Kitchen, typed: str) -> None:
    sent = _form(client, kitchen, Entry(kitchen.bottle.id))
    answer = client.post(f"{_base(kitchen)}/orders", data=sent | {"shown": typed, "total": "1", "price": "1"})
    assert answer.status_code == 409
    assert _orders() == 0


@pytest.mark.parametrize("more", [{"way": "table", "table": "7"}, {"way": "delivery"}, {"way": "nonsense"}])
def test_a_way_that_is_not_offered_is_not_taken(
    client: FlaskClient, kitchen: Kitchen, more: dict[str, str]
) -> None:
    sent = _form(client, kitchen, Entry(kitchen.bottle.id))
    client.post(f"{_base(kitchen)}/orders", data=sent | more)
    assert {(it.way, it.at_table) for it in db.session.scalars(select(Order))} <= {("pickup", None)}


def test_a_basket_or_a_form_of_another_business_orders_nothing(client: FlaskClient, kitchen: Kitchen) -> None:
    other = a_kitchen()
    db.session.commit()
    theirs, ours = (
        _form(client, other, Entry(other.bottle.id)),
        _form(client, kitchen, Entry(kitchen.bottle.id)),
    )
    answer = client.post(f"{_base(kitchen)}/orders", data=theirs)
    assert answer.status_code == 422
    answer = client.post(f"{_base(kitchen)}/orders", data=ours | {"form": theirs["form"]})
    assert answer.status_code == 422
    answer = client.post(f"{_base(kitchen)}/orders", data=ours | {"basket": theirs["basket"]})
    assert answer.status_code == 422
    # Signed for something else, cut off, or longer than it was.
    for token in (order_token(an_order(other)), ours["basket"][:-1], ours["basket"] + "A", "." * 9000):
        assert client.post(f"{_base(kitchen)}/orders", data=ours | {"basket": token}).status_code in (
            409,
            422,
        )
    assert [it.business_id for it in db.session.scalars(select(Order))] == [other.business.id]


def test_wishes_have_a_length_and_no_control_characters(client: FlaskClient, kitchen: Kitchen) -> None:
    item = f"{_base(kitchen)}/items/{kitchen.bottle.id}"
    for note in ("x" * 201, "x" * 500_000):
        answer = client.post(item, data={"quantity": "1", "note": note})
        assert answer.status_code == 422
        assert "200" in answer.text
    odd = "cold\x00\x07\x1b[31m\r\n please \u202egnp.exe"
    answer = client.post(item, data={"quantity": "1", "note": odd})
    sent = _form(client, kitchen, Entry(kitchen.bottle.id, note="cold"))
    page = client.get(answer.location).text
    assert not {"\x00", "\x07", "\x1b"} & set(page)
    more = {
        "name": "Olivia\x00 \u202eParkx",
        "note": "A\x0bB" * 300,
        "basket": answer.location.split("basket=")[1],
    }
    more["basket"] = more["basket"].split("#")[0]
    placed = client.post(f"{_base(kitchen)}/orders", data=sent | more)
    assert placed.status_code == 303, placed.text
    [line] = db.session.scalars(select(OrderLine))
    assert line.note == "cold[31m please \u202egnp.exe"
    assert db.session.scalars(select(Order)).one().note == "AB" * 300


def test_a_basket_fits_the_address_it_stands_in(client: FlaskClient, kitchen: Kitchen) -> None:
    """Of ids as long as they get, and wishes nobody can press together."""
    letters, basket = random.Random(5), Basket()
    wishes = ["".join(chr(letters.randint(0x4E00, 0x9FFF)) for _ in range(200)) for _ in range(6)]
    for number, wish in enumerate(wishes[:5]):
        basket = basket.with_more(Entry(10**9 + number, (10**9, 2 * 10**9), 20, wish))
    with pytest.raises(TooMuch):
        basket.with_more(Entry(1, note=wishes[5]))
    plain = Basket()
    for number in range(MOST_ENTRIES):
        ids = tuple(sorted(letters.randint(10**9, 2 * 10**9) for _ in range(4)))
        plain = plain.with_more(Entry(letters.randint(10**9, 2 * 10**9), ids, 20, "no onions please"))
        basket = basket if len(basket.entries) >= MOST_ENTRIES else basket.with_more(Entry(number, (number,)))
    for it in (basket, plain):
        assert len(write_basket(kitchen.business.id, it)) < PROXY_TAKES - 500
    full = write_basket(kitchen.business.id, plain)
    item = f"{_base(kitchen)}/items/{kitchen.bottle.id}"
    answer = client.post(item, data={"quantity": "1", "note": "cold", "basket": full})
    assert answer.status_code == 422
    assert "no more room in the basket" in answer.text
    assert 'value="cold"' in answer.text


def _of_links(app: Flask) -> list[tuple[str, str]]:
    """(method, rule) of everything behind the link of an order, in a frame or not."""
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if "/orders/<token>" in rule.rule
    )


def _filled_in(rule: str, kitchen: Kitchen, token: str) -> str:
    uid = "00000000-0000-4000-8000-000000000000"
    return (
        rule.replace("<token>", token).replace("<slug>", kitchen.business.slug).replace("<uuid:invoice>", uid)
    )


def test_a_link_that_was_revoked_or_made_up_is_dead_everywhere(
    app: Flask, client: FlaskClient, kitchen: Kitchen
) -> None:
    order = an_order(kitchen)
    other = an_order(a_kitchen())
    token = order_token(order)
    order.link_version += 1
    db.session.commit()
    found = _of_links(app)
    assert len(found) >= 10
    for method, rule in found:
        for dead in (token, order_token(order)[:-2], "x", "x" * 5000):
            answer = client.open(_filled_in(rule, kitchen, dead), method=method)
            assert answer.status_code == 404, (method, rule, dead[:9])
        if "<slug>" in rule:
            stranger = client.open(_filled_in(rule, kitchen, order_token(other)), method=method)
            assert stranger.status_code == 404, (method, rule)
    db.session.refresh(order)
    assert order.status == "placed"


def test_links_of_orders_outlive_a_suspension_and_lead_to_no_new_order(
    app: Flask, client: FlaskClient, kitchen: Kitchen
) -> None:
    order, done = an_order(kitchen), an_order(kitchen)
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(done), status, by=SYSTEM, now=clock.now())
    suspend(kitchen.business, "Fraud.", by=SYSTEM, now=clock.now())
    db.session.commit()
    for of in (order, done):
        for method, rule in _of_links(app):
            if method == "GET" and "<slug>" not in rule:
                answer = client.get(_filled_in(rule, kitchen, order_token(of)))
                assert answer.status_code in (200, 303, 404), rule
    page = client.get(f"/orders/{order_token(done)}").text
    assert "Order again" not in page
    page = client.get(f"/orders/{order_token(done)}/basket").text
    assert "No orders are taken right now" in page
    assert client.post(f"/orders/{order_token(order)}/cancellation").status_code == 303
    token = write_basket(kitchen.business.id, Basket((Entry(kitchen.bottle.id),)))
    for method, path in (
        ("GET", ""),
        ("GET", f"/checkout?basket={token}"),
        ("GET", f"/items/{kitchen.bottle.id}"),
        ("POST", f"/items/{kitchen.bottle.id}"),
        ("POST", "/checkout"),
        ("POST", "/orders"),
    ):
        for base in (_base(kitchen), _base(kitchen).replace("/b/", "/w/")):
            answer = client.open(
                base + path, method=method, data={"basket": token} if method == "POST" else None
            )
            assert answer.status_code == 404, path
    assert _orders() == 2


def test_while_orders_are_paused_nothing_is_sold_and_links_go_on(
    client: FlaskClient, kitchen: Kitchen
) -> None:
    done = an_order(kitchen)
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(done), status, by=SYSTEM, now=clock.now())
    sent = _form(client, kitchen, Entry(kitchen.bottle.id))
    db.session.get_one(OrderSettings, kitchen.business.id).paused_until = berlin("2027-03-02 12:00")
    db.session.commit()
    answer = client.post(f"{_base(kitchen)}/orders", data=sent)
    assert answer.status_code == 409
    assert 'value="o@example.com"' in answer.text
    assert client.get(f"/orders/{order_token(done)}").status_code == 200
    again = client.get(f"/orders/{order_token(done)}/basket")
    assert again.status_code == 303
    assert client.get(again.location).status_code == 200
    assert _orders() == 1


def test_the_board_of_another_business_is_not_there(app: Flask, kitchen: Kitchen) -> None:
    """Not by its address, nor by the number of an order under one's own."""
    other = a_kitchen()
    order = an_order(other)
    stranger = signed_in(app, a_membership(kitchen.business, "owner").user)
    db.session.commit()
    own, theirs = (f"/manage/{it.business.slug}/orders" for it in (kitchen, other))
    rules = [it for it in app.url_map.iter_rules() if it.endpoint.startswith("order_board.")]
    assert len(rules) > 10
    for rule in rules:
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            path = rule.rule.removeprefix("/manage/<slug>/orders").replace("<id:order_id>", str(order.id))
            form = {"from": "placed", "to": "accepted", "until": "open"} if method == "POST" else None
            assert stranger.open(f"{theirs}{path}", method=method, data=form).status_code == 404, rule.rule
            if "<id:order_id>" in rule.rule:
                assert stranger.open(f"{own}{path}", method=method, data=form).status_code == 404, rule.rule
    db.session.refresh(order)
    assert order.status == "placed"
