"""A member books for a customer: with the keyboard, without a script, and as axe sees it."""

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact, meet
from tests.browser.conftest import each_look, faults_of
from tests.races.clients import next_open

pytestmark = pytest.mark.browser


@pytest.fixture
def olivia(served, shop):
    with served.app.app_context():
        contact = Contact("Olivia Park", "olivia@example.com", "+4930123456")
        customer = meet(shop.business.id, contact, clock.now()).id
        meet(shop.business.id, Contact("Oliver Twist", None), clock.now())
        db.session.commit()
        return customer


@pytest.fixture
def address(shop):
    return f"/manage/{shop.business.slug}/appointments/new?date={next_open(9).date()}"


def test_a_customer_is_found_and_booked_for_with_the_keyboard(visit, shop, owner, olivia, address):
    page = visit(address, member=owner)
    with page.expect_response("**/appointments/new"):
        page.get_by_label("Service").select_option("Haircut")
    with page.expect_response("**/appointments/new"):
        page.get_by_label("With").select_option("Tomás")
    page.get_by_role("button", name="09:15", exact=True).click()
    expect(page.get_by_label("Time", exact=True)).to_have_value("09:15")
    search = page.get_by_role("combobox", name="Name, e-mail or end of a phone number")
    search.press_sequentially("oliv")
    options = page.locator("#match-list [role=option]")
    expect(options).to_have_count(2)
    expect(search).to_have_attribute("aria-expanded", "true")
    search.press("ArrowDown")
    search.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(search).to_have_attribute("aria-activedescendant", f"match-{olivia}")
    search.press("Escape")
    expect(options.first).to_be_hidden()
    search.press("ArrowDown")
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.locator(".known-customer")).to_contain_text("Olivia Park")
    expect(page.get_by_role("button", name="Change")).to_be_focused()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator("#entry")).to_have_count(0)
    page.goto(f"/manage/{shop.business.slug}/customers/{olivia}")
    expect(page.get_by_text("09:15–09:45")).to_be_visible()


def test_a_visit_that_comes_again_is_booked_without_a_script(visit, shop, owner, olivia, address):
    page = visit(address, member=owner, script=False)
    page.get_by_label("Service").select_option("Haircut")
    page.get_by_label("Time", exact=True).fill("10:00")
    page.get_by_label("Name, e-mail or end of a phone number").fill("park")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("radio", name="Olivia Park").check()
    page.get_by_text("Notes and repeat").click()
    page.get_by_label("Repeat", exact=True).select_option("Every 2 weeks")
    page.get_by_label("Times", exact=True).fill("3")
    page.get_by_role("button", name="Look at the dates").click()
    expect(page.get_by_role("checkbox")).to_have_count(3)
    page.get_by_role("checkbox").nth(1).uncheck()
    page.get_by_role("button", name="Book these dates").click()
    expect(page.locator(".flashes")).to_contain_text("All 2 dates are booked")


def test_whoever_was_not_found_is_written_down_as_new(visit, shop, owner, olivia, address):
    page = visit(f"{address}&time=11:00&service={shop.service.id}", member=owner)
    page.get_by_role("combobox", name="Name, e-mail").press_sequentially("Grace Hopper")
    expect(page.get_by_text("Nobody is called that")).to_be_visible()
    page.get_by_role("radio", name="New").check()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Grace Hopper")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator("#entry")).to_have_count(0)


@each_look
def test_the_form_and_the_customers(visit, shop, owner, olivia, address, size, dark):
    page = visit(address, member=owner, size=size, dark=dark)
    found = {}
    here = f"{address}&service={shop.service.id}"
    for path in (
        address,
        f"{here}&time=10:00",
        f"{here}&time=22:00&customer={olivia}",
        f"/manage/{shop.business.slug}/customers",
        f"/manage/{shop.business.slug}/customers?q=nobody",
        f"/manage/{shop.business.slug}/customers/{olivia}",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach((it) => (it.open = true))")
        found[path] = faults_of(page)
    page.goto(f"{here}&time=10:00")
    page.get_by_role("combobox", name="Name, e-mail").press_sequentially("oliv")
    expect(page.locator("#match-list [role=option]")).to_have_count(2)
    found["matches"] = faults_of(page)
    page.locator("#match-list [role=option]").first.click()
    page.get_by_text("Notes and repeat").click()
    page.get_by_label("Repeat", exact=True).select_option("Every week")
    page.get_by_role("button", name="Look at the dates").click()
    expect(page.get_by_role("checkbox").first).to_be_visible()
    found["dates"] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
