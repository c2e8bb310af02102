"""A second step when signing in, the password once more, and the history, as somebody clicks them."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from app.auth.accounts import find_user
from app.auth.models import User, UserSession
from app.auth.sessions import PROVED_FOR
from app.businesses.changing import change_business
from app.businesses.finding import find_business
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from tests.browser.conftest import DESKTOP, PHONE, faults_of
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")


def forget_step(served, email: str) -> None:
    """As if half a minute had passed: the next code counts."""
    with served.app.app_context():
        db.session.execute(update(User).where(User.email == email).values(second_factor_step=1))
        db.session.commit()


def forget_proof(served, email: str) -> None:
    """As if the password had been typed a while ago."""
    with served.app.app_context():
        user = find_user(email)
        theirs = update(UserSession).where(UserSession.user_id == user.id)
        db.session.execute(theirs.values(proved_at=clock.now() - PROVED_FOR))
        db.session.commit()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_somebody_switches_the_second_step_on_and_signs_in_with_it(visit, served, owner, size):
    page = visit("/account/second-factor", size=size, member=owner)
    assert faults_of(page) == []
    page.get_by_role("link", name="Switch on").click()
    expect(page.get_by_alt_text("QR code with your key")).to_be_visible()
    page.get_by_text("It cannot be scanned?").click()
    key = page.locator("#key").inner_text().replace(" ", "")
    assert faults_of(page) == []
    page.get_by_label("Code from your app").fill(pyotp.TOTP(key).at(clock.now()))
    press(page, "Switch on")
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    assert faults_of(page) == []
    recovery = page.locator("#recovery-codes li").first.inner_text()
    with page.expect_download() as file:
        page.get_by_role("link", name="Download as text").click()
    assert file.value.suggested_filename == "daybook-recovery-codes.txt"
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 of ten are left.")).to_be_visible()
    assert faults_of(page) == []

    forget_step(served, owner)
    press(page, "Sign out")
    sign_in(page, owner)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Code from your app").fill("000 000")
    press(page, "Sign in")
    expect(page.get_by_text("This code is not right.")).to_be_visible()
    page.get_by_label("Code from your app").fill(pyotp.TOTP(key).at(clock.now()))
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/manage/"))

    page.goto("/account/second-factor")
    press(page, "Sign out")
    sign_in(page, owner)
    page.get_by_role("link", name="Phone lost? Use a recovery code").click()
    expect(page.get_by_role("heading", name="Use a recovery code")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Recovery code").fill(recovery.lower())
    press(page, "Sign in")
    expect(page.get_by_text("You have 9 recovery codes left.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_password_is_asked_for_once_more_and_what_was_typed_waits(visit, served, shop, owner, script):
    page = visit(f"/manage/{shop.business.slug}/settings/address", member=owner, script=script)
    forget_proof(served, owner)
    slug = f"{shop.business.slug}-two"
    page.locator("input[name=slug]").fill(slug)
    page.locator("main form button.primary").first.click()
    expect(page.get_by_role("heading", name="Your password, please")).to_be_visible()
    if script:
        assert faults_of(page) == []
    page.get_by_label("Your password").fill("not this one")
    press(page, "Continue")
    expect(page.get_by_text("This is not your current password.")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    press(page, "Continue")
    expect(page).to_have_url(re.compile(f"/manage/{slug}/settings/address"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_manager_reads_who_changed_what(visit, served, shop, owner, size):
    with served.app.app_context():
        user, business = find_user(owner), find_business(shop.business.slug)
        by = Actor("member", user.name, user.id, source="staff")
        change_business(business, {"staff_see": "own", "hold_minutes": 12}, by=by, now=clock.now())
        db.session.commit()
    page = visit(f"/manage/{shop.business.slug}/audit", size=size, member=owner)
    expect(page.locator(".audit-row").first).to_contain_text("Settings changed")
    assert faults_of(page) == []
    page.get_by_label("What", exact=True).select_option(label="Waitlist")
    press(page, "Show")
    expect(page.get_by_text("Nothing like that happened")).to_be_visible()
    page.get_by_label("What", exact=True).select_option(label="Settings")
    page.get_by_label("Who", exact=True).select_option(label="Maya Lindqvist")
    press(page, "Show")
    expect(page.locator(".audit-row")).to_have_count(1)
    expect(page.locator(".audit-row")).to_contain_text("12 min")
