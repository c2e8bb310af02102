"""An owner gives hours for a season, weeks that take turns, and closes on public holidays, with what is booked then."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.business_hours.seasons import seasons_of
from app.business_hours.special import find_special_day
from app.business_hours.weekly import rota_of
from app.businesses.public_holidays import public_holidays
from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import local_date
from tests.browser.conftest import each_look, faults_of
from tests.factories import a_booking, berlin, set_week

pytestmark = pytest.mark.browser


@each_look
def test_a_season_is_added_refused_where_it_overlaps_and_taken_away(visit, shop, owner, served, size, dark):
    today = local_date(clock.now(), "Europe/Berlin")
    page = visit(f"/manage/{shop.business.slug}/hours/seasons", member=owner, size=size, dark=dark)
    assert faults_of(page) == []
    page.get_by_role("link", name="Add a season").first.click()
    expect(page.get_by_label("Monday, from").first).to_have_value("09:00")
    assert faults_of(page) == []
    page.get_by_label("From", exact=True).fill(str(today))
    page.get_by_label("Until").first.fill(str(today + timedelta(days=30)))
    page.get_by_label("Monday, from").first.fill("07:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Holds now")).to_be_visible()
    expect(page.locator(".season-text")).to_contain_text("Mon 07:00–18:00")
    assert faults_of(page) == []
    page.get_by_role("link", name="Add a season").first.click()
    page.get_by_label("From", exact=True).fill(str(today + timedelta(days=30)))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There are other hours for some of these dates already.").first).to_be_visible()
    page.goto(f"/manage/{shop.business.slug}/hours/seasons/{today}")
    page.get_by_role("button", name="Remove this season").click()
    expect(page.get_by_text("The usual hours hold all year")).to_be_visible()
    with served.app.app_context():
        assert seasons_of(shop.business.id) == []


def test_weeks_that_take_turns_are_given_in_the_form_of_a_person(visit, shop, owner, served):
    of = shop.person.resource_id
    with served.app.app_context():
        set_week(shop.business.id, dict.fromkeys(range(5), [(540, 1080)]), of)
        db.session.commit()
    page = visit(f"/manage/{shop.business.slug}/staff/{of}/hours", member=owner)
    page.get_by_label("When do they begin again?").select_option(label="After 2 weeks")
    page.get_by_role("button", name="Show these weeks").click()
    second = page.locator(".rota-week").nth(1)
    expect(second).to_be_visible()
    second.get_by_role("switch", name="Open: Monday").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved at the moment, in turns:")).to_be_visible()
    with served.app.app_context():
        first, other = rota_of(shop.business.id, of)
    assert sorted(first) == [0, 1, 2, 3, 4]
    assert sorted(other) == [1, 2, 3, 4]


def test_public_holidays_are_closed_after_it_is_decided_what_becomes_of_a_booking(visit, shop, owner, served):
    soon = local_date(clock.now(), "Europe/Berlin") + timedelta(days=2)
    with served.app.app_context():
        names = public_holidays("DE", None, soon, soon + timedelta(days=150), "en-GB")
        day = next(it for it in names if it.weekday() < 5)
        a_booking(shop, berlin(f"{day} 10:00"))
        db.session.commit()
    page = visit(f"/manage/{shop.business.slug}/hours/public-holidays", member=owner)
    for box in page.locator("input[name=days]").all():
        box.set_checked(False)
    page.get_by_label(names[day]).first.check()
    page.get_by_role("button", name="Close on the selected days").click()
    expect(page.locator("#impact")).to_contain_text("Olivia Park")
    assert faults_of(page) == []
    page.get_by_role("button", name="Save with these decisions").click()
    expect(page.get_by_text("1 booking lies outside the new hours and stays.")).to_be_visible()
    expect(page.get_by_role("link", name=names[day])).to_have_count(0)
    with served.app.app_context():
        assert find_special_day(shop.business.id, day).label == names[day]
