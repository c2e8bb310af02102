"""What somebody ordered before, once more: as much of it as can be had today, and the reason for what cannot."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.account.exporting import export_of
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.meeting import Contact
from app.orders.basket import Basket, Entry, priced, read_basket
from app.orders.changing import change_order, lock_order
from app.orders.finding import order_token
from app.orders.menu import Choice, Menu, MenuItem, Option, Section
from app.orders.models import Order, OrderSettings
from app.orders.ordering_again import Change, order_again
from tests.factories import a_user, berlin, signed_in
from tests.orders.kitchen import OLIVIA, Kitchen, a_kitchen, an_order
from tests.reading import soup, words

BEN = Contact("Ben Hart", "ben@example.com", language="en-GB")


@dataclass
class Line:
    """A line of an order."""

    item_id: int = 1
    name: str = "Margherita"
    options: list[dict[str, Any]] = field(default_factory=lambda: [{"id": 2, "name": "Large"}])
    quantity: int = 2
    unit_cents: int = 1200
    note: str | None = None


def an_item(
    number: int = 1, left: int | None = None, most: int = 20, price: int = 900, **more: Any
) -> MenuItem:
    size = Choice(1, "Size", 1, 1, (Option(1, "Small", 0), Option(2, "Large", 300)))
    facts = {
        "weekdays": 127,
        "from_min": 0,
        "until_min": 1440,
        "prepare_min": None,
        "choices": (size,),
    } | more
    return MenuItem(number, 1, f"Item {number}", None, None, price, 0, left, most, **facts)


def a_menu(*items: MenuItem) -> Menu:
    return Menu([Section(1, "Pizza", None, items)])


def pieces_of(basket: Basket) -> int:
    """All pieces of all entries."""
    return sum(it.quantity for it in basket.entries)


def test_the_same_can_be_had_for_as_much() -> None:
    again = order_again([Line(note="no basil")], a_menu(an_item()))
    assert again.is_same
    assert again.basket == Basket((Entry(1, (2,), 2, "no basil"),))


OLIVES = Choice(2, "Olives", 1, 1, (Option(9, "Green", 0),))
SIZE = an_item().choices[0]
WHY = {
    "gone": (a_menu(), [Change("gone", "Margherita")], 0),
    "sold out": (a_menu(an_item(left=0)), [Change("sold_out", "Margherita")], 0),
    "option gone": (
        a_menu(an_item(choices=(Choice(1, "Size", 1, 1, (Option(1, "Small", 0),)),))),
        [Change("option_gone", "Margherita", option="Large")],
        0,
    ),
    "something has to be chosen by now": (
        a_menu(an_item(choices=(SIZE, OLIVES))),
        [Change("choice_needed", "Margherita", option="Olives: please choose one.")],
        0,
    ),
    "one is left": (a_menu(an_item(left=1)), [Change("fewer", "Margherita", 1)], 1),
    "one in an order": (a_menu(an_item(most=1)), [Change("fewer", "Margherita", 1)], 1),
    "dearer": (a_menu(an_item(price=950)), [Change("dearer", "Margherita", 2, was=1200, is_now=1250)], 2),
    "cheaper": (a_menu(an_item(price=800)), [Change("cheaper", "Margherita", 2, was=1200, is_now=1100)], 2),
    "dearer and fewer": (
        a_menu(an_item(price=950, left=1)),
        [Change("fewer", "Margherita", 1), Change("dearer", "Margherita", 1, was=1200, is_now=1250)],
        1,
    ),
}


@pytest.mark.parametrize("why", WHY)
def test_what_is_different_is_said_with_its_reason(app: Flask, why: str) -> None:
    menu, changes, pieces = WHY[why]
    with app.test_request_context():
        again = order_again([Line()], menu)
    assert (list(again.changes), pieces_of(again.basket), again.is_same) == (changes, pieces, False)


def test_two_lines_share_the_pieces_that_are_left() -> None:
    lines = [Line(), Line(options=[{"id": 1, "name": "Small"}], unit_cents=900), Line(note="hot")]
    again = order_again(lines, a_menu(an_item(left=3)))
    assert [(it.options, it.quantity) for it in again.basket.entries] == [((2,), 2), ((1,), 1)]
    assert [(it.why, it.pieces) for it in again.changes] == [("fewer", 1), ("fewer", 0)]


ITEMS = st.lists(
    st.builds(
        lambda left, most, price, large: (left, most, price, large),
        st.none() | st.integers(0, 6),
        st.integers(1, 6),
        st.integers(0, 3).map(lambda it: 900 + it * 50),
        st.booleans(),
    ),
    max_size=3,
)
LINES = st.lists(
    st.builds(
        lambda item, option, pieces, note: Line(
            item, f"Item {item}", [{"id": option, "name": "?"}], pieces, 1200, note
        ),
        st.integers(1, 4),
        st.integers(1, 2),
        st.integers(1, 5),
        st.sampled_from([None, "hot"]),
    ),
    max_size=6,
    unique_by=lambda it: (it.item_id, it.options[0]["id"], it.note),
)


@settings(max_examples=200, deadline=None)
@given(items=ITEMS, lines=LINES)
def test_the_basket_can_always_be_ordered_and_nothing_that_could_be_had_is_missing(
    app: Flask, items: list[Any], lines: list[Line]
) -> None:
    """Against counting pieces one by one."""
    small, large = Option(1, "Small", 0), Option(2, "Large", 300)
    sold = [
        an_item(
            at, left, most, price, choices=(Choice(1, "Size", 1, 1, (small, large) if has else (small,)),)
        )
        for at, (left, most, price, has) in enumerate(items, 1)
    ]
    menu = a_menu(*sold)
    with app.test_request_context():
        again = order_again(lines, menu)
        found = priced(again.basket, menu)
    assert found.gone == ()
    assert not any(it.problem for it in found.lines)
    wanted: Counter[int] = Counter()
    for line in lines:
        item = menu.items.get(line.item_id)
        if item and line.options[0]["id"] in {it.id for it in item.choices[0].options}:
            wanted[item.id] += line.quantity
    for number, pieces in wanted.items():
        item = menu.items[number]
        can = min(pieces, item.most, item.most if item.left is None else item.left)
        assert sum(it.quantity for it in again.basket.entries if it.item_id == number) == can
    missing = sum(it.quantity for it in lines) - pieces_of(again.basket)
    assert (missing > 0) <= any(it.why not in ("dearer", "cheaper") for it in again.changes)


@pytest.fixture
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-02 10:02"))


def had(kitchen: Kitchen, *entries: Entry, contact: Contact = OLIVIA) -> Order:
    """An order that was handed over; the page of the business is open."""
    order = an_order(kitchen, *entries, contact=contact)
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    kitchen.business.status = "open"
    db.session.commit()
    return order


@pytest.mark.usefixtures("_at_ten")
def test_one_click_puts_all_of_it_into_the_basket(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    order = had(
        kitchen, Entry(kitchen.pizza.id, (kitchen.large.id,), 2, "no basil"), Entry(kitchen.bottle.id)
    )
    page = soup(client.get(f"/orders/{order_token(order)}"))
    [link] = [it["href"] for it in page.select("#order a") if words(it) == "Order again"]
    answer = client.get(link)
    assert answer.status_code == 303
    assert answer.location.startswith(f"/b/{kitchen.business.slug}/order/checkout?basket=")
    basket = read_basket(kitchen.business.id, answer.location.partition("basket=")[2])
    assert basket.entries == (
        Entry(kitchen.pizza.id, (kitchen.large.id,), 2, "no basil"),
        Entry(kitchen.bottle.id),
    )
    assert client.get(answer.location).status_code == 200


@pytest.mark.usefixtures("_at_ten")
def test_what_cannot_be_had_is_said_before_the_basket(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    order = had(
        kitchen, Entry(kitchen.pizza.id, (kitchen.large.id,), 2), Entry(kitchen.bottle.id, quantity=3)
    )
    kitchen.bottle.stock, kitchen.pizza.price_cents = 2, 1000
    db.session.commit()
    page = soup(client.get(f"/orders/{order_token(order)}/basket"))
    assert [words(it) for it in page.select(".basket-text")] == [
        "Margherita A piece costs €13.00, it was €12.00.",
        "Water Only 2 pieces can be had.",
    ]
    [link] = [it["href"] for it in page.select("a") if words(it) == "To the basket"]
    assert "€31.00" in client.get(link).text
    kitchen.service.orderable = False
    db.session.commit()
    page = client.get(f"/orders/{order_token(order)}/basket").text
    assert "Nothing of it can be had today" in page
    assert "To the basket" not in page


@pytest.mark.usefixtures("_at_ten")
def test_where_no_orders_are_taken_there_is_no_button_and_the_address_says_why(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    order = had(kitchen)
    db.session.get_one(OrderSettings, kitchen.business.id).pickup = False
    db.session.commit()
    token = order_token(order)
    assert "Order again" not in client.get(f"/orders/{token}").text
    assert "No orders are taken right now" in client.get(f"/orders/{token}/basket").text


@pytest.mark.usefixtures("_at_ten")
def test_what_is_not_over_yet_offers_no_other_one(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    kitchen.business.status = "open"
    db.session.commit()
    assert "Order again" not in client.get(f"/orders/{order_token(order)}").text


@pytest.mark.usefixtures("_at_ten")
def test_links_that_are_wrong_or_revoked_lead_nowhere(client: FlaskClient) -> None:
    order = had(a_kitchen())
    token = order_token(order)
    order.link_version += 1
    db.session.commit()
    for wrong in (token, token + "x", "x"):
        assert client.get(f"/orders/{wrong}/basket").status_code == 404


@pytest.mark.usefixtures("_at_ten")
def test_in_the_frame_it_stays_in_the_frame_of_its_own_business(client: FlaskClient) -> None:
    kitchen, other = a_kitchen(), a_kitchen()
    order = had(kitchen)
    other.business.status = "open"
    db.session.commit()
    token = order_token(order)
    answer = client.get(f"/w/{kitchen.business.slug}/orders/{token}/basket")
    assert answer.location.startswith(f"/w/{kitchen.business.slug}/order/checkout?basket=")
    assert client.get(f"/w/{other.business.slug}/orders/{token}/basket").status_code == 404


@pytest.mark.usefixtures("_at_ten")
def test_whoever_is_signed_in_finds_their_orders_and_no_others(app: Flask) -> None:
    kitchen, other = a_kitchen(), a_kitchen()
    user = a_user("olivia@example.com", "Olivia Park", email_checked_at=clock.now())
    order, theirs = had(kitchen, Entry(kitchen.bottle.id, quantity=2)), had(other, contact=BEN)
    assert order.customer
    order.customer.user_id = user.id
    db.session.commit()
    browser = signed_in(app, user)
    section = soup(browser.get("/account/")).select_one('[aria-labelledby="orders"]')
    assert [words(it) for it in section.select(".row-detail")] == ["2 × Water · €5.00 Ann's Salon"]
    links = [it["href"] for it in section.select("a")]
    assert links[:-1] == [f"/orders/{order_token(order)}", f"/orders/{order_token(order)}/basket"]
    assert links[-1].startswith("/reviews/")
    assert order_token(theirs) not in browser.get("/account/").text
    told = export_of(user, clock.now())["orders"]
    assert [(it["number"], it["ordered"][0]["name"], it["total"]) for it in told] == [(1, "Water", 500)]


@pytest.mark.usefixtures("_at_ten")
def test_many_orders_take_no_more_questions(app: Flask, queries: Any) -> None:
    kitchen = a_kitchen()
    user = a_user("olivia@example.com", "Olivia Park", email_checked_at=clock.now())
    order = had(kitchen)
    assert order.customer
    order.customer.user_id = user.id
    db.session.commit()
    browser = signed_in(app, user)
    browser.get("/account/")
    with queries() as few:
        browser.get("/account/")
    for _number in range(11):
        had(kitchen)
    with queries() as many:
        page = soup(browser.get("/account/"))
    assert len(many) == len(few)
    assert len(page.select('[aria-labelledby="orders"] .row')) == 10
    assert len(soup(browser.get("/account/?orders=2")).select('[aria-labelledby="orders"] .row')) == 2
    assert len(soup(browser.get("/account/?orders=99")).select('[aria-labelledby="orders"] .row')) == 2
