"""Every page in both widths and both modes: no fault axe can find, nothing wider than the screen."""

import pytest
from playwright.sync_api import expect

from app.appointments.flow.forms.wish import new_flow
from app.core.db import db
from tests.browser.conftest import each_look, faults_of
from tests.browser.test_booking import fill_in, press
from tests.factories import PASSWORD
from tests.notifications.lines import a_line
from tests.races.clients import next_open

pytestmark = [
    pytest.mark.browser,
    each_look,
]


def test_public_pages(visit, shop, size, dark):
    page = visit("/", size=size, dark=dark)
    found = {"/": faults_of(page)}
    service, day = shop.service.id, next_open(9).date()
    for path in (
        f"/b/{shop.business.slug}/",
        shop.page,
        f"{shop.page}?service={service}&date={day}",
        f"{shop.page}?service={service}&date=2001-01-01",
        f"{shop.page}?service=999999",
        "/sign-in",
        "/password-reset",
        "/password-reset/sent",
        "/account/sign-up",
        "/account/sign-up/sent",
        "/nowhere",
        "/style-guide",
    ):
        page.goto(path)
        found[path] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_flow_from_details_to_receipt(visit, shop, size, dark):
    day = next_open(9).date()
    page = visit(f"{shop.page}?service={shop.service.id}&date={day}", size=size, dark=dark)
    page.get_by_role("radio", name="Book 09:00 on").check()
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    assert faults_of(page) == []
    press(page, "Book")
    assert faults_of(page) == []
    fill_in(page)
    press(page, "Book")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You are booked")
    assert faults_of(page) == []


def test_the_members_pages(visit, shop, owner, size, dark):
    page = visit("/sign-in", size=size, dark=dark)
    page.get_by_label("E-mail").fill(owner)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/manage/{shop.business.slug}/")
    assert faults_of(page) == []
    settings = f"/manage/{shop.business.slug}/settings"
    pages = (
        settings,
        *(f"{settings}/{page}" for page in ("look", "policy", "texts", "texting", "address")),
        f"/manage/{shop.business.slug}/share",
    )
    account = ("", "password", "person", "email", "sessions", "deletion")
    team = (f"/manage/{shop.business.slug}/staff/{it}" for it in ("members", "invitations/new"))
    for path in (*(f"/account/{it}" for it in account), f"/b/{shop.business.slug}/", *team, *pages):
        page.goto(path)
        assert faults_of(page) == [], path


def test_the_messages(visit, served, shop, owner, size, dark):
    with served.app.app_context():
        for status in ("pending", "failed", "unknown", "cancelled"):
            a_line(
                shop.business.id,
                1,
                next_open(9),
                status=status,
                kind="booking_new",
                dedupe_key=new_flow(shop.business.id),
            )
        db.session.commit()
    page = visit("/sign-in", size=size, dark=dark)
    page.get_by_label("E-mail").fill(owner)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/manage/{shop.business.slug}/")
    assert faults_of(page) == []
    page.get_by_role("link", name="2 messages did not arrive, or may not have").click()
    expect(page.locator(".message")).to_have_count(4)
    assert faults_of(page) == []
    page.locator(".message-title a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New booking or request")
    assert faults_of(page) == []
