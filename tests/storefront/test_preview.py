"""A draft is seen by those who work there and by nobody else."""

import pytest

from app.appointments.flow.forms.wish import new_flow
from app.appointments.models import Booking
from app.businesses.joining import leave
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.factories import a_business, a_membership, a_shop, a_user, berlin, signed_in
from tests.reading import soup


@pytest.fixture
def shop(app, frozen):
    shop = a_shop()
    shop.business.status = "draft"
    db.session.flush()
    return shop


def pages(shop):
    return [f"/b/{shop.business.slug}/", shop.page, f"{shop.page}/slots?service={shop.service.id}"]


@pytest.mark.parametrize("role", ["staff", "manager", "owner"])
def test_members_see_the_pages_of_a_draft_with_a_bar_that_says_so(app, shop, role):
    browser = signed_in(app, a_membership(shop.business, role).user)
    for page in pages(shop):
        answer = browser.get(page)
        assert answer.status_code == 200
        assert "Only you and your team see this page." in soup(answer).select_one(".preview-bar").text
        assert "Cookie" in answer.headers["Vary"]
        assert answer.headers["Cache-Control"] == "no-store"
    assert soup(browser.get(pages(shop)[0])).select_one(
        f".preview-bar a[href='/manage/{shop.business.slug}/']"
    )


def test_strangers_members_of_others_and_former_members_find_nothing(app, shop, client):
    other = signed_in(app, a_membership(a_business()).user)
    gone = a_membership(shop.business, "staff")
    former = signed_in(app, gone.user)
    leave(shop.business, gone.user, by=SYSTEM, now=clock.now())
    for browser in (client, other, former, signed_in(app, a_user())):
        for page in pages(shop):
            assert browser.get(page).status_code == 404


@pytest.mark.parametrize("who", ["nobody", "somebody"])
def test_a_draft_looks_exactly_like_no_business(app, shop, client, who):
    browser = client if who == "nobody" else signed_in(app, a_user())
    seen = []
    for slug in (shop.business.slug, "nowhere"):
        answer = browser.get(f"/b/{slug}/")
        headers = {name: value for name, value in answer.headers if name != "X-Request-Id"}
        seen.append((answer.status_code, headers, answer.text))
    assert seen[0][0] == seen[1][0] == 404
    assert seen[0][2] == seen[1][2]
    assert seen[0][1].keys() == seen[1][1].keys()
    assert seen[0][1]["Vary"] == seen[1][1]["Vary"]


def test_a_member_cannot_book_in_a_preview(app, shop):
    browser = signed_in(app, a_membership(shop.business).user)
    form = {
        "service": shop.service.id,
        "staff": "any",
        "start": berlin("2027-03-02 12:00").isoformat(),
        "flow": new_flow(shop.business.id),
    }
    assert browser.post(f"{shop.page}/holds", data=form).status_code == 409
    assert db.session.query(Booking).count() == 0


def test_a_suspended_business_is_seen_by_nobody(app, shop):
    shop.business.status = "suspended"
    browser = signed_in(app, a_membership(shop.business).user)
    assert {browser.get(page).status_code for page in pages(shop)} == {404}


def test_pages_of_an_open_business_look_at_nobodys_session(app, shop, queries):
    """But its first page, which shows whether it is a favourite of somebody who is signed in."""
    shop.business.status = "open"
    browser = signed_in(app, a_membership(shop.business).user)
    for page in [*set(pages(shop)) - {f"/b/{shop.business.slug}/"}, "/", "/?q=ann"]:
        with queries() as seen:
            answer = browser.get(page)
        assert answer.status_code == 200
        assert "Cookie" not in answer.headers["Vary"]
        assert "Set-Cookie" not in answer.headers
        assert not any("user_sessions" in statement for statement in seen)
        assert not soup(answer).select(".preview-bar")
