"""Somebody opens shop on a phone, looks at the page as a customer, and is found."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app.businesses.finding import find_business
from app.businesses.listing import list_publicly
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.browser.conftest import each_look, faults_of, with_and_without_script
from tests.browser.test_booking import fill_in, press

pytestmark = pytest.mark.browser


@with_and_without_script
def test_somebody_opens_shop(visit, served, size, script):
    name = f"Bloom {uuid4().hex[:8]}"
    page = visit("/", size=size, script=script)
    page.get_by_role("link", name="Open your business").locator("visible=true").first.click()
    page.get_by_label("Your name").fill("Rosa Klein")
    page.get_by_label("E-mail").fill(f"{uuid4()}@example.com")
    page.get_by_label("Password", exact=True).fill("a quiet morning")
    page.get_by_label("Name of your business").fill(name)
    page.get_by_label("What you do").select_option(label="Bar")
    page.get_by_label("Country").select_option(label="Japan")
    press(page, "Open your business")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Rosa")
    page.get_by_role("link", name="View as a customer").click()
    expect(page.get_by_text("Only you and your team see this page.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Open for bookings").click()
    press(page, "Open for bookings")
    expect(page.get_by_role("heading", name="You are open for bookings")).to_be_visible()
    expect(page.get_by_role("button", name="Copy address")).to_be_visible(visible=script)
    with served.app.app_context():
        business = find_business(name.lower().replace(" ", "-"))
        assert (business.zone, business.currency, business.status) == ("Asia/Tokyo", "JPY", "open")
    guest = visit(f"/b/{name.lower().replace(' ', '-')}/", size=size, script=script)
    guest.locator("main h3 a, main li a.cover-link").first.click()
    guest.locator("input[name=start]").first.check()
    press(guest, "Continue")
    fill_in(guest)
    press(guest, "Book")
    expect(guest.get_by_role("heading", level=1)).to_have_text("You are booked, Grace Hopper")
    expect(guest.locator("main")).to_contain_text("Tokyo time")


def test_the_script_fills_in_where_the_browser_is(chromium, served):
    context = chromium.new_context(base_url=served.url, locale="en-US", timezone_id="Europe/Vienna")
    page = context.new_page()
    page.goto("/sign-up")
    expect(page.get_by_label("Country")).to_have_value("AT")
    page.get_by_text("Time zone, currency and language").click()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Vienna")
    expect(page.get_by_label("Currency")).to_have_value("EUR")
    page.get_by_label("Country").select_option("AU")
    expect(page.get_by_label("Time zone")).to_have_value("Australia/Sydney")
    expect(page.get_by_label("Currency")).to_have_value("AUD")
    context.close()


def test_the_list_follows_what_is_typed(visit, served, shop):
    with served.app.app_context():
        business = find_business(shop.business.slug)
        business.name = f"Zebra {uuid4().hex[:8]}"
        list_publicly(business, True, by=SYSTEM, now=clock.now())
        db.session.commit()
        name = business.name
    page = visit("/")
    page.get_by_role("searchbox").press_sequentially("zebra nothing")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=zebra(%20|\+)nothing$"))
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@each_look
def test_the_pages_on_the_way_have_no_faults(visit, size, dark):
    page = visit("/?q=nobody-is-called-so", size=size, dark=dark)
    found = {"nothing found": faults_of(page)}
    page.goto("/sign-up")
    page.get_by_text("Time zone, currency and language").click()
    found["sign-up"] = faults_of(page)
    press(page, "Open your business")
    expect(page.get_by_text("Please tell us your name.")).to_be_visible()
    found["errors"] = faults_of(page)
    page.get_by_label("Your name").fill("Rosa Klein")
    page.get_by_label("E-mail").fill(f"{uuid4()}@example.com")
    page.get_by_label("Password", exact=True).fill("a quiet morning")
    page.get_by_label("Name of your business").fill("Bloom")
    page.get_by_label("What you do").select_option("beauty")
    page.get_by_label("Country").select_option("AT")
    press(page, "Open your business")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Rosa")
    found["set-up"] = faults_of(page)
    page.get_by_role("link", name="View as a customer").click()
    found["preview"] = faults_of(page)
    page.get_by_role("link", name="Open for bookings").click()
    press(page, "Open for bookings")
    found["opened"] = faults_of(page)
    page.get_by_role("link", name="Pause bookings").click()
    found["closing"] = faults_of(page)
    page.goto("/account/businesses/new")
    found["another"] = faults_of(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_script_knows_a_zone_by_the_name_it_had_before(chromium, served):
    context = chromium.new_context(base_url=served.url, timezone_id="Asia/Calcutta")
    page = context.new_page()
    page.goto("/sign-up")
    expect(page.get_by_label("Country")).to_have_value("IN")
    page.get_by_text("Time zone, currency and language").click()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
    context.close()
