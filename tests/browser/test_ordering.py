"""An owner puts something on the menu, and a customer orders it without a script; every page looked at by axe."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.changing import change_order, lock_order
from app.orders.finding import order_token
from tests.browser.conftest import DESKTOP, PHONE, faults_of, with_and_without_script
from tests.factories import Shop
from tests.orders.kitchen import a_kitchen, an_order
from tests.serving import Served

pytestmark = pytest.mark.browser


def open_menu(page: Page, slug: str) -> None:
    """Sell soup in two sizes, to be picked up."""
    page.goto(f"/manage/{slug}/settings/orders")
    expect(page.get_by_label("Where to")).to_be_hidden()
    page.get_by_label("We bring it").check()
    expect(page.get_by_label("Where to")).to_be_visible()
    page.get_by_label("We bring it").uncheck()
    page.get_by_label("Customers pick it up").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What is ordered stays as it was promised.")).to_be_visible()
    page.goto(f"/manage/{slug}/services/new")
    page.get_by_label("Name", exact=True).fill("Kitchen")
    page.get_by_label("Customers can book it online").uncheck()
    page.get_by_label("Customers can order it").check()
    page.get_by_role("button", name="Add to my list").click()
    expect(page.get_by_text("Kitchen is on your list.")).to_be_visible()
    page.get_by_role("link", name="Kitchen").first.click()
    page.get_by_role("link", name="Items", exact=True).click()
    page.get_by_role("link", name="Add an item").click()
    page.get_by_label("Name", exact=True).fill("Soup")
    page.get_by_role("textbox", name="Price").fill("6.50")
    page.get_by_role("button", name="Put it on the menu").click()
    expect(page.get_by_role("heading", name="What is chosen with it")).to_be_visible()
    form = page.locator("form", has=page.get_by_role("button", name="Add the choice"))
    form.get_by_label("What is chosen").fill("Size")
    form.get_by_label("At least").fill("1")
    page.get_by_role("button", name="Add the choice").click()
    for name, extra in (("Small", ""), ("Large", "2")):
        choice = page.locator("li.fold-item", has_text="Size").first
        if choice.locator("details").first.get_attribute("open") != "":
            choice.locator("summary").first.click()
        form = page.locator("form", has=page.get_by_role("button", name="Add the option"))
        form.get_by_label("One more option").fill(name)
        form.get_by_label("Costs more").fill(extra)
        form.get_by_role("button", name="Add the option").click()
        expect(page.locator(".row-title", has_text=name)).to_have_count(1)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_kitchen_to_an_order_without_a_script(visit, shop, owner, size):
    slug = shop.business.slug
    page = visit(f"/manage/{slug}/services", member=owner, size=size)
    open_menu(page, slug)
    item = page.url.split("#")[0]
    items = [path for path in (page.locator(".breadcrumbs a").nth(1).get_attribute("href"),) if path]
    found = {}
    for path in (
        item,
        *items,
        f"/manage/{slug}/items",
        f"/manage/{slug}/settings/orders",
        f"/b/{slug}/order",
    ):
        page.goto(path)
        for fold in page.locator("main details:not([open]) > summary").all():
            if fold.is_visible():
                fold.click()
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
    guest = visit(f"/b/{slug}/", script=False, size=size)
    guest.get_by_role("link", name="Order", exact=True).click()
    guest.get_by_role("link", name="Soup").click()
    guest.get_by_label("Large").check()
    guest.get_by_role("button", name="Put it into the basket").click()
    expect(guest.get_by_text("€8.50").first).to_be_visible()
    guest.goto(guest.url.replace("/order?", "/order/checkout?"))
    guest.get_by_label("Your name").fill("Olivia Park")
    guest.get_by_label("E-mail").fill("olivia@example.com")
    guest.locator("[name=due]").select_option(index=1)
    guest.get_by_role("button", name=re.compile("^Order")).click()
    expect(guest.get_by_text("Thank you, Olivia Park")).to_be_visible()
    expect(guest.get_by_text("Large").first).to_be_visible()


@pytest.fixture
def kitchen(served: Served, shop: Shop) -> Callable[..., str]:
    """Lets the shop sell pizza and water, with these settings; the address of its menu."""

    def kitchen(**settings: Any) -> str:
        with served.app.app_context():
            business = db.session.get_one(Business, shop.business.id)
            a_kitchen(replace(shop, business=business), **settings)
            db.session.commit()
            return f"/b/{business.slug}/order"

    return kitchen


def choose(page: Page, item: str, *options: str, pieces: str = "1") -> None:
    """Put something into the basket by its own page."""
    page.get_by_role("link", name=item, exact=True).click()
    for option in options:
        page.get_by_label(option).check()
    page.get_by_label("Pieces").fill(pieces)
    page.get_by_role("button", name="Put it into the basket").click()
    expect(page.locator("#summary")).to_contain_text(item)


def check_out(page: Page) -> None:
    page.get_by_role("link", name="Go to checkout").locator("visible=true").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order")


@with_and_without_script
def test_what_is_in_the_basket_changes_and_is_taken_out(visit, kitchen, size, script):
    page = visit(kitchen(), size=size, script=script)
    choose(page, "Margherita", "Large")
    choose(page, "Water")
    check_out(page)
    total, lines = page.locator(".price-total dd"), page.locator("#quantities .basket-line")
    water, name = page.get_by_label("Pieces of Water"), page.get_by_label("Your name")
    name.fill("Olivia Park")
    water.fill("2")
    page.get_by_role("button", name="Update").click()
    expect(total).to_have_text("€17.00")
    expect(lines).to_have_count(2)
    expect(name).to_have_value("Olivia Park")
    # By the key it is the order that is sent, and nobody orders what they have not seen.
    water.fill("3")
    water.press("Enter")
    expect(page.locator(".alert.bad")).to_contain_text("Your basket has changed")
    expect(total).to_have_text("€19.50")
    expect(name).to_have_value("Olivia Park")
    water.fill("1000")
    page.get_by_role("button", name="Update").click()
    expect(water).to_have_attribute("aria-invalid", "true")
    expect(water).to_have_value("1000")
    expect(lines.nth(1)).to_contain_text("whole number from 0 to 999")
    if script:
        assert faults_of(page) == []
    # A number that cannot be does not keep anything in the basket.
    page.get_by_role("button", name="Take Water out").click()
    expect(total).to_have_text("€12.00")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("Margherita")


def test_pressed_twice_a_line_is_taken_out_and_the_next_one_stays(visit, kitchen):
    page = visit(kitchen(), size=DESKTOP)
    choose(page, "Margherita", "Large")
    choose(page, "Water")
    check_out(page)
    page.get_by_role("button", name="Take Margherita out").dblclick()
    lines = page.locator("#quantities .basket-line")
    expect(lines).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("Water")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_basket_fills_without_leaving_the_menu(visit, kitchen, size):
    page = visit(kitchen(), size=size)
    page.evaluate("window.isSamePage = true")
    put = page.get_by_role("button", name="Put Water into the basket")
    for pieces in ("1 piece", "2 pieces"):
        put.click()
        expect(page.locator("#announcer")).to_contain_text(f"In your basket: {pieces}")
    expect(put).to_be_focused()
    pizza = page.get_by_role("link", name="Margherita", exact=True)
    pizza.click()
    expect(pizza).to_have_attribute("aria-expanded", "true")
    expect(pizza).to_be_focused()
    expect(page.get_by_role("group", name="Size")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Large").check()
    page.get_by_role("button", name="Put it into the basket").click()
    expect(page.locator("#announcer")).to_have_text("In your basket: 3 pieces. Total €17.00.")
    expect(page.locator("#entry")).to_have_count(0)
    expect(pizza).to_be_focused()
    assert faults_of(page) == []
    assert page.evaluate("window.isSamePage") is True
    page.reload()
    expect(page.locator("#summary")).to_contain_text("Margherita")
    expect(page.locator(".order-row", has_text="Water")).to_contain_text("2 in your basket")
    check_out(page)
    page.evaluate("window.isSamePage = true")
    page.get_by_label("Your name").fill("Olivia Park")
    page.get_by_role("button", name="Take Water out").click()
    expect(page.locator(".price-total dd")).to_have_text("€12.00")
    expect(page.get_by_label("Your name")).to_have_value("Olivia Park")
    assert page.evaluate("window.isSamePage") is True
    page.reload()
    expect(page.locator("#quantities .basket-line")).to_have_count(1)
    assert faults_of(page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_of_an_item_has_no_faults(visit, kitchen, size):
    page = visit(kitchen(), size=size)
    page.goto(page.get_by_role("link", name="Margherita", exact=True).get_attribute("href"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Margherita")
    assert faults_of(page) == []
    page.get_by_label("Pieces").fill("0")
    page.get_by_role("button", name="Put it into the basket").click()
    expect(page.get_by_label("Pieces")).to_have_attribute("aria-invalid", "true")
    assert faults_of(page) == []


@with_and_without_script
def test_the_way_is_chosen_and_what_was_typed_stays(visit, kitchen, size, script):
    page = visit(
        kitchen(delivery=True, at_table=True, postcodes=["101"], delivery_fee_cents=300, tables=["4", "5"]),
        size=size,
        script=script,
    )

    def choose_way(way: str) -> None:
        page.get_by_label(way).check()
        if not script:
            page.get_by_role("button", name="Choose this way").click()

    choose(page, "Margherita", "Large")
    check_out(page)
    page.get_by_label("Your name").fill("Olivia Park")
    page.get_by_label("E-mail").fill("olivia@example.com")
    choose_way("Have it delivered")
    expect(page.get_by_label("Street and number")).to_be_visible()
    expect(page.locator(".price-total dd")).to_have_text("€15.00")
    if script:
        expect(page.get_by_label("Have it delivered")).to_be_focused()
        expect(page.locator("#announcer")).to_have_text("Total €15.00")
        assert faults_of(page) == []
    page.get_by_label("Street and number").fill("Elbe 1")
    choose_way("Have it at your table")
    expect(page.get_by_label("Your table", exact=True)).to_be_visible()
    expect(page.locator("#checkout")).to_have_count(1)
    expect(page.get_by_label("Street and number")).to_have_count(0)
    choose_way("Have it delivered")
    expect(page.get_by_label("Your name")).to_have_value("Olivia Park")
    page.get_by_label("Street and number").fill("Elbe 1")
    page.get_by_label("Postcode").fill("10115")
    page.get_by_label("Town").fill("Berlin")
    # Enter orders, and does not choose the way once more.
    page.get_by_label("Town").press("Enter")
    expect(page.get_by_text("Thank you, Olivia Park")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Elbe 1")


@with_and_without_script
def test_it_is_ordered_at_a_table(visit, kitchen, size, script):
    page = visit(kitchen(at_table=True, tables=["4", "Terrace"]), size=size, script=script)
    page.get_by_role("button", name="Put Water into the basket").click()
    expect(page.locator("#summary")).to_contain_text("Water")
    check_out(page)
    page.get_by_label("Have it at your table").check()
    if not script:
        page.get_by_role("button", name="Choose this way").click()
    page.get_by_label("Your table", exact=True).select_option("Terrace")
    page.get_by_label("Your name").fill("Olivia Park")
    page.get_by_label("E-mail").fill("olivia@example.com")
    page.get_by_role("button", name=re.compile("^Order")).locator("visible=true").click()
    expect(page.get_by_text("Thank you, Olivia Park")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Terrace")


def test_news_of_an_order_come_by_themselves_and_move_nobody(visit, shop, served):
    with served.app.app_context():
        order = an_order(a_kitchen(shop))
        db.session.commit()
        address = f"/orders/{order_token(order)}"
    page = visit(address)
    page.clock.install()
    page.reload()
    page.get_by_text("Take this order back").click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    with page.expect_response(lambda it: "seen=" in it.url):
        page.clock.run_for(11_000)
    page.clock.run_for(500)
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    expect(page.get_by_text("Take this order back")).to_be_focused()
    page.reload()
    with served.app.app_context():
        change_order(lock_order(order), "accepted", by=SYSTEM, now=clock.now())
        db.session.commit()
    page.clock.run_for(11_000)
    expect(page.locator('#order[data-announce="Accepted"]')).to_be_visible()
    page.clock.run_for(500)
    expect(page.locator("#announcer")).to_have_text("Accepted")
    assert page.evaluate("document.activeElement === document.body")
