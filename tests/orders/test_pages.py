"""The pages on which customers order: they work without a script, and refuse what cannot be."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import insert, select
from werkzeug.datastructures import MultiDict

from app.core.db import db
from app.orders.basket import Basket, Entry, read_basket, write_basket
from app.orders.finding import order_token
from app.orders.models import Order, OrderSettings
from app.services.models import ItemChoice, ItemOption, ServiceItem
from tests.factories import a_shop, berlin
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import soup


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
    pizza, bottle = Entry(kitchen.pizza.id, (kitchen.large.id,)), Entry(kitchen.bottle.id)
    token = write_basket(kitchen.business.id, Basket((pizza, bottle)))
    typed = {f"quantity-{pizza.key}": "0", f"quantity-{bottle.key}": "9"}
    page = client.post(f"{_base(kitchen)}/checkout", data={"basket": token} | typed)
    assert "Margherita" not in page.text
    assert "Only 3 pieces are left." in page.text
    assert basket_in(kitchen, page) == [(kitchen.bottle.id, 9)]


def sent_by(page: Any, form: str, button: Any = None) -> list[tuple[str, str]]:
    """What a browser sends of a form, in its order, when this button is pressed; None: Enter in a field."""
    [of] = soup(page).select(form)
    pressed = button(of) if button else of.select("button[type=submit]")[0]
    sent = []
    for it in of.select("input[name], select[name], textarea[name], button[name]"):
        is_off = it.get("type") in ("radio", "checkbox") and not it.has_attr("checked")
        if (it.name == "button" and it is not pressed) or is_off:
            continue
        chosen = it.select_one("option[selected]") or it.select_one("option")
        sent.append((it["name"], chosen["value"] if it.name == "select" else it.get("value", "")))
    return sent


def called(label: str) -> Any:
    """The button of a form that is called so."""
    return lambda form: next(it for it in form.select("button") if label in it.text)


def two_things(kitchen: Kitchen) -> str:
    """A large pizza and two bottles."""
    entries = Entry(kitchen.pizza.id, (kitchen.large.id,)), Entry(kitchen.bottle.id, quantity=2)
    return write_basket(kitchen.business.id, Basket(entries))


def pieces_in(kitchen: Kitchen, location: str) -> list[tuple[int, int]]:
    """Which items are in the basket of an address, and how many of each."""
    found = read_basket(kitchen.business.id, _basket_of(location) if "basket=" in location else None)
    return [(it.item_id, it.quantity) for it in found.entries]


def basket_in(kitchen: Kitchen, page: Any) -> list[tuple[int, int]]:
    """Which items are in the basket of a form, and how many of each."""
    return pieces_in(kitchen, f"basket={soup(page).select_one('#order-form [name=basket]')['value']}")


def test_the_cross_beside_a_line_takes_it_out(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen)
    page = client.get(f"{base}/checkout?basket={two_things(kitchen)}")
    assert soup(page).select_one("#order-form").has_attr("novalidate")
    out = called("Take Margherita out")
    assert out(soup(page))["formaction"] == f"{base}/checkout"
    page = client.post(f"{base}/checkout", data=MultiDict(sent_by(page, "#order-form", out)))
    assert basket_in(kitchen, page) == [(kitchen.bottle.id, 2)]
    # The last one leads back to the menu.
    out = called("Take Water out")
    empty = client.post(f"{base}/checkout", data=MultiDict(sent_by(page, "#order-form", out)))
    assert empty.location == base


def typed_for(entry: Entry, pieces: str, sent: list[tuple[str, str]]) -> dict[str, str]:
    """What is sent when somebody has typed a number of pieces, and who they are."""
    return dict(sent) | WHO | {f"quantity-{entry.key}": pieces}


def test_numbers_that_were_typed_are_never_left_behind(client: FlaskClient) -> None:
    """By Enter or "Order", without "Update" before: nothing is ordered that was not seen, and nothing typed is lost."""
    kitchen = a_kitchen()
    base, bottle = _base(kitchen), Entry(kitchen.bottle.id)
    page = client.get(f"{base}/checkout?basket={two_things(kitchen)}")
    # The number is looked at before what is missing is said: Enter in it is no wish to order yet.
    empty = client.post(
        f"{base}/orders", data=typed_for(bottle, "3", sent_by(page, "#order-form")) | {"name": ""}
    )
    assert (empty.status_code, soup(empty).select("[aria-invalid]")) == (409, [])
    seen = client.post(f"{base}/orders", data=typed_for(bottle, "3", sent_by(page, "#order-form")))
    assert seen.status_code == 409
    assert "Your basket has changed" in soup(seen).select_one(".alert").text
    assert basket_in(kitchen, seen) == [(kitchen.pizza.id, 1), (kitchen.bottle.id, 3)]
    assert soup(seen).select_one("#name")["value"] == "Olivia Park"
    assert soup(seen).select_one("[name=shown]")["value"] == str(1200 + 3 * 250)
    assert db.session.query(Order).count() == 0
    placed = client.post(f"{base}/orders", data=dict(sent_by(seen, "#order-form")))
    assert placed.status_code == 303
    assert db.session.query(Order).one().total_cents == 1200 + 3 * 250


def test_details_stay_when_numbers_change(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    base, bottle = _base(kitchen), Entry(kitchen.bottle.id)
    page = client.get(f"{base}/checkout?basket={two_things(kitchen)}")
    update = called("Update")
    assert update(soup(page))["formaction"] == f"{base}/checkout"
    typed = typed_for(bottle, "1", sent_by(page, "#order-form", update)) | {"note": "Ring twice"}
    changed = soup(client.post(f"{base}/checkout", data=typed))
    assert (changed.select_one("#name")["value"], changed.select_one("#note").text.strip()) == (
        "Olivia Park",
        "Ring twice",
    )
    assert changed.select_one(".price-total dd").text == "€14.50"


@pytest.mark.parametrize("out", ["", "-1", "0", "2", "999999999999", "one", "0.0", "../x"])
def test_a_line_that_is_not_there_is_not_taken_out(client: FlaskClient, out: str) -> None:
    kitchen = a_kitchen()
    page = client.post(f"{_base(kitchen)}/checkout", data={"basket": two_things(kitchen), "out": out})
    assert basket_in(kitchen, page) == [(kitchen.pizza.id, 1), (kitchen.bottle.id, 2)]


WHO = {"name": "Olivia Park", "email": "olivia@example.com", "due": "asap"}


def take_off(kitchen: Kitchen, what: str) -> None:
    """The owner sells the bottle, or the size that was chosen, no more."""
    kind, row = (ServiceItem, kitchen.bottle) if what == "item" else (ItemOption, kitchen.large)
    db.session.get_one(kind, (kitchen.business.id, row.id)).active = False
    db.session.commit()


@pytest.mark.parametrize(("what", "name", "total"), [("item", "Water", 1200), ("option", "Margherita", 500)])
def test_what_left_the_menu_is_named_and_the_rest_is_ordered(
    client: FlaskClient, what: str, name: str, total: int
) -> None:
    kitchen = a_kitchen()
    base, basket = _base(kitchen), two_things(kitchen)
    page = client.get(f"{base}/checkout?basket={basket}")
    take_off(kitchen, what)
    refused = client.post(f"{base}/orders", data=dict(sent_by(page, "#order-form")) | WHO)
    assert refused.status_code == 409
    assert "Your basket has changed" in refused.text
    assert f"left out: {name}." in refused.text
    sent = dict(sent_by(refused, "#order-form"))
    assert sent["name"] == "Olivia Park"
    placed = client.post(f"{base}/orders", data=sent)
    assert placed.status_code == 303, placed.text
    assert db.session.query(Order).one().total_cents == total


def test_what_is_gone_stays_out_of_what_the_pages_lead_to(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen)
    basket = write_basket(
        kitchen.business.id, Basket((Entry(kitchen.bottle.id), Entry(kitchen.pizza.id, (kitchen.large.id,))))
    )
    take_off(kitchen, "item")
    # Changed by a page that was drawn before: it is said once more, and the numbers are those of that page.
    pizza = Entry(kitchen.pizza.id, (kitchen.large.id,))
    page = client.post(f"{base}/checkout", data={"basket": basket, f"quantity-{pizza.key}": "2"})
    assert "left out: Water." in page.text
    assert soup(page).select_one(f"[name=quantity-{pizza.key}]")["value"] == "2"
    out = called("Take Margherita out")
    taken = client.post(f"{base}/checkout", data=MultiDict(sent_by(page, "#order-form", out)))
    assert taken.location == base
    menu = client.get(f"{base}?basket={basket}")
    assert "left out: Water." in menu.text
    [item] = soup(menu).select("a.cover-link")
    again = client.get(item["href"])
    added = client.post(
        item["href"].split("?")[0],
        data={"basket": _hidden(again.text, "basket"), "choice-1": kitchen.small.id, "quantity": "1"},
    )
    assert pieces_in(kitchen, added.location) == [(kitchen.pizza.id, 1), (kitchen.pizza.id, 1)]


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


def test_nothing_is_ordered_in_another_way_than_was_chosen(client: FlaskClient) -> None:
    """Nobody waits at home for what lies ready to be picked up."""
    kitchen = a_kitchen(pickup=False, delivery=True, postcodes=["101"])
    base = _base(kitchen)
    token = write_basket(kitchen.business.id, Basket((Entry(kitchen.bottle.id),)))
    sent = dict(sent_by(client.get(f"{base}/checkout?basket={token}"), "#order-form")) | WHO
    sent |= {"due": "asap", "street": "Elbe 1", "postcode": "10115", "city": "Berlin"}
    settings = db.session.get_one(OrderSettings, kitchen.business.id)
    settings.pickup, settings.delivery = True, False
    db.session.commit()
    answer = client.post(f"{base}/orders", data=sent)
    assert (answer.status_code, db.session.query(Order).count()) == (422, 0)
    assert (
        "Orders of this kind are not taken right now." in soup(answer).select_one(".form-errors, .alert").text
    )
    again = dict(sent_by(answer, "#order-form")) | WHO | {"due": "asap"}
    assert client.post(f"{base}/orders", data=again).status_code == 303
    assert db.session.query(Order).one().way == "pickup"


HX = {"HX-Request": "true"}


@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "partial"])
def test_another_way_is_looked_at_with_what_was_typed(client: FlaskClient, headers: dict[str, str]) -> None:
    ways = {"delivery": True, "at_table": True, "tables": ["4", "Terrace"], "postcodes": ["101"]}
    kitchen = a_kitchen(**ways, delivery_fee_cents=300, delivery_least_cents=2000)
    base = _base(kitchen)
    page = client.get(f"{base}/checkout?basket={two_things(kitchen)}")
    sent = dict(sent_by(page, "#order-form")) | WHO | {"note": "Ring twice", "phone": "030 123456"}

    def look(**more: str) -> Any:
        answer = client.post(f"{base}/checkout", data=sent | more, headers=headers)
        assert answer.status_code == 200
        assert answer.headers.get("Set-Cookie") is None
        shown = soup(answer)
        assert len(shown.select("#checkout")) == 1
        if headers:
            assert [it.get("id") for it in shown.find_all(recursive=False)] == ["checkout"]
        assert [it["value"] for it in shown.select("[name=way][checked]")] == [more["way"]]
        assert (shown.select_one("#name")["value"], shown.select_one("#phone")["value"]) == (
            *("Olivia Park", "030 123456"),
        )
        assert "Ring twice" in shown.select_one("#note").text
        assert shown.select_one("[name=form]")["value"] == sent["form"]
        return answer

    brought = look(way="delivery")
    assert "Please add €3.00 for a delivery" in brought.text
    assert _hidden(brought.text, "shown") == "2000"
    assert 'value="Elbe 1"' in look(way="delivery", street="Elbe 1").text
    assert not soup(look(way="pickup")).select("#street, #table")
    served = look(way="table", table="Terrace")
    assert soup(served).select_one("#table option[selected]")["value"] == "Terrace"
    assert not soup(served).select("#street")
    assert db.session.query(Order).count() == 0


def test_the_way_replaces_the_page_it_stands_in(client: FlaskClient) -> None:
    """And not what is inside of it, or there would be one in the other."""
    kitchen = a_kitchen(delivery=True, postcodes=["101"])
    page = client.get(f"{_base(kitchen)}/checkout?basket={two_things(kitchen)}")
    checkout = soup(page).select_one("#checkout")
    assert checkout.select("[hx-post]:has([name=way])")
    assert (checkout["hx-target"], checkout["hx-swap"]) == ("#checkout", "morph:outerHTML")


def root_of(answer: Any) -> Any:
    """The one element of a partial."""
    [root] = soup(answer).find_all(recursive=False)
    return root


@pytest.mark.parametrize("door", ["b", "w"])
def test_the_menu_changes_in_its_place(client: FlaskClient, door: str) -> None:
    """What a script asks for is the menu with its basket, and the address where that is found again."""
    kitchen = a_kitchen()
    base = _base(kitchen).replace("/b/", f"/{door}/")
    menu = soup(client.get(base))
    [put] = menu.select("button.order-item-add")
    assert put["formaction"] == put["hx-post"] == f"{base}/items/{kitchen.bottle.id}"
    assert menu.select_one("#adding [name=quantity]")["value"] == "1"
    added = client.post(put["hx-post"], data={"quantity": "1", "basket": ""}, headers=HX)
    assert (added.status_code, root_of(added)["id"]) == (200, "ordering")
    assert root_of(added)["data-announce"] == "In your basket: 1 piece. Total €2.50."
    assert "1 in your basket" in soup(added).select_one(f"#item-{kitchen.bottle.id}").text
    address = added.headers["HX-Replace-Url"]
    assert address.split("?")[0] == base
    assert pieces_in(kitchen, address) == [(kitchen.bottle.id, 1)]
    assert "€2.50" in soup(client.get(address)).select_one("#summary").text
    # What has to be chosen stands open in its place.
    pizza = f"{base}/items/{kitchen.pizza.id}"
    opened = client.get(pizza, query_string={"basket": _basket_of(address)}, headers=HX)
    assert root_of(opened)["id"] == "ordering"
    form = soup(opened).select_one(f"#item-{kitchen.pizza.id} form#entry")
    assert form["hx-post"] == pizza
    refused = client.post(
        pizza, data={"basket": _basket_of(address), "quantity": "1", "note": "hot"}, headers=HX
    )
    assert (refused.status_code, root_of(refused)["id"]) == (422, "ordering")
    assert "please choose one" in soup(refused).select_one("#entry .alert").text
    assert soup(refused).select_one("#entry [name=note]")["value"] == "hot"
    assert "HX-Replace-Url" not in refused.headers
    chosen = {"basket": _basket_of(address), "quantity": "2", "choice-1": kitchen.large.id}
    both = client.post(pizza, data=chosen, headers=HX)
    assert pieces_in(kitchen, both.headers["HX-Replace-Url"]) == [
        (kitchen.bottle.id, 1),
        (kitchen.pizza.id, 2),
    ]
    assert not soup(both).select("#entry")
    assert soup(both).select_one(f"#choose-{kitchen.pizza.id}").has_attr("data-focus")


def test_the_checkout_changes_in_its_place_and_keeps_what_was_typed(client: FlaskClient) -> None:
    kitchen = a_kitchen(delivery=True, postcodes=["101"])
    base = _base(kitchen)
    page = client.get(f"{base}/checkout?basket={two_things(kitchen)}")
    out = called("Take Water out")
    assert out(soup(page))["hx-post"] == f"{base}/checkout"
    typed = WHO | {"way": "delivery", "street": "Elbe 1"}
    sent = dict(sent_by(page, "#order-form", out)) | typed
    answer = client.post(f"{base}/checkout", data=sent, headers=HX)
    assert (answer.status_code, root_of(answer)["id"]) == (200, "checkout")
    assert root_of(answer)["data-announce"] == "Total €12.00"
    address = answer.headers["HX-Replace-Url"]
    assert pieces_in(kitchen, address) == basket_in(kitchen, answer) == [(kitchen.pizza.id, 1)]
    assert "way=delivery" in address
    shown = soup(answer)
    assert (shown.select_one("#name")["value"], shown.select_one("#street")["value"]) == (
        "Olivia Park",
        "Elbe 1",
    )
    sent = dict(sent_by(answer, "#order-form", called("Take Margherita out")))
    empty = client.post(f"{base}/checkout", data=sent, headers=HX)
    assert (empty.status_code, empty.headers["HX-Redirect"]) == (204, base)


def test_in_a_frame_the_basket_stands_in_the_address_and_in_no_cookie(client: FlaskClient) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen).replace("/b/", "/w/")
    look = "hue=210&host=https://www.ann.example"
    item = f"{base}/items/{kitchen.bottle.id}"
    pages = [
        client.get(f"{base}?{look}"),
        client.get(f"{item}?{look}"),
        client.get(f"{item}?{look}", headers=HX),
    ]
    for headers in ({}, HX):
        pages.append(client.post(f"{item}?{look}", data={"quantity": "2"}, headers=headers))
    address = pages[-1].headers["HX-Replace-Url"]
    assert "hue=210" in address
    assert pages[-2].location.split("#")[0] == address
    pages.append(client.get(address.replace("/order?", "/order/checkout?")))
    sent = dict(sent_by(pages[-1], "#order-form")) | {f"quantity-{Entry(kitchen.bottle.id).key}": "1"}
    pages.append(client.post(f"{base}/checkout?{look}", data=sent, headers=HX))
    for page in pages:
        assert page.status_code in (200, 303)
        assert "Set-Cookie" not in page.headers
        for link in soup(page).select("main a[href], #ordering a[href], #checkout a[href]"):
            assert link["href"].startswith((f"/w/{kitchen.business.slug}/", "#"))
        for it in soup(page).select("[hx-post], [hx-get]"):
            assert "hue=210" in it.get("hx-post", it.get("hx-get"))


def test_a_menu_asks_a_fixed_number_of_statements(client: FlaskClient, queries: Any) -> None:
    kitchen = a_kitchen()
    base = _base(kitchen)
    client.get(base)
    with queries() as few:
        client.get(base)
    mine = {"business_id": kitchen.business.id, "service_id": kitchen.service.id, "price_cents": 500}
    db.session.execute(insert(ServiceItem), [mine | {"name": f"Dish {number}"} for number in range(200)])
    ids = db.session.scalars(select(ServiceItem.id).where(ServiceItem.name.like("Dish %"))).all()
    sizes = [
        {"business_id": kitchen.business.id, "item_id": it, "name": "Size", "least": 0, "most": 1}
        for it in ids
    ]
    db.session.execute(insert(ItemChoice), sizes[:100])
    db.session.commit()
    with queries() as many:
        page = client.get(base)
    assert len(soup(page).select(".order-row")) == 202
    assert len(many) == len(few) <= 6
