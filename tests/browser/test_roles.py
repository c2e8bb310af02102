"""Who may do what, as it is clicked: an invitation, a role, one's own role, and signing out elsewhere."""

import pytest
from playwright.sync_api import expect

from app.auth.accounts import find_user
from app.businesses.joining import find_membership
from tests.auth.mails import link_of
from tests.browser.conftest import DESKTOP, PHONE, faults_of

pytestmark = pytest.mark.browser
WORD = "seven slow rivers"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_somebody_is_invited_accepts_and_gets_another_role(visit, shop, owner, served, size):
    """The database is that of all tests: each June has an address of her own, or she has an account already."""
    members, email = f"/manage/{shop.business.slug}/staff/members", f"june-{size['width']}@example.com"
    page = visit(members, member=owner, size=size)
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Staff", exact=True).check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("#invitations")).to_contain_text(email)
    assert faults_of(page) == []
    # Nobody gives themselves another role: their own line leads nowhere.
    expect(page.locator("#members")).to_contain_text("Maya Lindqvist")
    expect(page.locator("#members a")).to_have_count(0)
    with served.app.app_context():
        address = link_of("invitation")
    june = visit(address, size=size)
    assert faults_of(june) == []
    june.get_by_label("Your name", exact=True).fill("June Moss")
    june.get_by_label("Password", exact=True).fill(WORD)
    june.get_by_role("button", name="Accept").click()
    expect(june).to_have_url(f"{served.url}/manage/{shop.business.slug}/")
    page.goto(members)
    page.locator("#members").get_by_role("link", name="June Moss").click()
    page.get_by_label("Manager", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#members .row", has_text="June Moss")).to_contain_text("Manager")
    june.goto(members)
    expect(june.get_by_role("heading", level=1)).to_have_text("Team")
    expect(june.locator("#members").get_by_role("link", name="Maya Lindqvist")).to_have_count(0)
    with served.app.app_context():
        user = find_user(email)
        assert find_membership(shop.business.slug, user.id).role == "manager"


def test_whoever_is_signed_in_elsewhere_is_signed_out_there(visit, shop, owner, served):
    here = visit("/account/sessions", member=owner)
    there = visit(f"/manage/{shop.business.slug}/", member=owner)
    expect(there.get_by_role("heading", level=1)).to_be_visible()
    here.reload()
    expect(here.locator(".rows .row")).to_have_count(2)
    assert faults_of(here) == []
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.locator(".rows .row")).to_have_count(1)
    there.reload()
    expect(there.get_by_label("E-mail address")).to_be_visible()
