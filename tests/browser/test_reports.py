"""The reports in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.db import db
from tests.browser.conftest import PHONE, each_look, faults_of
from tests.factories import a_visit, set_week

pytestmark = pytest.mark.browser
TITLES = ("Takings", "Bookings", "Utilisation", "Customers", "No-shows", "Cancellations")


@pytest.fixture
def busy(served, shop):
    """A shop that is open around the clock, with visits of every kind this month and before."""
    with served.app.app_context():
        now = clock.now().replace(minute=0, second=0, microsecond=0)
        set_week(shop.business.id, dict.fromkeys(range(7), [(0, 1440)]))
        statuses = ("completed", "no_show", "cancelled", "completed", "confirmed")
        for n in range(20):
            visit = a_visit(
                shop.business,
                now - timedelta(days=3 * n, hours=n),
                status=statuses[n % 5],
                person=shop.person,
            )
            if visit.status == "cancelled":
                visit.cancelled_at, visit.cancelled_by, visit.cancel_reason = now, "customer", "Ill"
        db.session.commit()
    return shop


@each_look
def test_every_report_is_without_a_fault(visit, busy, owner, size, dark):
    page = visit(f"/manage/{busy.business.slug}/reports?period=last_90", member=owner, size=size, dark=dark)
    expect(page.locator(".report-card")).to_have_count(6)
    assert faults_of(page) == []
    sections = page.get_by_role("navigation", name="Sections")
    for title in TITLES:
        sections.get_by_role("link", name=title).click()
        expect(sections.locator("[aria-current=page]")).to_have_text(title)
        fold = page.get_by_text("Show as a table")
        if fold.count():
            fold.first.click()
            expect(page.locator(".report-chart table").first).to_be_visible()
        assert faults_of(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_days_of_ones_own_are_asked_for_where_they_are_chosen(visit, busy, owner):
    page = visit(f"/manage/{busy.business.slug}/reports", member=owner, size=PHONE)
    first = page.get_by_label("From", exact=True)
    expect(first).to_be_hidden()
    page.get_by_label("Period", exact=True).select_option("own")
    expect(first).to_be_visible()
    page.get_by_label("From", exact=True).fill("2027-03-05")
    page.get_by_label("Until", exact=True).fill("2027-03-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This is before the first day.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Until", exact=True).fill("2027-03-09")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".lede")).to_contain_text("compared with")
    expect(page.get_by_text("This is before the first day.")).to_have_count(0)
    expect(page.locator(".tab", has_text="Bookings")).to_have_attribute(
        "href", re.compile("from=2027-03-05.*until=2027-03-09")
    )
