"""The receipt of a visit and its calendar file, as customers see them."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import vobject
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.finding import hold_token, receipt_token
from app.appointments.models import Booking
from app.core.db import db
from tests.appointments.visiting import a_part
from tests.factories import Shop, a_booking, a_hold, a_shop, berlin
from tests.reading import soup, words

TEN = berlin("2027-03-02 10:00")


@pytest.fixture
def shop(app: Flask, frozen: object) -> Shop:
    return a_shop()


def receipt(client: FlaskClient, booking: Booking, query: str = "") -> Tag:
    answer = client.get(f"/bookings/{receipt_token(booking)}{query}")
    assert answer.status_code == 200
    main = soup(answer).select_one("main")
    assert main is not None
    return main


def facts(page: Tag) -> list[str]:
    return [words(it) for it in page.select(".fact dd")]


def test_a_booking_says_what_when_where_and_how_much(client: FlaskClient, shop: Shop) -> None:
    shop.business.street, shop.business.city = "Bergmannstraße 14", "Berlin"
    shop.business.house_rules = "Please be on time."
    page = receipt(client, a_booking(shop, TEN))
    assert words(page.h1) == "You are booked, Olivia Park"
    assert facts(page) == ["Tuesday 2 March 2027", "10:00 to 10:30, Berlin time"]
    (item,) = page.select(".visit-item")
    assert words(item) == "10:00 to 10:30 Haircut 30 min, with Maya €45.00"
    assert words(page.select_one(".price-total")) == "Total €45.00"
    there = page.select_one(".contact-links a")
    assert there is not None
    assert str(there["href"]).startswith("https://www.google.com/maps/")
    assert page.select_one('a[href="tel:+49305550142"]')
    assert "Please be on time." in words(page)
    assert words(page.select_one(".done-head .tag")) == "Confirmed"


def test_a_visit_of_two_is_one_list_each_with_one_total(client: FlaskClient, shop: Shop) -> None:
    visit, half = uuid.uuid4(), timedelta(minutes=30)
    first = a_part(shop, TEN, visit, minutes=30, service_name="Cut")
    a_part(shop, TEN + half, visit, minutes=30, service_name="Dye", performer_name="Tom", status="requested")
    a_part(shop, TEN, visit, minutes=15, service_name="Trim", guest=2, guest_name="Ben", price=1500)
    a_part(
        shop, TEN, visit, service_name="Wash", guest=2, status="cancelled", performer_name=None, price=None
    )
    page = receipt(client, first)
    assert [words(it) for it in page.select(".visit-party h2")] == ["For you", "Second person, Ben"]
    assert [words(it) for it in page.select(".visit-item")] == [
        "10:00 to 10:30 Cut 30 min, with Maya Confirmed €45.00",
        "10:30 to 11:00 Dye 30 min, with Tom Waiting for an answer €45.00",
        "10:00 to 10:15 Trim 15 min, with Maya Confirmed €15.00",
        "10:00 to 10:45 Wash 45 min Cancelled On request",
    ]
    assert facts(page)[1] == "10:00 to 11:00, Berlin time"
    assert words(page.select_one(".price-total")) == "Total €105.00"


def test_what_was_told_us_is_shown_in_order_and_as_text(client: FlaskClient, shop: Shop) -> None:
    answers = {
        "12": {"question": "Allergies?", "answer": "<b>Nuts</b>"},
        "7": {"question": "First visit?", "answer": "Yes"},
    }
    page = receipt(client, a_part(shop, TEN, answers=answers, note="I may be late.\nSorry."))
    rows = [words(it) for it in page.select(".details-list > div")]
    assert rows == ["First visit? Yes", "Allergies? <b>Nuts</b>", "Your note I may be late. Sorry."]


@pytest.mark.parametrize(
    ("zone", "at", "there"),
    [
        ("Asia/Tokyo", "2027-03-02 13:00", "21:00 to 21:45, Tokyo time"),
        ("Asia/Tokyo", "2027-07-02 13:00", "20:00 to 20:45, Tokyo time"),
        ("Asia/Tokyo", "2027-03-02 17:00", "Wednesday 3 March, 01:00 to 01:45, Tokyo time"),
        ("America/Los_Angeles", "2027-03-02 08:00", "Monday 1 March, 23:00 to 23:45, Los Angeles time"),
    ],
)
def test_a_customer_elsewhere_is_told_both_times(
    client: FlaskClient, shop: Shop, zone: str, at: str, there: str
) -> None:
    page = receipt(client, a_part(shop, berlin(at), customer_zone=zone))
    assert "Berlin time" in facts(page)[1]
    assert facts(page)[2] == there


def test_each_part_of_a_visit_tells_both_times(client: FlaskClient, shop: Shop) -> None:
    visit, more = uuid.uuid4(), {"customer_zone": "Asia/Tokyo", "minutes": 30}
    first = a_part(shop, TEN, visit, **more)
    a_part(shop, TEN + timedelta(minutes=30), visit, **more)
    told = [words(it) for it in receipt(client, first).select(".visit-item")]
    assert ["18:00 to 18:30, Tokyo time" in told[0], "18:30 to 19:00, Tokyo time" in told[1]] == [True, True]


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_on_site_there_is_only_the_time_of_the_shop(
    client: FlaskClient, shop: Shop, zone: str | None
) -> None:
    page = receipt(client, a_part(shop, TEN, customer_zone=zone))
    assert facts(page)[1:] == ["10:00 to 10:45, Berlin time"]


def test_a_request_says_who_answers_and_where(client: FlaskClient, shop: Shop) -> None:
    page = receipt(client, a_part(shop, TEN, status="requested"))
    assert words(page.h1) == "Your request is on its way"
    assert "Ann's Salon looks at each request and answers you at olivia@example.com." in words(page)
    assert words(page.select_one(".done-head .tag")) == "Waiting for an answer"
    no_mail = a_part(shop, TEN, status="requested", contact_email=None, contact_phone="+491701")
    assert "answers you at +491701." in words(receipt(client, no_mail))


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("cancelled", "This booking is cancelled"),
        ("declined", "Your request was declined"),
        ("expired", "This booking has expired"),
        ("completed", "Thank you for your visit, Olivia Park"),
        ("no_show", "This booking is over"),
    ],
)
def test_what_is_over_says_so_and_offers_no_calendar(
    client: FlaskClient, shop: Shop, status: str, title: str
) -> None:
    page = receipt(client, a_part(shop, TEN, status=status))
    assert words(page.h1) == title
    assert page.select('a[href$=".ics"]') == []
    assert page.select_one(f'a[href="{shop.page}"]')


def test_several_places_are_counted(client: FlaskClient, shop: Shop) -> None:
    (item,) = receipt(client, a_part(shop, TEN, places=3)).select(".visit-item")
    assert "45 min, 3 places, with Maya" in words(item)


def test_a_price_on_request_is_no_zero(client: FlaskClient, shop: Shop) -> None:
    page = receipt(client, a_part(shop, TEN, price=None))
    assert words(page.select_one(".price-total")) == "Total On request"
    visit = uuid.uuid4()
    mixed = a_part(shop, TEN, visit)
    a_part(shop, TEN + timedelta(hours=1), visit, price=None)
    page = receipt(client, mixed)
    assert words(page.select_one(".price-total")) == "Total €45.00"
    assert "What is on request comes on top." in words(page)


def test_the_calendar_file_can_be_kept(client: FlaskClient, shop: Shop, app: Flask) -> None:
    booking = a_booking(shop, TEN)
    link = receipt(client, booking, "?lang=en-US").select_one('a[href*=".ics"]')
    assert link is not None
    answer = client.get(str(link["href"]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    wanted = f'attachment; filename="{shop.business.slug}-2027-03-02.ics"'
    assert answer.headers["Content-Disposition"] == wanted
    event = vobject.readOne(answer.text).vevent
    assert event.dtstart.value == TEN
    assert str(event.url.value).startswith(f"{app.config['PUBLIC_BASE_URL']}/bookings/")
    assert "lang" not in event.url.value
    page = client.get(event.url.value.removeprefix(app.config["PUBLIC_BASE_URL"]))
    assert "You are booked" in page.text


def test_googles_calendar_is_a_link_to_google(client: FlaskClient, shop: Shop) -> None:
    link = receipt(client, a_booking(shop, TEN)).select_one('a[href^="https://calendar.google.com/"]')
    assert link is not None
    assert link["rel"] == ["noopener"]
    assert "dates=20270302T090000Z%2F20270302T093000Z" in str(link["href"])


@pytest.mark.parametrize("rest", ["", "/calendar.ics"])
def test_a_dead_link_leads_nowhere(client: FlaskClient, shop: Shop, rest: str) -> None:
    booking = a_booking(shop, TEN)
    token = receipt_token(booking)
    held = a_hold(shop, berlin("2027-03-02 12:00"))
    found = [
        client.get(f"/bookings/{it}{rest}").status_code
        for it in (token, token + "x", "nonsense", hold_token(booking), receipt_token(held))
    ]
    assert found == [200, 404, 404, 404, 404]
    booking.link_version += 1
    db.session.flush()
    assert client.get(f"/bookings/{token}{rest}").status_code == 404


def test_a_receipt_is_for_nobody_else(client: FlaskClient, shop: Shop) -> None:
    answer = client.get(f"/bookings/{receipt_token(a_booking(shop, TEN))}")
    page = soup(answer)
    robots = page.select_one("meta[name=robots]")
    assert robots is not None
    assert robots["content"] == "noindex"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers


def test_the_receipt_of_a_suspended_business_stays(client: FlaskClient, shop: Shop) -> None:
    booking = a_booking(shop, TEN)
    shop.business.status = "suspended"
    shop.business.imprint = "Ann GmbH"
    db.session.flush()
    answer = client.get(f"/bookings/{receipt_token(booking)}")
    assert answer.status_code == 200
    assert "/imprint" not in answer.text
    assert "/book" not in answer.text.replace("/bookings", "")


@pytest.mark.parametrize("parts", [1, 8])
def test_a_longer_visit_asks_the_database_no_more(
    client: FlaskClient, shop: Shop, queries: Callable[[], AbstractContextManager[list[str]]], parts: int
) -> None:
    visit = uuid.uuid4()
    for number in range(parts):
        booking = a_part(shop, TEN + timedelta(hours=number), visit)
    token = receipt_token(booking)
    db.session.commit()
    for rest in ("", "/calendar.ics"):
        with queries() as seen:
            assert client.get(f"/bookings/{token}{rest}").status_code == 200
        assert len(seen) == (3 if rest else 8)
