"""A customer orders and pays at once: by card on our page with a second card, or without a script on Stripe's page."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.orders.changing import change_order, lock_order
from app.orders.models import Order
from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.browser.paying.conftest import card
from tests.browser.test_booking import press
from tests.factories import Shop
from tests.orders.kitchen import a_kitchen
from tests.serving import Served

pytestmark = pytest.mark.browser
DECLINED = "4000 0000 0000 0002"
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def menu(served: Served, shop: Shop) -> str:
    """The menu of a kitchen where people pay when they like."""
    with served.app.app_context():
        business = db.session.get_one(Business, shop.business.id)
        kitchen = a_kitchen(replace(shop, business=business), prepay="either")
        db.session.commit()
        return f"/b/{kitchen.business.slug}/order"


def to_payment(page: Page, menu: str) -> None:
    """Order a large pizza, to be paid now."""
    page.goto(menu)
    page.get_by_role("link", name="Margherita").click()
    page.get_by_label("Large").check()
    press(page, "Put it into the basket")
    page.get_by_role("link", name="Go to checkout").locator("visible=true").click()
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("E-mail").fill("grace@order.example")
    page.get_by_label("Now, online").check()
    page.get_by_role("button", name=re.compile("^Order( for €12.00)?$")).locator("visible=true").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your order")


def statuses(served: Served, shop: Shop) -> list[str]:
    with served.app.app_context():
        rows = db.session.query(Order.status).filter_by(business_id=shop.business.id)
        return sorted(status for (status,) in rows)


@SIZES
def test_a_second_card_pays_for_the_order(
    visit: Callable[..., Page],
    served: Served,
    shop: Shop,
    menu: str,
    earned: Callable[[], object],
    size: object,
) -> None:
    page = visit(menu, size=size)
    to_payment(page, menu)
    expect(page.get_by_role("button", name="Pay €12.00")).to_be_enabled()
    assert faults_of(page) == []
    card(page, DECLINED)
    press(page, "Pay €12.00")
    expect(page.get_by_role("alert").filter(has_text="declined")).to_have_text("Your card was declined.")
    card(page)
    press(page, "Pay €12.00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Grace Hopper. We have your order.")
    expect(page.locator("main")).to_contain_text("Paid: €12.00.")
    expect(page.get_by_role("link", name=re.compile("^Invoice"))).to_be_visible()
    assert faults_of(page) == []
    assert (earned(), statuses(served, shop)) == ((1200, 0), ["placed"])


def test_without_a_script_it_is_paid_on_stripes_page(
    visit: Callable[..., Page], served: Served, shop: Shop, menu: str, earned: Callable[[], object]
) -> None:
    page = visit(menu, size=PHONE, script=False)
    to_payment(page, menu)
    press(page, "Pay €12.00 on Stripe’s page")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your order")
    press(page, "Pay €12.00 on Stripe’s page")
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name=re.compile("Pay 12.00")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile("We have your order"), timeout=30_000
    )
    assert (earned(), statuses(served, shop)) == ((1200, 0), ["placed"])


def test_what_lapses_while_the_card_form_is_fetched_says_so(
    visit: Callable[..., Page], served: Served, shop: Shop, menu: str
) -> None:
    def lapse(route: Route) -> None:
        with served.app.app_context():
            order = db.session.query(Order).filter_by(business_id=shop.business.id).one()
            change_order(lock_order(order), "expired", by=SYSTEM, now=clock.now())
            db.session.commit()
        route.continue_()

    page = visit(menu, size=PHONE)
    to_payment(page, menu)
    expect(page.get_by_role("button", name="Pay €12.00")).to_be_enabled()
    page.route("**/payment/intent", lapse)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This order has expired")


def test_who_would_rather_pay_later_orders_all_the_same(
    visit: Callable[..., Page], served: Served, shop: Shop, menu: str, earned: Callable[[], object]
) -> None:
    page = visit(menu, size=PHONE, script=False)
    to_payment(page, menu)
    press(page, "Order now, pay later")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("We have your order"))
    expect(page.locator("main")).to_contain_text("You pay €12.00 when you get it.")
    assert (earned(), statuses(served, shop)) == ((0, 0), ["placed"])
