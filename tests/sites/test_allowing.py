"""Websites that may show the widget: allowed, taken off, or all of them."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.core.db import db
from app.sites import allowing
from app.sites.allowing import MOST_SITES, TooManySites
from app.sites.finding import find_framed, listed_as, origins_of
from app.sites.models import Sighting, Site
from app.sites.origins import NotAWebsite
from app.sites.suggesting import suggested_site
from tests.conftest import NOW
from tests.factories import a_business, by_the_system

HOME = "https://book.example.org"
disallow_site = by_the_system(allowing.disallow_site)
let_any_site_in = by_the_system(allowing.let_any_site_in)


def allow(business, typed):
    return by_the_system(allowing.allow_site)(business, typed, home=HOME)


def seen(business, origin, blocked_by=None):
    db.session.add(Sighting(business_id=business.id, origin=origin, seen_at=NOW, blocked_by=blocked_by))
    db.session.flush()


def sightings(business):
    return sorted(db.session.scalars(select(Sighting.origin).filter_by(business_id=business.id)))


def audited(business):
    rows = select(AuditEvent.action, AuditEvent.changes).filter_by(business_id=business.id)
    kinds = AuditEvent.action.like("site.%") | (AuditEvent.action == "business.framing_changed")
    return [tuple(it) for it in db.session.execute(rows.where(kinds).order_by(AuditEvent.id))]


@pytest.fixture
def business(app):
    return a_business()


def test_a_website_that_is_allowed_stands_in_the_list_and_in_the_books(business):
    assert allow(business, "https://Example.com/contact") == "https://example.com"
    assert origins_of(business.id) == ["https://example.com"]
    assert find_framed(business.slug)[1] == ["https://example.com", "https://www.example.com"]
    assert audited(business) == [("site.allowed", {"website": [None, "https://example.com"]})]


@pytest.mark.parametrize("again", ["example.com", "www.example.com", "https://example.com/elsewhere"])
def test_a_website_that_is_allowed_twice_is_there_once(business, again):
    allow(business, "example.com")
    assert allow(business, again) == "https://example.com"
    assert origins_of(business.id) == ["https://example.com"]
    assert len(audited(business)) == 1


def test_what_is_listed_with_http_needs_no_second_entry_and_the_other_way_round_it_does(business):
    allow(business, "http://example.com")
    assert allow(business, "example.com") == "http://example.com"
    allow(business, "other.com")
    assert allow(business, "http://other.com") == "http://other.com"
    assert len(origins_of(business.id)) == 3


@pytest.mark.parametrize(
    "typed", ["book.example.org", "https://book.example.org/b/x", "www.book.example.org"]
)
def test_our_own_address_is_refused(business, typed):
    with pytest.raises(NotAWebsite, match="our own address"):
        allow(business, typed)


def test_there_are_at_most_fifty(business):
    for number in range(MOST_SITES):
        allow(business, f"site{number}.example.com")
    with pytest.raises(TooManySites):
        allow(business, "one-more.example.com")
    assert allow(business, "www.site7.example.com") == "https://site7.example.com"
    assert len(origins_of(business.id)) == MOST_SITES


def test_the_list_of_one_business_is_not_that_of_another(business):
    other = a_business()
    allow(business, "example.com")
    assert find_framed(other.slug)[1] == []
    assert not disallow_site(other, "https://example.com")
    assert origins_of(business.id) == ["https://example.com"]


def test_a_website_that_is_taken_off_is_forgotten_with_what_was_seen_there(business):
    allow(business, "example.com")
    for origin in ("https://example.com", "https://www.example.com", "https://other.com"):
        seen(business, origin)
    assert disallow_site(business, "https://example.com")
    assert origins_of(business.id) == []
    assert sightings(business) == ["https://other.com"]
    assert audited(business)[1:] == [("site.disallowed", {"website": ["https://example.com", None]})]
    assert not disallow_site(business, "https://example.com")
    assert len(audited(business)) == 2


def test_a_refusal_is_forgotten_as_soon_as_the_website_is_allowed(business):
    seen(business, "https://www.example.com", "us")
    seen(business, "https://example.com", "frame-src")
    seen(business, "https://other.com", "us")
    allow(business, "example.com")
    assert sightings(business) == ["https://example.com", "https://other.com"]


def test_any_website_may_show_it_until_only_the_list_may(business):
    allow(business, "example.com")
    seen(business, "https://other.com", "us")
    let_any_site_in(business, True)
    assert find_framed(business.slug)[1] is None
    assert sightings(business) == []
    let_any_site_in(business, True)
    let_any_site_in(business, False)
    assert find_framed(business.slug)[1] == ["https://example.com", "https://www.example.com"]
    assert [changes for action, changes in audited(business) if action == "business.framing_changed"] == [
        {"framed_anywhere": [False, True]},
        {"framed_anywhere": [True, False]},
    ]


@pytest.mark.parametrize(
    ("origin", "site"),
    [
        ("https://example.com", "https://example.com"),
        ("https://www.example.com", "https://example.com"),
        ("http://example.com", None),
        ("https://example.com:8443", None),
        ("https://shop.example.com", None),
        ("https://plain.com", "http://plain.com"),
        ("https://www.plain.com", "http://plain.com"),
        ("https://plain.com:8443", None),
        ("https://example.com.evil.com", None),
    ],
)
def test_a_page_belongs_to_the_website_that_a_browser_would_let_in(origin, site):
    assert listed_as(origin, ["https://example.com", "http://plain.com"]) == site


def test_the_website_of_the_details_is_suggested_while_the_list_is_empty(business):
    assert suggested_site(business, [], HOME) is None
    business.website = "https://www.salon.example/start"
    assert suggested_site(business, [], HOME) == "www.salon.example"
    assert suggested_site(business, ["https://other.com"], HOME) is None
    for useless in ("https://book.example.org/b/ann", "https://[::1]/"):
        business.website = useless
        assert suggested_site(business, [], HOME) is None
    assert db.session.scalars(select(Site)).all() == []
