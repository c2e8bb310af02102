"""The bytes of a mail: nothing people type ends a header, adds an address or breaks a line too long."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from flask import Flask

from app.core.db import db
from app.notifications.composing import compose
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from app.notifications.sending import NotTaken, one_address
from tests.factories import a_booking, a_shop
from tests.notifications.messages import AT, a_confirmation, a_shop_with_an_owner, messages_of
from tests.notifications.post import read

pytestmark = pytest.mark.usefixtures("frozen")
NAMES = [
    "Ann's Salon",
    'Müller, "Söhne" & Co.',
    "Evil\r\nBcc: everybody@example.com",
    "Evil <evil@example.com>, other",
    "Салон красоты «Наташа» " * 6,
    "美容室" * 40,
    "a" * 500,
    "=?utf-8?q?Evil?=",
    "Zoë, Ltd (Berlin); Best@Salon",
    "\u202eevil\u2028name",
    "",
]


def written(message: Notification) -> bytes:
    message.message_id = "<1@daybook.example>"
    db.session.flush()
    return compose(message, find_kind(message.kind).words(message))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_business_or_a_customer_stays_a_name(app: Flask, name: str) -> None:
    shop = a_shop()
    shop.business.name, shop.business.email = name or "x", "hello@salon.example"
    booking = a_booking(shop, AT)
    booking.contact_name = name
    [message] = messages_of(shop.business.id)
    body = written(message)
    mail = read(body)
    assert [it.addr_spec for it in mail["from"].addresses] == ["bookings@localhost"]
    assert [it.addr_spec for it in mail["to"].addresses] == ["olivia@example.com"]
    assert [it.addr_spec for it in mail["reply-to"].addresses] == ["hello@salon.example"]
    assert name_in(body, "to") == " ".join(name.split())[:100].strip()
    assert mail.keys().count("To") == 1
    assert "Bcc" not in mail
    assert max(map(len, body.split(b"\r\n"))) < 998


def name_in(body: bytes, header: str) -> str:
    """The name in a header; Python's newer parser leaves the spaces between encoded words in it (RFC 2047, 6.2)."""
    name, _address = parseaddr(str(message_from_bytes(body)[header]))
    return str(make_header(decode_header(name)))


def test_what_a_mail_says_of_itself(app: Flask) -> None:
    _booking, message = a_confirmation()
    mail = read(written(message))
    assert mail["message-id"] == "<1@daybook.example>"
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["from"].addresses[0].display_name == "Ann's Salon"
    assert mail["date"].datetime is not None


def test_a_mail_has_a_text_a_page_and_a_calendar_file(app: Flask) -> None:
    _booking, message = a_confirmation()
    mail = read(written(message))
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    [file] = mail.iter_attachments()
    assert file["content-type"].params["method"] == "REQUEST"
    assert str(file.get_filename()).endswith("-2027-03-02.ics")


def test_styles_are_in_the_elements_and_dark_mode_in_the_head(app: Flask) -> None:
    _booking, message = a_confirmation()
    page = read(written(message)).get_body(("html",)).get_content()  # type: ignore[union-attr]
    head, _body, body = page.partition("<body")
    assert "prefers-color-scheme: dark" in head
    assert 'name="color-scheme"' in head
    assert "<style" not in body
    assert "style=" in body
    assert "{{" not in page
    assert "<script" not in page


def test_what_people_write_is_escaped_in_the_page_and_not_in_the_text(app: Flask) -> None:
    booking, message = a_confirmation()
    booking.service_name = "<b>Cut & blow</b>"
    mail = read(written(message))
    page, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))  # type: ignore[union-attr]
    assert "&lt;b&gt;Cut &amp; blow&lt;/b&gt;" in page
    assert "<b>Cut & blow</b>" in text
    assert mail["subject"].startswith("Booked: <b>Cut & blow</b> on")


def test_a_subject_is_one_line_whatever_a_service_is_called(app: Flask) -> None:
    booking, message = a_confirmation()
    booking.service_name = "Schnitt\r\nBcc: x@example.com " + "für Ünïcöde " * 40
    mail = read(written(message))
    assert "Bcc" not in mail
    assert mail["subject"] == "Booked: Schnitt"
    booking.service_name = "für Ünïcöde " * 40
    assert str(read(written(message))["subject"]).startswith("Booked: für Ünïcöde für Ünïcöde")


@pytest.mark.parametrize(
    ("given", "written_as"),
    [
        ("olivia@example.com", "olivia@example.com"),
        ("olivia@bücher.example", "olivia@xn--bcher-kva.example"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
    ],
)
def test_an_address_as_mail_servers_write_it(app: Flask, given: str, written_as: str) -> None:
    assert one_address(given) == written_as


@pytest.mark.parametrize(
    "given",
    [
        "",
        "olivia",
        "a@example.com, b@example.com",
        "Olivia <a@example.com>",
        "a@example.com\r\nRCPT TO:<b@example.com>",
        "a b@example.com",
        "a@example.com(a remark)",
        "jürgen@example.com",
        "a@",
        "@example.com",
        "a@" + "x" * 70 + ".example",
    ],
)
def test_anything_but_one_address_is_refused_for_good(app: Flask, given: str) -> None:
    with pytest.raises(NotTaken) as refusal:
        one_address(given)
    assert refusal.value.for_good
    assert str(refusal.value.reason) == "No mail can be sent to this address."


def test_an_apostrophe_in_an_address_gets_its_mail(app: Flask) -> None:
    booking, message = a_confirmation()
    message.recipient = booking.contact_email = "o'hara@example.com"
    assert [it.addr_spec for it in read(written(message))["to"].addresses] == ["o'hara@example.com"]


@pytest.mark.parametrize(
    ("address", "answers_go_to"),
    [("jürgen@example.com", []), ("olivia@bücher.example", ["olivia@xn--bcher-kva.example"])],
)
def test_an_odd_address_of_a_customer_keeps_no_member_from_their_notice(
    app: Flask, address: str, answers_go_to: list[str]
) -> None:
    shop = a_shop_with_an_owner()
    booking = a_booking(shop, AT)
    booking.contact_email = address
    notice = next(it for it in messages_of(shop.business.id) if it.kind == "booking_new")
    mail = read(written(notice))
    assert [it.addr_spec for it in mail["to"].addresses] == ["maya@example.com"]
    assert [it.addr_spec for it in (mail["reply-to"].addresses if mail["reply-to"] else ())] == answers_go_to


def test_a_subject_that_only_looks_encoded_is_read_as_it_was_written(app: Flask) -> None:
    shop = a_shop()
    a_booking(shop, AT).service_name = "=?utf-8?q?Evil?="
    [message] = messages_of(shop.business.id)
    subject = message_from_bytes(written(message))["subject"]
    assert "=?utf-8?q?Evil?=" in str(make_header(decode_header(subject)))
