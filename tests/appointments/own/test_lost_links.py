"""I lost my link."""

import pytest
from sqlalchemy import select

from app.core.db import db
from app.notifications.models import Notification
from tests.factories import a_booking, berlin
from tests.reading import soup, words

THURSDAY = berlin("2027-03-04 10:00")


@pytest.fixture
def page(shop):
    return f"/b/{shop.business.slug}/lost-link"


def rows():
    return db.session.scalars(select(Notification).filter_by(kind="booking_links")).all()


def test_the_footer_of_the_business_leads_there(client, shop, page):
    for address in (f"/b/{shop.business.slug}/", shop.page):
        (link,) = soup(client.get(address)).select(".footer-links a")
        assert (words(link), link["href"]) == ("Find your booking", page)


@pytest.mark.parametrize("email", ["Olivia@Example.com", "stranger@example.com"])
def test_known_or_unknown_the_answer_is_the_same(client, shop, page, email):
    a_booking(shop, THURSDAY)
    answer = client.post(page, data={"email": email})
    assert (answer.status_code, answer.location) == (303, f"{page}?sent=yes")
    assert [it.recipient for it in rows()] == [email.lower()]
    sent = soup(client.get(answer.location))
    assert words(sent.h1) == "Please look into your mail"
    assert email not in sent.text
    assert "If something that is still ahead was booked at Ann's Salon" in words(sent.main)


@pytest.mark.parametrize("email", ["", "nonsense", "a@b.example,c@d.example", "x" * 300 + "@example.com"])
def test_what_is_no_address_is_refused(client, shop, page, email):
    answer = client.post(page, data={"email": email})
    assert answer.status_code == 422
    assert soup(answer).find(id="email-error")
    assert rows() == []


def test_a_program_that_fills_in_everything_is_refused(client, shop, page):
    assert client.post(page, data={"email": "o@example.com", "website": "x"}).status_code == 422
    assert rows() == []


@pytest.mark.usefixtures("counting")
def test_who_asks_too_often_waits(client, shop, page):
    answers = [client.post(page, data={"email": "o@example.com"}) for _ in range(4)]
    assert [it.status_code for it in answers] == [303, 303, 303, 429]
    assert answers[-1].headers["Retry-After"]
    assert "That was tried too often." in words(soup(answers[-1]).select_one("main .alert"))
    assert soup(answers[-1]).find(id="email")["value"] == "o@example.com"


@pytest.mark.parametrize("status", ["draft", "suspended"])
def test_a_business_that_is_not_open_has_no_such_page(client, shop, page, status):
    shop.business.status = status
    db.session.flush()
    assert client.get(page).status_code == 404
    assert client.post(page, data={"email": "o@example.com"}).status_code == 404


def test_the_language_of_the_page_is_that_of_the_mail(client, shop, page):
    client.post(f"{page}?lang=de", data={"email": "o@example.com"})
    assert [it.language for it in rows()] == ["de"]
