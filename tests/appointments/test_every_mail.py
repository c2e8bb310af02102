"""Every mail about a booking, as mail programs read it; and no link in one changes anything by being opened."""

import re
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
import vobject
from bs4 import BeautifulSoup
from flask import Flask
from icalendar import Calendar

from app.core.db import db
from app.notifications.composing import compose
from app.notifications.kinds import find_kind, names_of_kinds
from app.notifications.models import Notification
from tests.appointments.every_mail import every_mail
from tests.factories import signed_in
from tests.notifications.post import read

pytestmark = pytest.mark.usefixtures("frozen")
HOME = "http://localhost:8000"
TO_MEMBERS = {"booking_new", "booking_changed", "booking_given_up", "booking_answered"}
METHODS = {"booking_confirmed": "REQUEST", "booking_moved": "REQUEST", "booking_cancelled": "CANCEL"}


def mail_of(row: Notification) -> EmailMessage:
    return read(compose(row, find_kind(row.kind).words(row)))


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


def page_of(mail: EmailMessage) -> BeautifulSoup:
    return BeautifulSoup(str(mail.get_body(("html",)).get_content()), "html.parser")  # type: ignore[union-attr]


def links_of(mail: EmailMessage) -> set[str]:
    """Every web address in the text, in the page and in the headers."""
    found = set(re.findall(r"https?://[^\s>]+", text_of(mail)))
    found |= {it["href"] for it in page_of(mail).select("a[href]")}
    found |= set(re.findall(r"<(http[^>]+)>", mail["list-unsubscribe"] or ""))
    return {it for it in found if it.startswith("http")}


def test_each_kind_about_bookings_is_among_those_looked_at(app: Flask) -> None:
    _shop, mails = every_mail()
    # Lost links are about whoever asks for them (tests/appointments/own/test_lost_links.py).
    assert {*mails, "booking_links"} == {it for it in names_of_kinds() if it.startswith("booking_")}


def test_each_mail_has_one_reader_two_bodies_and_whole_addresses(app: Flask) -> None:
    shop, mails = every_mail()
    for kind, row in mails.items():
        mail = mail_of(row)
        assert [it.addr_spec for it in mail["to"].addresses] == [row.recipient]
        assert mail["from"].addresses[0].display_name == shop.business.name
        assert "Auto-Submitted" in mail
        assert mail["subject"].strip(), kind
        for words in (text_of(mail), page_of(mail).get_text()):
            assert "Haircut" in words or "Colour" in words, kind
            assert "None" not in words, kind
            assert "{" not in words, kind
            assert "\n\n\n\n" not in text_of(mail), kind
        for it in page_of(mail).select("a[href]"):
            assert it["href"].startswith(("http://", "https://", "mailto:", "tel:")), (kind, it)
        assert len(page_of(mail).select("h1")) == 1, kind
        if kind not in TO_MEMBERS:
            assert mail["reply-to"] == "hello@salon.example"


def test_the_zones_of_shop_and_customer_are_both_told_by_name(app: Flask) -> None:
    _shop, mails = every_mail("Asia/Tokyo")
    for kind, row in mails.items():
        if kind == "booking_follow_up":
            continue  # It says the day alone.
        mail = mail_of(row)
        for words in (text_of(mail), page_of(mail).get_text()):
            assert "Berlin time" in words, kind
            assert "Tokyo time" in words, kind


def test_for_a_customer_of_no_other_zone_the_shops_is_told(app: Flask) -> None:
    _shop, mails = every_mail()
    for row in mails.values():
        mail = mail_of(row)
        assert "UTC" not in text_of(mail)
        assert "Tokyo" not in text_of(mail)


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_a_calendar_is_kept_up_to_date(app: Flask, kind: str) -> None:
    shop, mails = every_mail()
    mail = mail_of(mails[kind])
    [file] = mail.iter_attachments()
    body = file.get_payload(decode=True)
    assert file["content-type"].params["method"] == METHODS[kind]
    for event in (vobject.readOne(body.decode()).vevent,):
        assert vobject.readOne(body.decode()).method.value == METHODS[kind]
        assert event.organizer.value == "mailto:hello@salon.example"
        assert event.organizer.params["CN"] == [shop.business.name]
        assert event.attendee.value == "mailto:olivia@example.com"
        assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]
        assert event.attendee.params["RSVP"] == ["FALSE"]
    [event] = Calendar.from_ical(body).events
    assert event.errors == []
    changes = {"booking_confirmed": 0, "booking_moved": 1, "booking_cancelled": 1}[kind]
    assert event["sequence"] == changes
    assert str(event["status"]) == ("CANCELLED" if kind == "booking_cancelled" else "CONFIRMED")


def test_other_mails_bring_nothing_for_a_calendar(app: Flask) -> None:
    _shop, mails = every_mail()
    for kind in set(mails) - set(METHODS):
        assert list(mail_of(mails[kind]).iter_attachments()) == []


def test_a_follow_up_is_ended_by_one_click_and_a_reminder_by_its_foot(app: Flask) -> None:
    _shop, mails = every_mail()
    for kind, row in mails.items():
        mail = mail_of(row)
        if kind == "booking_follow_up":
            assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
            assert mail["list-unsubscribe"].strip().startswith(f"<{HOME}/messages/")
        else:
            assert mail["list-unsubscribe"] is None
        has_foot = any(it.startswith(f"{HOME}/messages/") for it in links_of(mail))
        assert has_foot == (kind in ("booking_follow_up", "booking_reminder"))


def test_no_link_of_any_mail_changes_anything_however_often_it_is_opened(app: Flask) -> None:
    shop, mails = every_mail()
    owner = next(row.user_id for row in mails.values() if row.user_id)
    from app.auth.accounts import load_user

    browsers = [app.test_client(), signed_in(app, load_user(owner))]
    links = {link for row in mails.values() for link in links_of(mail_of(row)) if link.startswith(HOME)}
    assert {it.removeprefix(HOME).split("/")[1] for it in links} >= {"bookings", "manage", "messages", "b"}
    before = digest()
    for link in sorted(links):
        for browser in browsers * 2:
            answer = browser.get(link.removeprefix(HOME))
            assert answer.status_code in (200, 302, 303), link
            if answer.status_code != 200:
                assert "/sign-in" in answer.headers["Location"], link
    assert digest() == before
    assert shop.business.slug


def digest() -> dict[str, int]:
    """For each table a number that changes with any row of it; when somebody was last seen may change."""
    db.session.commit()
    tables = [it.name for it in db.metadata.sorted_tables if it.name != "user_sessions"]
    return {
        name: db.session.scalar(
            sa.text(f"SELECT coalesce(sum(hashtext(t::text)::bigint), 0) + count(*) FROM {name} t")
        )
        for name in tables
    }


def test_what_a_business_writes_is_text_and_its_link_a_button(app: Flask) -> None:
    from app.notifications.models import MessageWording

    shop, mails = every_mail()
    own = MessageWording(
        business_id=shop.business.id,
        kind="booking_reminder",
        channel="email",
        language="en-GB",
        subject="Hi {customer_name}\r\nBcc: x@example.com",
        body="Hello <b>you</b> {{7*7}}\n\nSee http://evil.example and {booking.__class__}\n{link}\n{service}",
        updated_at=db.func.now(),
    )
    db.session.add(own)
    db.session.flush()
    mail = mail_of(mails["booking_reminder"])
    page = page_of(mail)
    assert "Bcc" not in mail
    assert page.h1.get_text() == "Hello <b>you</b> {{7*7}}"
    assert page.select("h1 b") == []
    assert "{booking.__class__}" in page.get_text()
    assert not page.select('a[href="http://evil.example"]')
    buttons = [it["href"] for it in page.select("a.button")]
    assert len(buttons) == 2
    assert buttons[0].startswith(f"{HOME}/bookings/")
    assert "Haircut" in page.get_text()
