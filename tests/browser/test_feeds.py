"""The page about other calendars: a link is made, replaced and taken back; one from elsewhere is added and removed."""

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.db import db
from app.feeds.models import OtherCalendar
from tests.browser.conftest import each_look, faults_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page_address(shop):
    return f"/manage/{shop.business.slug}/feeds/"


def has_read(served, business_id, problem=None):
    """As if a worker had been there."""
    with served.app.app_context():
        for it in db.session.query(OtherCalendar).filter_by(business_id=business_id):
            it.problem, it.failures, it.events = problem, int(bool(problem)), 12
            it.read_at = clock.now()
        db.session.commit()


def test_a_link_is_made_replaced_and_taken_back(visit, owner, page_address):
    page = visit(page_address, member=owner)
    page.get_by_label("Whose bookings").select_option("The whole business")
    page.get_by_role("radio", name="Only “Busy”").check()
    page.get_by_role("button", name="Make a link").click()
    card = page.locator(".feed")
    expect(card).to_contain_text("Not read by any program yet")
    link = card.locator("[data-copy]")
    first = link.get_attribute("data-copy")
    answer = page.request.get(f"/feeds/{first.rpartition('/')[2]}")
    assert answer.text().startswith("BEGIN:VCALENDAR")
    card.get_by_text("Add it to a calendar program").click()
    expect(card.get_by_role("link", name="Subscribe on this device")).to_have_attribute(
        "href", first.replace("https://", "webcal://").replace("http://", "webcal://")
    )
    card.get_by_role("button", name="New link").click()
    expect(link).not_to_have_attribute("data-copy", first)
    assert page.request.get(f"/feeds/{first.rpartition('/')[2]}").status == 410
    card.get_by_role("button", name="Take back").click()
    expect(card).to_have_count(0)


def test_a_calendar_from_elsewhere_is_added_and_removed(visit, served, shop, owner, page_address):
    page = visit(page_address, member=owner)
    part = page.locator("#others")
    part.get_by_label("Secret address").fill("not one")
    part.get_by_label("Name").fill("Private")
    part.get_by_role("button", name="Add calendar").click()
    expect(part.locator(".field-error")).to_contain_text("This is no address of a calendar")
    expect(part.get_by_label("Name")).to_have_value("Private")
    part.get_by_label("Secret address").fill("webcal://calendar.example/secret.ics")
    part.get_by_role("button", name="Add calendar").click()
    card = part.locator(".feed")
    expect(card).to_contain_text("Waiting to be read")
    has_read(served, shop.business.id)
    page.reload()
    expect(card).to_contain_text("12 busy times ahead")
    has_read(served, shop.business.id, "locked")
    page.reload()
    expect(card).to_contain_text("The server wants a sign-in")
    card.get_by_role("button", name="Remove").click()
    expect(card).to_have_count(0)


@each_look
def test_everybody_can_use_the_page(visit, served, shop, owner, page_address, size, dark):
    page = visit(page_address, size=size, dark=dark, member=owner)
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator(".feed")).to_have_count(1)
    for name in ("Private", "Family"):
        page.get_by_label("Secret address").fill("https://a-calendar-with-a-very-long-name.example/a.ics")
        page.locator("#others").get_by_label("Name").fill(name)
        page.get_by_role("button", name="Add calendar").click()
        expect(page.locator("#others .feed-title", has_text=name)).to_be_visible()
    has_read(served, shop.business.id, "not_there")
    page.reload()
    page.get_by_text("Add it to a calendar program").first.click()
    assert faults_of(page) == []
