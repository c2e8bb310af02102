"""Nobody becomes more than they were made: forms that say more than the page they stood on."""

import pytest

from app.businesses.joining import find_membership, join, members_of
from app.businesses.models import Invitation
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from tests.factories import a_business, a_membership, a_user, signed_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def business(app):
    made = a_business()
    a_membership(made, "owner", a_user(email_checked_at=clock.now()))
    return made


def a_member(app, business, role):
    membership = a_membership(business, role, a_user(email_checked_at=clock.now()))
    return signed_in(app, membership.user), membership


@pytest.mark.parametrize("role", ["staff", "manager"])
def test_nobody_below_an_owner_gives_a_role(app, business, role):
    browser, mine = a_member(app, business, role)
    colleague = a_membership(business, "staff")
    at = f"/manage/{business.slug}/staff/members"
    for membership in (mine, colleague):
        before = membership.role
        assert browser.post(f"{at}/{membership.id}", data={"role": "owner"}).status_code == 403
        assert membership.role == before


@pytest.mark.parametrize(
    ("given", "status"), [("owner", 422), ("manager", 422), ("staff", 303), ("admin", 422)]
)
def test_a_manager_asks_nobody_to_be_more_than_staff(app, business, given, status):
    browser, _ = a_member(app, business, "manager")
    answer = browser.post(
        f"/manage/{business.slug}/staff/invitations", data={"email": "june@example.com", "role": given}
    )
    assert answer.status_code == status
    assert [it.role for it in db.session.query(Invitation)] == (["staff"] if status == 303 else [])


def test_staff_ask_nobody_and_let_nobody_go(app, business):
    browser, mine = a_member(app, business, "staff")
    at = f"/manage/{business.slug}/staff"
    data = {"email": "june@example.com", "role": "staff"}
    assert browser.post(f"{at}/invitations", data=data).status_code == 403
    colleague = a_membership(business, "staff")
    for membership in (mine, colleague):
        assert browser.post(f"{at}/members/{membership.id}/departure").status_code == 403
        assert membership.active


def test_an_owner_neither_raises_nor_ends_themselves_as_the_last(app, business):
    [mine] = [it for it in members_of(business.id) if it.role == "owner"]
    browser = signed_in(app, mine.user)
    at = f"/manage/{business.slug}/staff/members/{mine.id}"
    assert browser.post(at, data={"role": "staff"}).status_code == 422
    assert browser.post(f"{at}/departure").status_code == 422
    assert (mine.role, mine.active) == ("owner", True)


@pytest.mark.parametrize("role", ["staff", "manager"])
def test_no_other_form_takes_a_role(app, business, role):
    """Fields a page never had change nothing, wherever they are sent."""
    browser, mine = a_member(app, business, role)
    more = {"role": "owner", "is_platform_admin": "1", "active": "1", "user_id": "1", "second_factor": "x"}
    browser.post("/account/person", data={"name": "Somebody", "language": "", "zone": ""} | more)
    browser.post(f"/manage/{business.slug}/settings/notices", data=more)
    browser.post(f"/manage/{business.slug}/staff/members/sight", data={"staff_see": "all"} | more)
    assert mine.role == role
    assert not mine.user.is_platform_admin
    assert mine.user.second_factor is None


def test_an_owner_of_one_business_is_nobody_in_another(app, business):
    elsewhere = a_membership(a_business(), "owner").user
    [mine] = [it for it in members_of(business.id) if it.role == "owner"]
    browser, at = signed_in(app, elsewhere), f"/manage/{business.slug}/staff/members"
    assert browser.post(f"{at}/{mine.id}", data={"role": "staff"}).status_code == 404
    assert browser.post(f"{at}/sight", data={"staff_see": "all"}).status_code == 404
    join(business, elsewhere, "staff", by=SYSTEM, now=clock.now())
    assert find_membership(business.slug, elsewhere.id).role == "staff"
    assert browser.post(f"{at}/{mine.id}", data={"role": "staff"}).status_code == 403
