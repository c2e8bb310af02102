"""Frames that browsers or websites keep apart: without an origin, and without cookies."""

import pytest

from app.businesses.models import Business
from app.core.db import db
from tests.browser.embedding.conftest import book, frame_in, heard, sources

pytestmark = pytest.mark.browser


@pytest.fixture
def shown_anywhere(served, shop):
    """Websites without an origin cannot be on a list."""
    with served.app.app_context():
        db.session.get_one(Business, shop.business.id).framed_anywhere = True
        db.session.commit()


@pytest.mark.usefixtures("shown_anywhere")
def test_a_frame_without_an_origin_books(go, website, served, shop):
    address = f"{website.home}/w/{shop.business.slug}/book"
    frame = f'<iframe title="Book" sandbox="allow-scripts allow-forms" src="{address}"></iframe>'
    outing = go(website.put(frame, css="iframe { width: 900px; height: 700px }"))
    inside = outing.page.frames[1]
    book(outing.page.locator("iframe").content_frame, shop)
    assert inside.evaluate("origin") == "null"
    assert sources(served, shop) == ["widget"]
    assert outing.cookies == []


@pytest.mark.usefixtures("shown_anywhere")
def test_a_website_without_an_origin_shows_the_widget(go, website, served, shop):
    policy = "sandbox allow-scripts allow-forms allow-popups"
    outing = go(website.put(website.script(shop), policy=policy))
    page = outing.page
    book(frame_in(page), shop)
    assert page.evaluate("origin") == "null"
    assert sources(served, shop) == ["widget"]
    assert heard(page, "booked") == [{"status": "confirmed"}]
    assert outing.sightings == []


def test_no_cookie_is_needed_where_browsers_refuse_those_of_others(go, website, served, shop):
    def refuse(page):
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        how = {"enableThirdPartyCookieRestriction": True, "disableThirdPartyCookieMetadata": True}
        client.send("Network.setCookieControls", {**how, "disableThirdPartyCookieHeuristics": True})

    outing = go(website.put(website.script(shop)), before=refuse)
    book(frame_in(outing.page), shop)
    inside = outing.page.frames[1]
    assert inside.evaluate("document.cookie = 'seen=1; SameSite=None; Secure'; document.cookie") == ""
    assert sources(served, shop) == ["widget"]
    assert outing.cookies == []
    assert outing.page.context.cookies() == []
