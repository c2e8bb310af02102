"""The hours of a week with scripts and without, and every page about hours, people and rooms as axe sees it."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.business_hours.weekly import week_of
from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import local_date
from tests.browser.conftest import each_look, faults_of, with_and_without_script
from tests.factories import add_resource

pytestmark = pytest.mark.browser


def time_of(page: Page, day: str, end: str, nth: int = 0):
    return page.locator(f"#{day} .pair:visible").nth(nth).locator(f"input[name={day}-{end}]")


@with_and_without_script
def test_an_owner_gives_monday_a_break_and_copies_it(visit, shop, owner, served, size, script):
    page = visit(f"/manage/{shop.business.slug}/hours", member=owner, size=size, script=script)
    time_of(page, "monday", "until").fill("13:00")
    if script:
        page.get_by_role("button", name="Add hours on Monday").click()
    time_of(page, "monday", "from", 1).fill("14:00")
    time_of(page, "monday", "until", 1).fill("18:00")
    page.get_by_role("switch", name="Open: Saturday").check()
    time_of(page, "saturday", "from").fill("20:00")
    time_of(page, "saturday", "until").fill("02:00")
    if script:
        expect(page.locator("#saturday")).to_contain_text("until 02:00 the next morning")
    page.get_by_role("button", name="Copy to Tuesday to Friday").click()
    expect(time_of(page, "friday", "from", 1)).to_have_value("14:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.locator(".week-words")).to_contain_text(
        "Mon–Fri 09:00–13:00 and 14:00–18:00; Sat 20:00–02:00"
    )
    with served.app.app_context():
        assert week_of(shop.business.id)[5] == [(1200, 1560)] or week_of(shop.business.id)[5][-1] == (
            1200,
            1560,
        )


def test_a_day_that_is_switched_on_begins_with_the_hours_of_the_day_before(visit, shop, owner):
    page = visit(f"/manage/{shop.business.slug}/hours", member=owner)
    page.get_by_role("switch", name="Open: Sunday").check()
    expect(time_of(page, "sunday", "from")).to_have_value("09:00")
    expect(time_of(page, "sunday", "until")).to_have_value("18:00")
    for _ in range(3):
        page.get_by_role("button", name="Add hours on Sunday").click()
    expect(page.get_by_role("button", name="Add hours on Sunday")).to_be_hidden()
    for _ in range(4):
        page.locator("#sunday .pair:visible").last.get_by_role("button").click()
    expect(page.get_by_role("switch", name="Open: Sunday")).not_to_be_checked()
    expect(page.get_by_role("switch", name="Open: Sunday")).to_be_focused()


@each_look
def test_every_page_of_hours_team_and_rooms_looks_right(visit, shop, owner, served, size, dark):
    with served.app.app_context():
        room = add_resource(shop.business.id, "space", "Chair").id
        tomorrow = local_date(clock.now(), shop.business.zone) + timedelta(days=1)
        db.session.commit()
    house, person = f"/manage/{shop.business.slug}", shop.person.resource_id
    page = visit(house + "/hours", member=owner, size=size, dark=dark)
    found = {}
    for path in (
        "/hours",
        "/hours/special-days",
        "/hours/special-days/new",
        "/hours/time-off",
        "/hours/time-off/new",
        "/staff",
        "/staff/former",
        "/staff/new",
        f"/staff/{person}",
        f"/staff/{person}/hours",
        f"/staff/{person}/hours/time-off",
        f"/staff/{person}/departure",
        "/rooms",
        "/rooms/new",
        f"/rooms/{room}",
        f"/rooms/{room}/hours",
        f"/rooms/{room}/removal",
    ):
        page.goto(house + path)
        found[path] = faults_of(page)
    page.goto(f"{house}/hours")
    time_of(page, "monday", "until").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#monday-error")).to_contain_text("both times")
    # At its end nothing lies under the bar that keeps the button in sight.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    found["a week that is refused"] = faults_of(page)
    page.goto(f"{house}/hours/special-days/new")
    page.get_by_label("Date").fill(str(tomorrow))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    found["special days"] = faults_of(page)
    page.goto(f"{house}/hours/special-days/{tomorrow}")
    found["a special day"] = faults_of(page)
    page.get_by_role("button", name="Remove this special day").click()
    expect(page.get_by_role("button", name="Put it back")).to_be_visible()
    found["a removed one"] = faults_of(page)
    page.goto(f"{house}/hours/time-off/new")
    page.get_by_label("Some hours").check()
    expect(page.get_by_label("First day")).to_be_hidden()
    found["some hours"] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
