"""The page of today in a real browser, with everything on it that can be."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.business_hours.away import add_days_off
from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import local_date
from tests.browser.conftest import PHONE, each_look, faults_of
from tests.factories import a_visit, by_the_system, set_week, zone_at_noon

pytestmark = pytest.mark.browser


@pytest.fixture
def full(served, shop):
    """A shop that is open around the clock, with somebody late, waiting and coming, requests, and a bad plan."""
    with served.app.app_context():
        shop.business.zone = zone_at_noon()
        db.session.add(shop.business)
        now = clock.now().replace(second=0, microsecond=0)
        set_week(shop.business.id, dict.fromkeys(range(7), [(0, 1440)]))
        maya, tomas = shop.people
        a_visit(shop.business, now - timedelta(minutes=10), person=maya, minutes=30)
        waits = a_visit(shop.business, now - timedelta(minutes=5), person=tomas, minutes=30)
        waits.arrived_at, waits.note = now, "Nut allergy"
        for n in range(6):
            asked = a_visit(shop.business, now + timedelta(days=2, hours=n), person=maya, status="requested")
            asked.created_at = now - timedelta(hours=40)
        a_visit(shop.business, now - timedelta(days=7), person=maya, status="completed")
        off = local_date(now + timedelta(days=2), shop.business.zone)
        by_the_system(add_days_off)(shop.business.id, off, off + timedelta(days=1), maya.resource_id)
        db.session.commit()
        db.session.refresh(shop.business)
        db.session.expunge_all()
    return shop


@each_look
def test_the_full_page_has_no_fault(visit, full, owner, size, dark):
    page = visit(f"/manage/{full.business.slug}/", member=owner, size=size, dark=dark)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Today, ")
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="All 6 requests").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests to answer")
    assert faults_of(page) == []


def test_on_a_phone_who_comes_next_and_requests_stand_first(visit, full, owner):
    page = visit(f"/manage/{full.business.slug}/", member=owner, size=PHONE, script=False)
    tops = {
        name: page.locator(f"#{name}").bounding_box()["y"]
        for name in ("next", "requests", "attention", "gaps", "day", "week")
        if page.locator(f"#{name}").count()
    }
    assert list(tops) == sorted(tops, key=tops.__getitem__)
    assert {"next", "requests", "attention", "week", "day"} <= tops.keys()
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("table")).to_be_visible()
