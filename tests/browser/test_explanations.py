"""Asking why a time is not offered, in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import local_date
from tests.browser.conftest import each_look, faults_of
from tests.factories import a_booking, berlin, rooms_of, set_week

pytestmark = pytest.mark.browser


@pytest.fixture
def day(served, shop):
    """A day in a week on which both people have something, one of them a break, and there is one room."""
    on = local_date(clock.now() + timedelta(days=7), "Europe/Berlin")
    on -= timedelta(days=max(0, on.weekday() - 4))
    with served.app.app_context():
        maya, tomas = shop.people
        rooms_of(shop, "Blue room", "Red room")
        set_week(shop.business.id, dict.fromkeys(range(5), [(540, 750), (795, 1080)]), maya.resource_id)
        a_booking(shop, berlin(f"{on} 10:00"), person=maya)
        a_booking(shop, berlin(f"{on} 10:00"), "grace@example.com", person=tomas)
        db.session.commit()
    return str(on)


@each_look
def test_the_explanation_has_no_fault(visit, shop, owner, day, size, dark):
    asked = f"/manage/{shop.business.slug}/calendar/explanation?date={day}&time=10:00"
    page = visit(asked, member=owner, size=size, dark=dark)
    expect(page.get_by_role("heading", level=2).first).to_have_text("10:00 is not offered")
    assert faults_of(page) == []
    page.get_by_text("1 booking", exact=False).first.click()
    expect(page.get_by_text("10:00–10:30 Haircut with Olivia Park").first).to_be_visible()
    assert faults_of(page) == []


def test_from_the_calendar_to_a_time_that_can_be_had(visit, shop, owner, day):
    page = visit(f"/manage/{shop.business.slug}/calendar/?view=day&date={day}", member=owner)
    page.get_by_role("link", name="Why is a time not offered?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why is this time not offered?")
    page.get_by_label("With", exact=True).select_option(label="Maya")
    expect(page.get_by_role("heading", name="Maya is there")).to_be_visible()
    page.get_by_label("Time", exact=True).fill("12:45")
    expect(page.get_by_text("Maya has a break from 12:30 to 13:15.").first).to_be_visible()
    expect(page.get_by_role("heading", name="12:45 is not offered")).to_be_visible()
    page.locator("#times").get_by_role("link", name="13:15, offered").click()
    expect(page.get_by_role("heading", name="13:15 is offered")).to_be_visible()
    page.get_by_role("link", name="Book this time").click()
    expect(page.get_by_label("Time", exact=True)).to_have_value("13:15")


def test_a_free_spot_of_the_calendar_asks_about_its_person_day_and_time(visit, shop, owner, day):
    page = visit(f"/manage/{shop.business.slug}/calendar/?view=day&date={day}", member=owner)
    body = page.get_by_role("region", name="Maya").locator(".column-body")
    # Shown are 08:00 to 19:00; half past twelve is Maya's break.
    box = body.bounding_box()
    body.click(button="right", position={"x": 40, "y": box["height"] * (4.5 / 11) + 3})
    menu = page.get_by_role("group", name="12:30, Maya")
    expect(menu.get_by_role("link", name="New booking")).to_be_focused()
    assert faults_of(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar/explanation?*time=12%3A30*")
    expect(page.get_by_text("Maya has a break from 12:30 to 13:15.").first).to_be_visible()
    expect(page.get_by_label("With", exact=True)).to_have_value(str(shop.person.resource_id))
    page.go_back()
    page.get_by_role("link", name="Why are some times of Tomás not offered?").click()
    expect(page.get_by_role("heading", name="Tomás is there")).to_be_visible()
    expect(page.get_by_label("Day", exact=True)).to_have_value(day)


def test_a_click_on_the_bars_asks_about_that_time(visit, shop, owner, day):
    page = visit(f"/manage/{shop.business.slug}/calendar/explanation?date={day}", member=owner)
    page.locator(".why-clicks").scroll_into_view_if_needed()
    # Shown are 08:00 to 19:00, a step of clicks is a quarter of an hour.
    page.locator(".why-clicks a").nth(8).click(force=True, position={"x": 4, "y": 45})
    expect(page.get_by_role("heading", name="10:00 is not offered")).to_be_visible()
    assert "at=" in page.url


def test_without_a_script_everything_can_be_asked(visit, shop, owner, day):
    page = visit(f"/manage/{shop.business.slug}/calendar/explanation", member=owner, script=False)
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Time", exact=True).fill("10:07")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="10:07 is not offered")).to_be_visible()


def test_a_member_finds_the_way_from_the_public_page_and_a_customer_sees_none(visit, shop, owner, day):
    public = f"{shop.page}?service={shop.service.id}&date={day}"
    link = "For your team: why is a time not offered?"
    stranger = visit(public)
    expect(stranger.locator("#times")).to_be_visible()
    expect(stranger.get_by_role("link", name=link)).to_have_count(0)
    page = visit(f"/manage/{shop.business.slug}/", member=owner)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(public)
    page.get_by_role("link", name=link).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why is this time not offered?")
