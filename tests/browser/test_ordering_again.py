"""Who had an order has the same once more: at once where all of it is there, and else after reading what is not."""

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.basket import Entry
from app.orders.changing import change_order, lock_order
from app.orders.finding import order_token
from app.services.models import ServiceItem
from tests.browser.conftest import DESKTOP, PHONE, faults_of, with_and_without_script
from tests.factories import Shop
from tests.orders.kitchen import a_kitchen, an_order
from tests.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def link(served: Served, shop: Shop) -> str:
    """The page of an order that was handed over: two large pizzas and three bottles."""
    with served.app.app_context():
        kitchen = a_kitchen(shop)
        pizza = Entry(kitchen.pizza.id, (kitchen.large.id,), 2, "no basil")
        order = an_order(kitchen, pizza, Entry(kitchen.bottle.id, quantity=3))
        for status in ("accepted", "fulfilled"):
            change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
        db.session.refresh(kitchen.bottle)
        kitchen.bottle.stock = 3
        db.session.commit()
        return f"/orders/{order_token(order)}"


def change_menu(served: Served, shop: Shop, name: str, **columns: object) -> None:
    with served.app.app_context():
        item = db.session.query(ServiceItem).filter_by(business_id=shop.business.id, name=name).one()
        for column, value in columns.items():
            setattr(item, column, value)
        db.session.commit()


@with_and_without_script
def test_where_all_of_it_is_there_one_click_leads_to_the_checkout(visit, link, size, script):
    guest = visit(link, size=size, script=script)
    guest.get_by_role("link", name="Order again").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Your order")
    lines = guest.locator("#quantities .basket-line")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("“no basil”")
    expect(guest.get_by_label("Pieces of Margherita")).to_have_value("2")
    if script:
        assert faults_of(guest) == []
    guest.get_by_label("Your name").fill("Olivia Park")
    guest.get_by_label("E-mail").fill("olivia@example.com")
    guest.locator("[name=due]").select_option(index=1)
    guest.locator("button:visible", has_text="Order").last.click()
    expect(guest.get_by_text("Thank you, Olivia Park")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "dark", "script"),
    [(DESKTOP, False, True), (PHONE, True, True), (PHONE, False, False)],
    ids=["desktop-light", "phone-dark", "no-script"],
)
def test_what_is_gone_or_dearer_is_said_before_the_basket(visit, served, shop, link, size, dark, script):
    change_menu(served, shop, "Margherita", price_cents=1000)
    change_menu(served, shop, "Water", active=False)
    guest = visit(link, size=size, dark=dark, script=script)
    guest.get_by_role("link", name="Order again").click()
    expect(guest.get_by_role("heading", name="Some of it is different today")).to_be_visible()
    expect(guest.locator(".basket-text")).to_have_text(
        ["Margherita A piece costs €13.00, it was €12.00.", "Water It is not on the menu any more."]
    )
    if script:
        assert faults_of(guest) == []
    guest.get_by_role("link", name="To the basket").click()
    expect(guest.locator("#quantities .basket-line")).to_have_count(1)
    expect(guest.locator("#quantities")).to_contain_text("€26.00")

    change_menu(served, shop, "Margherita", active=False)
    guest.goto(f"{link}/basket")
    expect(guest.get_by_role("heading", name="Nothing of it can be had today")).to_be_visible()
    expect(guest.get_by_role("link", name="To the basket")).to_have_count(0)
    if script:
        assert faults_of(guest) == []
    guest.get_by_role("link", name="See the menu").click()
    expect(guest).to_have_url(f"{served.url}/b/{shop.business.slug}/order")
