"""A business writes its own words: the mail is drawn while it is typed, and is what its customers get."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from playwright.sync_api import Page, expect

from app.core.db import db
from app.notifications.composing import compose
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from tests.browser.conftest import each_look, faults_of
from tests.factories import a_booking
from tests.races.clients import next_open

pytestmark = pytest.mark.browser
CONFIRMATION = re.compile(r"English \(UK\).*E-mail.*Booking confirmed")


@pytest.fixture
def page_of(visit, shop, owner):
    def open_page(**more: object) -> Page:
        return visit(f"/manage/{shop.business.slug}/settings/wordings", member=owner, **more)

    return open_page


def mail_to_a_customer(served, shop) -> EmailMessage:
    """The confirmation of a booking, as it is sent."""
    with served.app.app_context():
        booking = a_booking(shop, next_open(10))
        db.session.commit()
        row = db.session.query(Notification).filter_by(kind="booking_confirmed", subject_id=booking.id).one()
        body = compose(row, find_kind(row.kind).words(row))
        return BytesParser(EmailMessage, policy=policy.default).parsebytes(body)


def test_words_are_typed_looked_at_kept_and_sent(page_of, served, shop):
    page = page_of()
    page.get_by_role("link", name=CONFIRMATION).click()
    letter = page.frame_locator("iframe.letter:not(.waiting)")
    expect(letter.locator("h1")).to_have_text("You are booked, Olivia Park")
    pages = page.evaluate("history.length")
    page.get_by_label("Subject").fill("Hooray, ")
    page.get_by_role("button", name="Insert: The customer").click()
    expect(page.get_by_label("Subject")).to_have_value("Hooray, {customer_name}")
    expect(page.locator(".letter-subject")).to_have_text("Hooray, Olivia Park")
    page.get_by_label("Text").fill("Hello\n\nBring {nmae} tea for <b>two</b>.")
    expect(letter.locator(".lede")).to_have_text("Bring {nmae} tea for <b>two</b>.")
    expect(letter.locator("h1")).to_have_text("Hello")
    expect(page.locator("iframe.letter")).to_have_count(1)
    assert page.evaluate("history.length") == pages, "a drawn mail is no page to go back to"
    expect(page.locator("#doubts")).to_contain_text("Did you mean {customer_name}?")
    page.get_by_role("button", name="Send me a test").click()
    expect(page.locator("#try")).to_contain_text("It is on its way to")
    page.get_by_role("button", name="Save").click()
    expect(letter.locator("h1")).to_have_text("Hello")
    expect(page.locator("#try")).not_to_contain_text("Nothing was sent")
    page.get_by_label("Save anyway").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    mail = mail_to_a_customer(served, shop)
    assert mail["subject"] == "Hooray, Olivia Park"
    text = mail.get_body(("plain",)).get_content()
    assert "Bring {nmae} tea for <b>two</b>." in text


def test_without_a_script_a_button_draws_the_mail(page_of):
    page = page_of(script=False)
    page.get_by_role("link", name=CONFIRMATION).click()
    page.get_by_label("Text").fill("Without a script")
    page.get_by_role("button", name="Preview").click()
    expect(page.frame_locator("iframe.letter").locator(".lede")).to_have_text("Without a script")
    expect(page.get_by_label("Text")).to_have_value("Without a script")
    page.get_by_label("Subject").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()


@each_look
def test_nothing_is_wrong_with_the_pages(page_of, size, dark):
    page = page_of(size=size, dark=dark)
    home = page.url
    found = {}
    for path in ("", "/booking_confirmed/email/de", "/booking_reminder/sms/en-GB"):
        page.goto(home + path)
        found[path] = faults_of(page)
    page.get_by_label("Text").fill("Dear {nmae}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Save anyway")).to_be_visible()
    found["refused"] = faults_of(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
