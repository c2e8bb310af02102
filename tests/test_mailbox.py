"""What would have been sent, as a page."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.notifications.jobs import deliver_due
from tests.conftest import settings
from tests.factories import a_booking, a_membership, a_shop, a_user, berlin

NOWHERE = "postgresql+psycopg2://nobody@/nothing?host=/nonexistent"
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty one."""
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    return tmp_path / "mailbox"


def soup(client: FlaskClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def send_two() -> None:
    shop = a_shop()
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    a_booking(shop, berlin("2027-03-02 10:00"))
    assert deliver_due() >= 2


def test_an_empty_mailbox_says_how_to_fill_it(client: FlaskClient, mailbox: Path) -> None:
    assert "Nothing was sent yet" in soup(client, "/dev/mailbox/").get_text()


def test_the_newest_mail_comes_first(client: FlaskClient, mailbox: Path) -> None:
    send_two()
    found = [it.get_text() for it in soup(client, "/dev/mailbox/").select(".mail-subject")][:2]
    assert found == [
        "New booking: Olivia Park, Haircut on Tue 2 Mar, 10:00",
        "Booked: Haircut on Tue 2 Mar, 10:00",
    ]


def test_a_mail_is_shown_with_its_headers_its_text_and_its_file(client: FlaskClient, mailbox: Path) -> None:
    send_two()
    address = soup(client, "/dev/mailbox/").select(".mail-list a")[1]["href"]
    page = soup(client, address)
    assert page.h1.get_text() == "Booked: Haircut on Tue 2 Mar, 10:00"
    assert "Olivia Park <olivia@example.com>" in page.get_text()
    assert "10:00 to 10:30, Berlin time" in page.select_one(".mail-text").get_text()
    file = client.get(page.select_one('a[href$=".ics"]')["href"])
    assert (file.mimetype, file.headers["Content-Disposition"]) == ("text/calendar", "attachment")
    assert file.data.startswith(b"BEGIN:VCALENDAR")


def test_the_page_of_a_mail_is_in_a_sandbox_and_its_links_lead_out_of_it(
    client: FlaskClient, mailbox: Path
) -> None:
    send_two()
    address = soup(client, "/dev/mailbox/").select_one(".mail-list a")["href"]
    shown = client.get(address)
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    frame = BeautifulSoup(shown.text, "html.parser").iframe
    assert "allow-scripts" not in frame["sandbox"]
    inside = client.get(frame["src"])
    assert inside.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in inside.headers["Content-Security-Policy"]
    assert '<base target="_top">' in inside.text


@pytest.mark.parametrize("address", ["1", "1/page", "1/files/x.ics", "9223372036854775808"])
def test_a_mail_that_is_not_there_is_not_found(client: FlaskClient, mailbox: Path, address: str) -> None:
    assert client.get(f"/dev/mailbox/{address}").status_code == 404


def test_a_file_that_no_mail_has_is_not_found(client: FlaskClient, mailbox: Path) -> None:
    send_two()
    address = soup(client, "/dev/mailbox/").select_one(".mail-list a")["href"]
    assert client.get(f"{address}/files/secret.key").status_code == 404


def test_production_has_no_mailbox() -> None:
    app = create_app(settings(NOWHERE, DAYBOOK_ENV="production"))
    assert [rule for rule in app.url_map.iter_rules() if "mailbox" in rule.rule] == []
