"""What is kept for somebody who waits, as members see it on the calendar, the page of today and in the panel."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.models import Booking
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.waitlist import listing
from app.waitlist.ending import decline
from tests.factories import Shop, a_membership, a_shop, signed_in
from tests.reading import soup
from tests.waitlist.test_passing import give_up
from tests.waitlist.waiting import a_full_day, offer_of, waits

pytestmark = pytest.mark.usefixtures("frozen")
OFFERED = "Offered to Grace Hopper"


@pytest.fixture
def shop(app: Flask) -> Shop:
    shop = a_shop(minutes=60)
    a_full_day(shop)
    return shop


@pytest.fixture
def owner(app: Flask, shop: Shop) -> FlaskClient:
    return signed_in(app, a_membership(shop.business).user)


def calendar(shop: Shop, view: str) -> str:
    return f"/manage/{shop.business.slug}/calendar/?date=2027-03-02&view={view}"


def held(shop: Shop) -> Booking:
    return db.session.query(Booking).filter_by(business_id=shop.business.id, status="held").one()


@pytest.mark.parametrize("view", ["day", "week"])
def test_the_calendar_says_to_whom_it_is_offered_and_until_when(
    shop: Shop, owner: FlaskClient, view: str
) -> None:
    waits(shop)
    give_up(shop, 11)
    [block] = soup(owner.get(calendar(shop, view))).select(".column .block.held")
    assert block.select_one("b").text == f"{OFFERED} until 12:00"
    assert "Offered, no answer yet" in block.text
    assert "Being booked" not in block.text
    assert block.select_one('use[href*="#bell"]')
    assert not block.select_one('use[href*="#hourglass"]')


def test_the_list_of_the_calendar_and_the_page_of_today_say_so_too(shop: Shop, owner: FlaskClient) -> None:
    waits(shop)
    give_up(shop, 11)
    for address in (calendar(shop, "agenda"), f"/manage/{shop.business.slug}/?date=2027-03-02"):
        [row] = [it for it in soup(owner.get(address)).select(".agenda-item") if OFFERED in it.text]
        assert "Offered, no answer yet" in row.text


def test_an_offer_costs_the_calendar_no_statement_more(shop: Shop, owner: FlaskClient, queries) -> None:
    waits(shop)
    owner.get(calendar(shop, "week"))
    with queries() as before:
        owner.get(calendar(shop, "week"))
    give_up(shop, 11)
    with queries() as after:
        owner.get(calendar(shop, "week"))
    assert len(after) <= len(before)


def test_the_panel_names_them_and_leads_to_their_place_on_the_list(shop: Shop, owner: FlaskClient) -> None:
    entry = waits(shop)
    give_up(shop, 11)
    booking = held(shop)
    page = soup(owner.get(f"/manage/{shop.business.slug}/appointments/{booking.appointment_id}"))
    panel = page.select_one("#appointment")
    assert OFFERED in panel.select_one("h1, h2").text
    assert "until 12:00" in panel.text
    link = panel.select_one('a[href*="/waitlist/held/"]')["href"]
    answer = owner.get(link)
    assert answer.location == f"/manage/{shop.business.slug}/waitlist#entry-{entry.id}"
    assert soup(owner.get(answer.location)).select_one(f"#entry-{entry.id}").select_one(".row-title")


def test_the_link_leads_to_the_page_of_the_list_they_are_on(
    shop: Shop, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    entries = [waits(shop) for _ in range(3)]
    for hour in (10, 11, 12):
        give_up(shop, hour)
    visit = offer_of(entries[2]).visit
    answer = owner.get(f"/manage/{shop.business.slug}/waitlist/held/{visit}")
    assert answer.location == f"/manage/{shop.business.slug}/waitlist?page=2#entry-{entries[2].id}"


def test_what_is_answered_by_now_leads_to_the_list(shop: Shop, owner: FlaskClient) -> None:
    entry = waits(shop)
    give_up(shop, 11)
    offer = offer_of(entry)
    decline(shop.business, offer, by=VISITOR, now=clock.now())
    answer = owner.get(f"/manage/{shop.business.slug}/waitlist/held/{offer.visit}")
    assert answer.location == f"/manage/{shop.business.slug}/waitlist"


def test_a_colleague_who_may_not_open_it_reads_no_name(shop: Shop, app: Flask) -> None:
    waits(shop)
    give_up(shop, 11)
    browser = signed_in(app, a_membership(shop.business, "staff").user)
    assert "Grace Hopper" not in browser.get(calendar(shop, "day")).text
