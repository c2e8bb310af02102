"""From the menu to a haircut with a bottle of water, on one invoice, page by page and without a script."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.flow.forms.wish import new_flow
from app.appointments.models import Booking
from app.businesses.suspending import suspend
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.basket import Basket, Entry, write_basket
from app.orders.models import Order, OrderSettings
from app.orders.ruling import OPEN_END
from app.payments.models import Invoice
from app.payments.taking import take
from app.services.models import ServiceItem
from tests.appointments.paying import with_own_keys
from tests.factories import Shop, a_membership, a_shop, berlin, signed_in
from tests.orders.kitchen import Kitchen, a_kitchen
from tests.reading import soup
from tests.reading import words as words_of

OLIVIA = {"name": "Olivia Park", "email": "olivia@example.com", "phone": "", "note": ""}


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    """A haircut for 45.00, on Monday morning."""
    frozen.move_to(berlin("2027-03-01 08:00"))
    return a_shop()


@pytest.fixture
def kitchen(shop: Shop) -> Kitchen:
    """Which the shop has, too."""
    kitchen = a_kitchen(shop)
    db.session.commit()
    return kitchen


def words(answer: Any) -> str:
    return words_of(soup(answer))


def basket_of(kitchen: Kitchen, pieces: int = 2) -> str:
    return write_basket(kitchen.business.id, Basket((Entry(kitchen.bottle.id, quantity=pieces),)))


def held(client: FlaskClient, shop: Shop, basket: str, at: str = "2027-03-02 10:00") -> str:
    """The address of the details of a held time, with this basket."""
    wish = {
        "service": str(shop.service.id),
        "staff": "any",
        "start": berlin(at).isoformat(),
        "flow": new_flow(shop.business.id),
        "basket": basket,
    }
    answer = client.post(f"{shop.page}/holds", data=wish)
    assert answer.status_code == 303, answer.text
    return answer.location


def sent(page: Any) -> dict[str, str]:
    """What a browser sends of the form of the details as it is."""
    form = soup(page).select_one("form.booking, #order-form")
    return {it["name"]: it.get("value", "") for it in form.select("input[type=hidden][name]")}


def action(page: Any) -> str:
    return soup(page).select_one("form.booking")["action"]


def test_from_the_checkout_to_one_page_for_both(client: FlaskClient, shop: Shop, kitchen: Kitchen) -> None:
    basket = basket_of(kitchen)
    base = f"/b/{shop.business.slug}"
    checkout = client.get(f"{base}/order/checkout?basket={basket}")
    [link] = [it for it in soup(checkout).select("main a") if "Book an appointment with it" in it.text]
    first = client.get(link["href"])
    assert "2 things from the menu" in words(first)
    assert basket in soup(first).select_one("#flow")["action"]
    details = client.get(held(client, shop, basket))
    said = words(details)
    assert "Water" in said
    assert "From the menu €5.00" in said
    assert "Total €50.00" in said
    booked = client.post(action(details), data=sent(details) | OLIVIA)
    assert booked.status_code == 303, words(booked)
    receipt = client.get(booked.location)
    assert "Total €50.00" in words(receipt)
    [link] = [it for it in soup(receipt).select("main a") if "How far order 1 is" in it.text]
    order = client.get(link["href"])
    assert "You pay €5.00 together with it." in words(order)
    [back] = [it for it in soup(order).select("main a") if "See the appointment" in it.text]
    assert "You are booked, Olivia Park" in words(client.get(back["href"]))
    row = Order.query.one()
    assert (row.status, row.due_at, row.contact_email) == (
        "placed",
        berlin("2027-03-02 10:00"),
        "olivia@example.com",
    )


def test_it_can_be_booked_without_the_basket(client: FlaskClient, shop: Shop, kitchen: Kitchen) -> None:
    details = client.get(held(client, shop, basket_of(kitchen)))
    [link] = [it for it in soup(details).select("main a") if it.text.strip() == "Book without it"]
    alone = client.get(link["href"])
    assert "Water" not in words(alone)
    assert client.post(action(alone), data=sent(alone) | OLIVIA).status_code == 303
    assert (Booking.query.one().status, Order.query.count()) == ("confirmed", 0)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("stock", 1, "Only 1 piece is left"),
        ("price_cents", 300, "€6.00"),
        ("active", False, "Not to be had any more as it was chosen, and left out: Water."),
    ],
)
def test_what_has_changed_meanwhile_is_said_and_nothing_is_booked(
    client: FlaskClient, shop: Shop, kitchen: Kitchen, column: str, value: Any, said: str
) -> None:
    details = client.get(held(client, shop, basket_of(kitchen)))
    setattr(db.session.get_one(ServiceItem, (shop.business.id, kitchen.bottle.id)), column, value)
    db.session.commit()
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert refused.status_code == 409
    assert "Your basket has changed" in words(refused)
    assert said in words(refused)
    assert 'value="Olivia Park"' in refused.text
    assert (Booking.query.one().status, Order.query.count()) == ("held", 0)


def test_the_rest_is_booked_where_something_left_the_menu(
    client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    entries = Entry(kitchen.pizza.id, (kitchen.large.id,)), Entry(kitchen.bottle.id, quantity=2)
    details = client.get(held(client, shop, write_basket(kitchen.business.id, Basket(entries))))
    db.session.get_one(ServiceItem, (shop.business.id, kitchen.bottle.id)).active = False
    db.session.commit()
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert refused.status_code == 409
    assert "left out: Water." in words(refused)
    [change] = soup(refused).select('a[href*="order/checkout"]')
    assert "Book an appointment with it" in words(client.get(change["href"]))
    booked = client.post(action(refused), data=sent(refused) | OLIVIA)
    assert booked.status_code == 303, words(booked)
    assert (Booking.query.one().status, Order.query.one().total_cents) == ("confirmed", 1200)


def test_the_visit_alone_is_booked_where_all_left_the_menu(
    client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    details = client.get(held(client, shop, basket_of(kitchen)))
    db.session.get_one(ServiceItem, (shop.business.id, kitchen.bottle.id)).active = False
    db.session.commit()
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert "left out: Water." in words(refused)
    assert client.post(action(refused), data=sent(refused) | OLIVIA).status_code == 303
    assert (Booking.query.one().status, Order.query.count()) == ("confirmed", 0)


@pytest.mark.parametrize("door", ["b", "w"])
@pytest.mark.parametrize("prepay", ["on_site", "online"])
def test_where_orders_were_switched_off_meanwhile_nothing_is_booked_silently(
    client: FlaskClient, shop: Shop, kitchen: Kitchen, prepay: str, door: str
) -> None:
    with_own_keys(shop)
    shop.business.status = "open"
    settings = db.session.get_one(OrderSettings, shop.business.id)
    settings.prepay = prepay
    db.session.commit()
    details = client.get(held(client, shop, basket_of(kitchen)).replace("/b/", f"/{door}/", 1))
    assert "Total €50.00" in words(details)
    settings.pickup = False
    db.session.commit()
    # A form that is not complete is no way around it.
    incomplete = client.post(action(details), data=sent(details) | OLIVIA | {"name": ""})
    assert incomplete.status_code == 422
    assert "What was in your basket cannot be ordered right now" in words(incomplete)
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert refused.status_code == 409
    assert "Orders of this kind are not taken right now" in words(refused)
    assert "What was in your basket cannot be ordered right now" in words(refused)
    assert "Total €45.00" in words(refused)
    assert 'value="Olivia Park"' in refused.text
    assert (Booking.query.one().status, Order.query.count()) == ("held", 0)
    # Now it says what is booked, and a second press books that.
    assert client.post(action(refused), data=sent(refused) | OLIVIA).status_code == 303
    assert (Booking.query.one().status, Order.query.count()) == ("confirmed", 0)


def test_while_no_orders_are_taken_nothing_is_booked_with_them(
    client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    details = client.get(held(client, shop, basket_of(kitchen)))
    db.session.get_one(OrderSettings, shop.business.id).paused_until = OPEN_END
    db.session.commit()
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert refused.status_code == 409
    assert "Orders of this kind are not taken right now" in words(refused)
    assert "Book without it" in words(refused)
    assert (Booking.query.one().status, Order.query.count()) == ("held", 0)


def test_of_a_business_that_was_suspended_neither_is_had(
    client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    details = client.get(held(client, shop, basket_of(kitchen)))
    suspend(shop.business, "Nobody could be reached.", by=SYSTEM, now=clock.now())
    db.session.commit()
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert refused.status_code == 404
    assert (Booking.query.one().status, Order.query.count()) == ("held", 0)


def test_what_cannot_be_ready_by_then_is_said(client: FlaskClient, shop: Shop, kitchen: Kitchen) -> None:
    db.session.get_one(OrderSettings, shop.business.id).prepare_min = 60
    db.session.commit()
    details = client.get(held(client, shop, basket_of(kitchen), "2027-03-02 09:00"))
    refused = client.post(action(details), data=sent(details) | OLIVIA)
    assert refused.status_code == 409
    assert "cannot be ready by the end of your appointment" in words(refused)
    assert Booking.query.one().status == "held"


def test_nothing_is_ordered_with_what_waits_for_an_answer(
    client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    shop.service.approval = True
    db.session.commit()
    details = client.get(held(client, shop, basket_of(kitchen)))
    assert "so nothing is ordered with it" in words(details)
    assert client.post(action(details), data=sent(details) | OLIVIA).status_code == 303
    assert (Booking.query.one().status, Order.query.count()) == ("requested", 0)


@pytest.mark.parametrize("basket", ["", "x", "eyJh", "0" * 3000])
def test_a_basket_that_is_none_is_left_out(
    client: FlaskClient, shop: Shop, kitchen: Kitchen, basket: str
) -> None:
    details = held(client, shop, basket)
    assert "basket=" not in details
    assert client.get(details).status_code == 200


def test_the_basket_of_another_business_is_none_here(
    client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    other = a_kitchen(a_shop())
    db.session.commit()
    assert "basket=" not in held(client, shop, basket_of(other))


def test_all_of_it_is_paid_at_once(client: FlaskClient, shop: Shop, kitchen: Kitchen) -> None:
    with_own_keys(shop)
    db.session.get_one(OrderSettings, shop.business.id).prepay = "online"
    db.session.commit()
    details = client.get(held(client, shop, basket_of(kitchen)))
    assert "A deposit of €5.00 is paid when booking, the other €45.00 on site." in words(details)
    assert "Go to payment" in words(details)
    booked = client.post(action(details), data=sent(details) | OLIVIA)
    assert booked.location.split("?")[0].endswith("/payment")
    page = client.get(booked.location)
    assert "Water" in words(page)
    assert "Haircut" in words(page)
    assert "To pay now €5.00" in words(page)
    order = Order.query.one()
    assert order.status == "pending_payment"


def test_members_see_what_was_ordered_with_it(
    app: Flask, client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    details = client.get(held(client, shop, basket_of(kitchen)))
    client.post(action(details), data=sent(details) | OLIVIA)
    booking, order = Booking.query.one(), Order.query.one()
    client = signed_in(app, a_membership(shop.business, "owner").user)
    home = f"/manage/{shop.business.slug}"
    panel = client.get(f"{home}/appointments/{booking.appointment_id}")
    assert "2 × Water" in words(panel)
    page = client.get(f"{home}/orders/{order.id}")
    assert "Ordered with an appointment" in words(page)
    staff, bill = signed_in(app, a_membership(shop.business, "staff").user), db.session.query(Invoice).one()
    board = staff.get(f"{home}/orders")
    assert "With the appointment" in words(board)
    assert soup(board).select_one("[data-ending]")
    take(shop.business, bill, bill.open_cents, "cash", by=SYSTEM, now=clock.now())
    db.session.commit()
    assert not soup(staff.get(f"{home}/orders")).select_one("[data-ending]"), "what is paid takes a manager"


def test_in_a_frame_the_way_from_the_menu_to_the_visit_stays_in_it(
    client: FlaskClient, shop: Shop, kitchen: Kitchen
) -> None:
    shop.business.status = "open"
    db.session.commit()
    slug, basket = shop.business.slug, basket_of(kitchen)
    checkout = client.get(f"/w/{slug}/order/checkout?basket={basket}")
    [link] = [it for it in soup(checkout).select("a") if "Book an appointment with it" in it.text]
    assert link["href"].startswith(f"/w/{slug}/book?")
    first = client.get(link["href"])
    assert "2 things from the menu" in words(first)
    assert first.headers.get("Set-Cookie") is None
