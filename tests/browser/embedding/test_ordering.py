"""Customers order on the website of a business, from a basket that lasts while the website is loaded again."""

from dataclasses import replace

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from app.businesses.models import Business
from app.core.db import db
from app.orders.models import Order
from tests.browser.conftest import AXE, DESKTOP, FAULTS, PHONE, RULES
from tests.browser.embedding.conftest import Website, frame_in, heard
from tests.factories import Shop
from tests.orders.kitchen import a_kitchen
from tests.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def menu(served: Served, website: Website, shop: Shop) -> str:
    """A page of a website that shows the menu of the shop."""
    with served.app.app_context():
        a_kitchen(replace(shop, business=db.session.get_one(Business, shop.business.id)))
        db.session.commit()
    return website.put(website.script(shop, page="order"))


def put_water(frame: FrameLocator) -> None:
    frame.get_by_role("button", name="Put Water into the basket").click()
    expect(frame.locator("#summary")).to_contain_text("Water")


def order(frame: FrameLocator) -> None:
    """Order what is in the basket, up to the page of the order."""
    frame.get_by_role("link", name="Go to checkout").locator("visible=true").click()
    frame.get_by_label("Your name").fill("Grace Hopper")
    frame.get_by_label("E-mail").fill("grace@example.com")
    frame.get_by_role("button", name="Order").locator("visible=true").click()
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Thank you, Grace Hopper")


def orders(served: Served, shop: Shop) -> list[tuple[str, str]]:
    """Who ordered, and what."""
    with served.app.app_context():
        found = db.session.query(Order).filter_by(business_id=shop.business.id).order_by(Order.id)
        return [(it.contact_name, it.lines[0].name) for it in found]


def no_faults(page: Page) -> bool:
    """Whether axe finds nothing in the frame."""
    inside = page.frames[1]
    inside.evaluate(AXE)
    return not inside.evaluate(FAULTS, RULES)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_somebody_orders_there_without_a_cookie(go, served, shop, menu, size):
    outing = go(menu, size=size)
    page, frame = outing.page, frame_in(outing.page)
    expect(page.locator("daybook-widget iframe")).to_have_attribute("title", "Order")
    put_water(frame)
    assert no_faults(page)
    order(frame)
    assert orders(served, shop) == [("Grace Hopper", "Water")]
    assert [it["step"] for it in heard(page, "step", 3)] == ["choice", "details", "order"]
    assert heard(page, "ordered") == [{"status": "placed"}]
    assert outing.cookies == []
    assert no_faults(page)


def test_the_basket_is_there_when_the_website_is_loaded_again_until_it_is_ordered(go, menu):
    page = go(menu).page
    put_water(frame_in(page))
    page.reload()
    frame = frame_in(page)
    expect(frame.locator("#summary")).to_contain_text("Water")
    expect(frame.locator(".order-row", has_text="Water")).to_contain_text("1 in your basket")
    order(frame)
    page.reload()
    expect(frame.get_by_text("There is nothing in your basket yet.")).to_be_visible()


def test_a_basket_that_was_emptied_stays_empty(go, menu):
    page = go(menu).page
    frame = frame_in(page)
    put_water(frame)
    frame.get_by_role("link", name="Go to checkout").locator("visible=true").click()
    frame.get_by_role("button", name="Take Water out").click()
    expect(frame.get_by_text("There is nothing in your basket yet.")).to_be_visible()
    page.reload()
    expect(frame.get_by_role("link", name="Margherita", exact=True)).to_be_visible()
    expect(frame.get_by_text("There is nothing in your basket yet.")).to_be_visible()


def test_a_browser_that_keeps_nothing_in_frames_orders_all_the_same(go, served, website, shop, menu):
    """In a sandbox, whoever asks for the storage is refused."""
    with served.app.app_context():
        db.session.get_one(Business, shop.business.id).framed_anywhere = True
        db.session.commit()
    address = f"{website.home}/w/{shop.business.slug}/order?mode=inline&host=null#start"
    sandbox = (
        f'<iframe sandbox="allow-scripts allow-forms" src="{address}" width="900" height="900"></iframe>'
    )
    page = go(website.put(sandbox)).page
    frame = page.frame_locator("iframe")
    put_water(frame)
    order(frame)
    assert orders(served, shop) == [("Grace Hopper", "Water")]


def test_a_button_opens_the_menu_and_whoever_ordered_begins_anew(go, website, shop, menu):
    page = go(website.put(website.script(shop, page="order", mode="button", language="de"))).page
    page.get_by_role("button", name="Bestellen").click()
    frame = page.locator("daybook-widget .panel iframe").content_frame
    frame.get_by_role("button", name="Water in den Warenkorb").click()
    expect(frame.locator("#summary")).to_contain_text("Water")
    page.get_by_role("button", name="Schließen").click()
    page.get_by_role("button", name="Bestellen").click()
    expect(frame.locator("#summary")).to_contain_text("Water")
