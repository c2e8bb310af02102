"""The page on which members make links for calendar programs and take them back."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.businesses.joining import leave
from app.core import clock
from app.core.db import db
from app.feeds.making import MOST_FEEDS, make_feed, token_of
from app.feeds.models import Feed
from tests.factories import ANNA, a_business, a_membership, a_shop, signed_in
from tests.reading import soup

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def shop(app):
    return a_shop(people=2)


@pytest.fixture
def owner(shop):
    return a_membership(shop.business)


@pytest.fixture
def maya(shop):
    """A member of staff who is on the calendar."""
    member = a_membership(shop.business, "staff")
    shop.person.user_id = member.user_id
    db.session.flush()
    return member


@pytest.fixture
def page(shop):
    return f"/manage/{shop.business.slug}/feeds/"


def feeds():
    db.session.expire_all()
    return list(db.session.scalars(select(Feed).order_by(Feed.id)))


def a_feed(membership, resource_id=None, detail="full"):
    return make_feed(membership, resource_id, detail, by=ANNA, now=clock.now())


def choices(browser, page):
    return [it.text for it in soup(browser.get(page)).select("#whose option")]


def test_an_owner_makes_a_link_that_can_be_read_and_copied_again(app, shop, owner, page):
    browser = signed_in(app, owner.user)
    assert choices(browser, page) == ["The whole business", "Maya", "Tomás"]
    answer = browser.post(page, data={"whose": "all", "detail": "full"})
    assert answer.status_code == 303
    (feed,) = feeds()
    assert (feed.resource_id, feed.detail, feed.user_id) == (None, "full", owner.user_id)
    shown = soup(browser.get(page))
    link = shown.select_one(".feed [data-copy]")["data-copy"]
    assert link == f"http://localhost:8000/feeds/{token_of(feed)}.ics"
    assert shown.select_one('a[href^="webcal://"]')["href"] == link.replace("http", "webcal")
    assert "Not read by any program yet" in shown.text
    app.test_client().get(link.removeprefix("http://localhost:8000"))
    assert "Last read" in browser.get(page).text
    assert db.session.scalar(select(AuditEvent.subject_id).filter_by(action="feed.made")) == feed.id


def test_staff_make_links_to_their_own_bookings_alone(app, shop, owner, maya, page):
    browser = signed_in(app, maya.user)
    assert choices(browser, page) == ["Maya"]
    for other in ("all", str(shop.people[1].resource_id), "x", "999999"):
        answer = browser.post(page, data={"whose": other, "detail": "full"})
        assert answer.status_code == 422
    assert feeds() == []
    assert browser.post(page, data={"whose": shop.person.resource_id, "detail": "busy"}).status_code == 303
    assert feeds()[0].resource_id == shop.person.resource_id


def test_who_is_nobody_on_the_calendar_is_told_so(app, shop, page):
    browser = signed_in(app, a_membership(shop.business, "staff").user)
    assert "You are not on the calendar" in browser.get(page).text


def test_a_manager_sees_who_made_the_others_but_not_their_links(app, shop, owner, maya, page):
    feed = a_feed(owner)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    answer = manager.get(page)
    assert owner.user.name in answer.text
    assert token_of(feed) not in answer.text
    assert signed_in(app, maya.user).get(page).text.count("Take back") == 0


def test_another_link_ends_the_old_one(app, owner, page):
    browser, old = signed_in(app, owner.user), a_feed(owner, None, "busy")
    assert browser.post(f"{page}{old.id}/rotation").status_code == 303
    gone, new = feeds()
    assert gone.revoked_at == clock.now()
    assert (new.detail, new.revoked_at) == ("busy", None)
    browser.post(f"{page}{gone.id}/rotation")
    assert len(feeds()) == 2


def test_a_manager_takes_back_a_link_of_another(app, shop, owner, page):
    feed = a_feed(owner)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    assert manager.post(f"{page}{feed.id}/rotation").status_code == 403
    assert manager.post(f"{page}{feed.id}/revocation").status_code == 303
    assert feeds()[0].revoked_at == clock.now()
    assert manager.post(f"{page}{feed.id}/revocation").status_code == 303


def test_a_link_of_another_business_is_none(app, owner, page):
    other = a_business()
    feed = a_feed(a_membership(other))
    browser = signed_in(app, owner.user)
    for change in ("rotation", "revocation"):
        assert browser.post(f"{page}{feed.id}/{change}").status_code == 404
    assert feeds()[0].revoked_at is None


def test_links_of_somebody_who_left_are_shown_as_ended(app, shop, owner, page):
    manager = a_membership(shop.business, "manager")
    a_feed(manager)
    leave(shop.business, manager.user, by=ANNA, now=clock.now())
    item = soup(signed_in(app, owner.user).get(page)).select_one("[id^=feed-]")
    assert "muted-item" in item["class"]


def test_there_is_an_end_to_links(app, owner, page):
    for _ in range(MOST_FEEDS):
        a_feed(owner)
    answer = signed_in(app, owner.user).post(page, data={"whose": "all", "detail": "busy"})
    assert answer.status_code == 422
    assert "20 links" in answer.text
    assert len(feeds()) == MOST_FEEDS


def test_a_link_whose_key_is_gone_can_only_be_replaced(app, owner, page):
    feed = a_feed(owner)
    feed.token_hash = b"x" * 32
    shown = signed_in(app, owner.user).get(page).text
    assert "can no longer be shown" in shown


def test_the_page_asks_as_little_however_many_links_there_are(app, owner, page, queries):
    browser = signed_in(app, owner.user)
    browser.get(page)
    with queries() as few:
        browser.get(page)
    for _ in range(5):
        a_feed(owner)
    with queries() as many:
        browser.get(page)
    assert len(many) == len(few)
