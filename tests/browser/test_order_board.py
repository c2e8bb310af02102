"""The live board of orders on a tablet: with a finger, by the keyboard, and while others work on it too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.meeting import Contact
from app.orders.basket import Entry
from app.orders.changing import change_order
from app.orders.models import Order
from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.factories import Shop, zone_at_noon
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.serving import Served

pytestmark = pytest.mark.browser

TABLET = {"width": 820, "height": 1180}
# Counts what would be heard.
HEARD = """
  window.heard = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.heard += 1; return start.apply(this, at); };
"""

Places = Callable[..., int]


@pytest.fixture
def kitchen(served: Served, shop: Shop) -> Kitchen:
    """The shop sells pizza, to be picked up or at the table; it is noon, far from the orders of another day."""
    with served.app.app_context():
        shop.business.zone = zone_at_noon()
        db.session.add(shop.business)
        made = a_kitchen(shop, at_table=True, tables=["Window"])
        db.session.commit()
        for row in (made.business, made.pizza, made.large, made.bottle):
            db.session.refresh(row)
        db.session.expunge_all()
        return made


@pytest.fixture
def ordered(served: Served, kitchen: Kitchen) -> Places:
    """Orders something for in a while, whatever day it is; the number of the order."""

    def place(name: str = "Olivia Park", *statuses: str, minutes: int = 40, **wanted: Any) -> int:
        with served.app.app_context():
            contact = Contact(name, f"{name.split()[0].lower()}@example.com", language="en-GB")
            entry = Entry(kitchen.pizza.id, (kitchen.large.id,), 2, "no basil")
            order = an_order(kitchen, entry, contact=contact, **wanted)
            now = clock.now()
            for status in statuses:
                change_order(order, status, by=SYSTEM, now=now)
            order.due_at, order.asap = now + timedelta(minutes=minutes), False
            db.session.commit()
            return order.number

    return place


def card(page: Page, number: int) -> Any:
    return page.locator(f'.ticket[data-order="{number}"]')


def column(page: Page, status: str) -> Any:
    return page.locator(f'.board-column[data-status="{status}"]')


def test_a_tablet_takes_an_order_through_the_kitchen_by_finger(visit, kitchen, owner, ordered):
    first, second = ordered("Olivia Park"), ordered("Omar Haddad", way="table", table="Window")
    page = visit(f"/manage/{kitchen.business.slug}/orders", member=owner, size=TABLET)
    expect(page).to_have_title(f"(2) Orders · {kitchen.business.name}")
    assert faults_of(page) == []
    button = card(page, first).get_by_role("button", name=f"Accept: Order {first}")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["width"] >= 88
    button.click()
    expect(column(page, "accepted").locator(f'[data-order="{first}"]')).to_be_visible()
    expect(page).to_have_title(f"(1) Orders · {kitchen.business.name}")
    expect(page.locator("#announcer")).to_contain_text("Accepted")
    for label, status in (("Begin", "preparing"), ("It is ready", "ready")):
        # A tap right after another one is taken for the second of two.
        page.wait_for_timeout(400)
        card(page, first).get_by_role("button", name=f"{label}: Order {first}").click()
        expect(column(page, status).locator(f'[data-order="{first}"]')).to_be_visible()
    page.wait_for_timeout(400)
    card(page, first).get_by_role("link", name=f"Hand over: Order {first}").click()
    expect(page.get_by_role("heading", name=f"Hand over order {first}")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Paid: Cash").click()
    expect(page.locator("#board-done summary")).to_have_text("1 handed over today")
    expect(card(page, first)).to_have_count(0)
    page.wait_for_timeout(400)
    card(page, second).get_by_role("link", name=f"Decline Order {second}").click()
    page.get_by_role("button", name="Decline the order").click()
    expect(page.get_by_text("Please say why.").first).to_be_visible()
    page.get_by_label("Why").fill("Sold out.")
    page.get_by_role("button", name="Decline the order").click()
    expect(card(page, second)).to_have_count(0)
    expect(page.get_by_text("Nothing waits for an answer.")).to_be_visible()


def test_the_keyboard_goes_from_card_to_card_and_presses_on(visit, kitchen, owner, ordered):
    first, second, third = ordered("Ann One"), ordered("Ben Two", minutes=50), ordered("Cy Three", "accepted")
    page = visit(f"/manage/{kitchen.business.slug}/orders", member=owner)
    number = card(page, first).locator(".ticket-number a")
    number.focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, second).locator(".ticket-number a")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(card(page, third).locator(".ticket-number a")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(number).to_be_focused()
    page.keyboard.press("n")
    expect(column(page, "accepted").locator(".ticket")).to_have_count(2)
    # The card that took its place has the focus.
    expect(card(page, second).locator("[data-next]")).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_label("Why")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page, second).locator("[data-ending]")).to_be_focused()
    page.get_by_role("button", name="Shortcuts and signs").click()
    expect(page.get_by_text("Next step: accept, begin, ready, hand over")).to_be_visible()


def test_what_others_do_appears_without_taking_the_focus_and_rings_on_request(
    visit, served, kitchen, owner, ordered
):
    first = ordered("Olivia Park")
    page = visit("/", member=owner, size=TABLET)
    page.add_init_script(HEARD)
    page.goto(f"/manage/{kitchen.business.slug}/orders")
    sound = page.get_by_role("button", name="Sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("heard > 0")
    before = page.evaluate("heard")
    link = card(page, first).locator(".ticket-number a")
    link.focus()
    second = ordered("Omar Haddad", way="table", table="Window")
    expect(card(page, second)).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text(f"New: Order {second}, At the table")
    expect(link).to_be_focused()
    page.wait_for_function("before => heard > before", arg=before)
    with served.app.app_context():
        row = db.session.query(Order).filter_by(business_id=kitchen.business.id, number=first).one()
        change_order(row, "accepted", by=SYSTEM, now=clock.now())
        db.session.commit()
    expect(column(page, "accepted").locator(f'[data-order="{first}"]')).to_be_visible()
    expect(link).to_be_focused()
    # It is remembered; a page that nobody has touched yet says why it is silent.
    page.reload()
    expect(page.get_by_text("Touch the page once, then you will hear new orders.")).to_be_visible()
    page.locator("h1").click()
    expect(page.get_by_text("Touch the page once, then you will hear new orders.")).to_be_hidden()


def test_who_presses_second_reads_a_sentence(visit, served, kitchen, owner, ordered):
    number = ordered("Olivia Park")
    page = visit(f"/manage/{kitchen.business.slug}/orders", member=owner, size=TABLET)
    # This board has not heard of it when its button is pressed.
    page.route("**/orders/changes*", lambda route: route.fulfill(status=204))
    with served.app.app_context():
        row = db.session.query(Order).filter_by(business_id=kitchen.business.id, number=number).one()
        change_order(row, "accepted", by=SYSTEM, now=clock.now())
        db.session.commit()
    card(page, number).get_by_role("button", name=f"Accept: Order {number}").click()
    expect(page.get_by_text(f"Somebody was faster: order {number} is “Accepted” now.")).to_be_visible()
    expect(column(page, "accepted").locator(f'[data-order="{number}"]')).to_be_visible()


def test_a_board_that_reaches_nobody_says_so_until_it_does(visit, kitchen, owner, ordered):
    ordered("Olivia Park")
    page = visit(f"/manage/{kitchen.business.slug}/orders", member=owner, size=TABLET)
    page.evaluate("[window.reach, window.fetch] = [fetch, () => Promise.reject(new TypeError('away'))]")
    expect(page.locator("#alert").get_by_text("We could not reach the server.")).to_be_visible()
    page.evaluate("window.fetch = reach")
    expect(page.locator("#alert").get_by_text("We could not reach the server.")).to_be_hidden()


@pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, False), (PHONE, True), (TABLET, True)], ids=["desktop", "phone", "tablet"]
)
def test_every_page_of_orders_is_without_faults(visit, kitchen, owner, ordered, size, dark):
    number = ordered("Maximiliane von Hohenstein-Schwarzenberg", minutes=-12)
    ordered("Omar Haddad", "accepted", "ready", way="table", table="Window")
    ordered("Ida Noor", minutes=4000)
    base = f"/manage/{kitchen.business.slug}/orders"
    page = visit(base, member=owner, size=size, dark=dark)
    expect(card(page, number).get_by_text("late")).to_be_visible()
    found = {"board": faults_of(page)}
    address = card(page, number).locator(".ticket-number a").get_attribute("href")
    for path in (
        address,
        f"{address}/ending/new",
        f"{address}/ticket",
        f"{base}/history",
        f"{address}/payments/new",
    ):
        page.goto(path)
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_board_works_without_a_script(visit, kitchen, owner, ordered):
    number = ordered("Olivia Park")
    page = visit(f"/manage/{kitchen.business.slug}/orders", member=owner, size=TABLET, script=False)
    page.get_by_role("button", name=f"Accept: Order {number}").click()
    expect(column(page, "accepted").locator(f'[data-order="{number}"]')).to_be_visible()
    page.get_by_role("button", name=f"Begin: Order {number}").click()
    page.get_by_role("button", name=f"It is ready: Order {number}").click()
    page.get_by_role("link", name=f"Hand over: Order {number}").click()
    page.get_by_role("button", name="Hand over, paid later").click()
    expect(page.locator("#board-done summary")).to_have_text("1 handed over today")
