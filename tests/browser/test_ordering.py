"""An owner puts something on the menu, and a customer orders it without a script; every page looked at by axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.changing import change_order, lock_order
from app.orders.finding import order_token
from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.orders.kitchen import a_kitchen, an_order

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


def test_news_of_an_order_come_by_themselves_and_move_nobody(visit, shop, served):
    with served.app.app_context():
        order = an_order(a_kitchen(shop))
        db.session.commit()
        address = f"/orders/{order_token(order)}"
    page = visit(address)
    page.clock.install()
    page.reload()
    with served.app.app_context():
        change_order(lock_order(order), "accepted", by=SYSTEM, now=clock.now())
        db.session.commit()
    page.clock.run_for(11_000)
    expect(page.locator('#order[data-announce="Accepted"]')).to_be_visible()
    page.clock.run_for(500)
    expect(page.locator("#announcer")).to_have_text("Accepted")
    assert page.evaluate("document.activeElement === document.body")
