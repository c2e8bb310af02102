"""The page about an owner's own website: the line follows what is chosen, and a refused website is let in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.sites.models import Sighting, Site
from tests.browser.conftest import each_look, faults_of
from tests.orders.kitchen import a_kitchen

pytestmark = pytest.mark.browser
LONG = "https://www-a-website-with-a-very-long-name-in-front.of-a-builder-with-another-one.example:8443"


@pytest.fixture
def page_address(served, shop):
    """Where it is, of a business with a website in each state."""
    states = {"works": None, "blocked": "frame-src", "around": "us"}
    business = shop.business.id
    with served.app.app_context():
        for name in (*states, "unseen", "xn--mller-friseur-wob"):
            db.session.add(Site(business_id=business, origin=f"https://{name}.example"))
        tried = {f"https://{name}.example": by for name, by in states.items()} | {LONG: "us"}
        for origin, by in tried.items():
            at = clock.now() - timedelta(minutes=3)
            db.session.add(Sighting(business_id=business, origin=origin, seen_at=at, blocked_by=by))
        db.session.commit()
    return f"/manage/{shop.business.slug}/website"


def test_the_line_and_the_preview_follow_what_is_chosen(visit, shop, owner, page_address):
    page = visit(page_address, member=owner)
    code = page.locator(".snippet-code code")
    expect(page.frame_locator(".snippet-frame").get_by_role("heading", level=1)).to_have_text(
        "Book an appointment"
    )
    expect(code).to_contain_text(f'data-daybook="{shop.business.slug}" async')
    page.get_by_label("Service", exact=True).select_option(str(shop.service.id))
    expect(code).to_contain_text(f'data-service="{shop.service.id}"')
    page.get_by_role("radio", name="Orange").check()
    expect(code).to_contain_text('data-hue="60"')
    page.get_by_role("radio", name="A button that opens it").check()
    page.get_by_label("Words on it").fill('Now & "here"')
    button = page.locator(".snippet-stage").get_by_role("button", name='Now & "here"')
    expect(button).to_be_visible()
    expect(code).to_contain_text("Now &amp; &#34;here&#34;")
    button.click()
    dialog = page.get_by_role("dialog")
    inside = dialog.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1)).to_have_text("Book an appointment")
    dialog.get_by_role("button", name="Close").click()
    page.reload()
    expect(page.get_by_label("Words on it")).to_have_value('Now & "here"')


def test_the_line_of_a_menu(visit, served, shop, owner, page_address):
    with served.app.app_context():
        a_kitchen(replace(shop, business=db.session.get_one(Business, shop.business.id)))
        db.session.commit()
    page = visit(page_address, member=owner)
    code, service = page.locator(".snippet-code code"), page.get_by_label("Service", exact=True)
    expect(service).to_be_visible()
    page.get_by_role("radio", name="Order from your menu").check()
    expect(code).to_contain_text('data-page="order"')
    expect(service).to_be_hidden()
    inside = page.frame_locator(".snippet-frame")
    expect(inside.get_by_role("heading", level=1)).to_have_text("Order")
    expect(inside.get_by_role("link", name="Margherita", exact=True)).to_be_visible()
    assert faults_of(page) == []


def test_without_a_script_the_line_is_made_by_a_button(visit, shop, owner, page_address):
    page = visit(page_address, member=owner, script=False)
    page.get_by_role("radio", name="A link to your page with us").check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".snippet-code code")).to_contain_text("<a href=")


def test_a_website_that_was_refused_is_let_in(visit, owner, page_address):
    page = visit(page_address, member=owner)
    refused = page.locator('.website[data-state="refused"]')
    refused.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("status").first).to_contain_text("may show your booking page now")
    expect(refused).to_have_count(0)
    expect(page.locator('.website[data-state="unseen"]')).to_have_count(3)


@each_look
def test_nothing_is_wrong_with_it(visit, owner, page_address, size, dark):
    page = visit(page_address, member=owner, size=size, dark=dark)
    found = {}
    for mode in ("inline", "button", "link"):
        page.goto(f"{page_address}?mode={mode}")
        page.evaluate("document.querySelectorAll('details.fold').forEach((it) => (it.open = true))")
        found[mode] = faults_of(page)
    assert found == {"inline": [], "button": [], "link": []}
