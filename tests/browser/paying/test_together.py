"""A haircut and two bottles of water are booked together and paid at once, with a script and without."""

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from app.businesses.models import Business
from app.core.db import db
from app.orders.models import Order
from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.browser.paying.conftest import PAUSE, card, is_booked, statuses
from tests.browser.test_booking import choose_day, fill_in, press
from tests.factories import Shop
from tests.orders.kitchen import a_kitchen
from tests.races.clients import next_open
from tests.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def menu(served: Served, shop: Shop) -> str:
    """The menu of a shop whose orders are paid first, as twenty of the sixty euros of its haircut are."""
    with served.app.app_context():
        business = db.session.get_one(Business, shop.business.id)
        kitchen = a_kitchen(replace(shop, business=business), prepay="online")
        db.session.commit()
        return f"/b/{kitchen.business.slug}/order"


def to_details(page: Page, *, script: bool) -> None:
    """Put two bottles into the basket, and hold a time for a haircut with them."""
    page.get_by_role("link", name="Water").click()
    page.get_by_label("Pieces").fill("2")
    press(page, "Put it into the basket")
    page.get_by_role("link", name="Go to checkout").locator("visible=true").click()
    page.get_by_role("link", name="Book an appointment with it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Book an appointment")
    start = next_open(10)
    page.get_by_role("radio", name=re.compile("Haircut")).check()
    if not script:
        press(page, "Show times")
    choose_day(page, start)
    expect(page.locator("#summary")).to_contain_text("2 things from the menu")
    page.get_by_role("radio", name=re.compile("^Book 10:00 on")).first.check()
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    expect(page.locator("#price")).to_contain_text("Water")
    expect(page.locator("#price")).to_contain_text(
        "A deposit of €25.00 is paid when booking, the other €40.00 on site."
    )


def order_of(served: Served, shop: Shop) -> str:
    with served.app.app_context():
        return str(db.session.query(Order.status).filter_by(business_id=shop.business.id).scalar())


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_one_payment_for_both(
    visit: Callable[..., Page],
    served: Served,
    shop: Shop,
    menu: str,
    earned: Callable[[], object],
    size: object,
) -> None:
    page = visit(menu, size=size)
    to_details(page, script=True)
    assert faults_of(page) == []
    fill_in(page, email="grace@together.example")
    press(page, "Go to payment")
    expect(page.locator("main")).to_contain_text("Water")
    expect(page.locator(".price-lines dd")).to_have_text(["€65.00", "€40.00", "€25.00"])
    assert faults_of(page) == []
    card(page)
    press(page, "Pay €25.00")
    is_booked(page, "Grace Hopper")
    expect(page.locator("main")).to_contain_text("Paid: €25.00.")
    assert faults_of(page) == []
    page.get_by_role("link", name="How far order 1 is").click()
    expect(page.locator("main")).to_contain_text("Paid: €5.00.")
    assert faults_of(page) == []
    assert (earned(), statuses(served, shop), order_of(served, shop)) == ((2500, 0), ["confirmed"], "placed")


def test_without_a_script_both_are_booked_and_cancelled(
    visit: Callable[..., Page], served: Served, shop: Shop, menu: str, earned: Callable[[], object]
) -> None:
    page = visit(menu, size=PHONE, script=False)
    to_details(page, script=False)
    fill_in(page, email="grace@together.example")
    press(page, "Go to payment")
    press(page, "Pay €25.00 on Stripe’s page")
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name=re.compile("Pay 25.00")).click()
    is_booked(page, "Grace Hopper")
    page.get_by_role("link", name="Cancel the booking").click()
    expect(page.locator("main")).to_contain_text("What you ordered with it is cancelled as well")
    press(page, "Cancel my booking")
    expect(page.get_by_role("heading", level=1)).to_have_text("This booking is cancelled")
    assert (statuses(served, shop), order_of(served, shop)) == (["cancelled"], "cancelled")
    for _ in range(100):
        if earned() == (2500, 2500):
            return
        time.sleep(PAUSE)
    raise AssertionError("what was paid never went back")
