"""The page of a business, as customers see it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from app.appointments.finding import hold_token
from app.appointments.flow.forms.wish import new_flow
from app.business_hours.away import add_days_off
from app.business_hours.special import set_special_day
from app.businesses.models import Business
from app.businesses.pictures import keep_picture
from app.core.db import db
from app.schedule.serving import Server
from app.services.models import ServiceCategory
from app.staff.models import StaffMember
from tests.conftest import NOW
from tests.factories import (
    ANNA,
    Shop,
    a_business,
    a_hold,
    a_shop,
    add_need,
    add_service,
    berlin,
    by_the_system,
    hire,
    set_week,
)
from tests.pictures import a_drawing
from tests.reading import soup, words

Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def shop(app: Flask, frozen: object) -> Shop:
    """Open Monday to Friday from nine to six; it is Monday, ten in the morning."""
    return a_shop()


def page_of(client: FlaskClient, business: Business, query: str = "") -> Tag:
    answer = client.get(f"/b/{business.slug}/{query}")
    assert answer.status_code == 200
    return soup(answer)


def give(business: Business, **columns: Any) -> Business:
    for name, value in columns.items():
        setattr(business, name, value)
    db.session.flush()
    return business


def test_a_service_is_a_link_into_the_flow_with_length_and_price(client: FlaskClient, shop: Shop) -> None:
    row = page_of(client, shop.business).select_one(".offer")
    assert row is not None
    link = row.select_one("a")
    assert link is not None
    assert link["href"] == f"{shop.page}?service={shop.service.id}"
    assert [part in words(row) for part in ("Haircut", "30 min", "€45.00")] == [True] * 3


def test_a_price_that_differs_says_from_and_none_is_told_on_request(client: FlaskClient, shop: Shop) -> None:
    business, maya = shop.business, shop.person.resource_id
    tom = hire(business.id, "Tom").resource_id
    dye = add_service(business.id, "Dye", minutes=60, price_cents=9000)
    add_need(business.id, dye.id, [Server(maya), Server(tom, minutes=75, price_cents=8000)])
    add_service(business.id, "Wig", minutes=60, price_cents=None)
    add_service(business.id, "Chat", minutes=60, price_cents=0)
    page = page_of(client, business)
    assert [words(it) for it in page.select(".offer-price")] == [
        "€45.00",
        "from €80.00",
        "On request",
        "Free",
    ]
    assert "1 h – 1 h 15 min" in words(page)


def test_categories_are_headings_and_links_once_there_are_more_than_two(
    client: FlaskClient, shop: Shop
) -> None:
    business = shop.business
    for position, name in enumerate(("Hair", "Skin")):
        category = ServiceCategory(business_id=business.id, name=name, position=position)
        db.session.add(category)
        db.session.flush()
        service = add_service(business.id, f"{name} care", minutes=30, price_cents=1)
        service.category_id = category.id
    page = page_of(client, business)
    assert [words(it) for it in page.select(".offers-title")] == ["Hair", "Skin", "More"]
    links = page.select(".chip-links a")
    assert [words(it) for it in links] == ["Hair", "Skin", "More"]
    assert all(page.select_one(str(it["href"])) for it in links)
    shop.service.category_id = service.category_id
    db.session.flush()
    page = page_of(client, business)
    assert [words(it) for it in page.select(".offers-title")] == ["Hair", "Skin"]
    assert page.select(".chip-links") == []


def test_pictures_have_a_size_before_they_are_there(
    client: FlaskClient, shop: Shop, tmp_path: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    keep = by_the_system(keep_picture)
    business = shop.business
    bare = page_of(client, business)
    assert bare.select("img") == []
    give(business, cover=keep(business.id, "cover", a_drawing()), logo=keep(business.id, "logo", a_drawing()))
    shop.service.picture = keep(business.id, "service", a_drawing())
    shop.person.photo = keep(business.id, "person", a_drawing())
    db.session.flush()
    pictures = page_of(client, business).select("img")
    assert len(pictures) == 5
    for it in pictures:
        assert it["width"]
        assert it["height"]
        assert it["alt"] == ""
        assert client.get(str(it["src"])).status_code == 200


def test_people_are_shown_with_title_and_the_beginning_of_what_they_say(
    client: FlaskClient, shop: Shop
) -> None:
    key = (shop.business.id, shop.person.resource_id)
    person = db.session.get_one(StaffMember, key)
    person.title, person.about = "Owner", "Colour " * 50
    db.session.flush()
    (card,) = page_of(client, shop.business).select(".person")
    assert words(card).startswith("M Maya Owner Colour")
    assert words(card).endswith("…")
    assert len(words(card)) < 220
    link = card.select_one("a")
    assert link is not None
    assert link["href"] == f"{shop.page}?service={shop.service.id}&staff={shop.person.resource_id}"
    assert client.get(str(link["href"])).status_code == 200


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2027-03-01 10:00", "Open until 18:00"),
        ("2027-03-01 08:00", "Closed now, opens at 09:00"),
        ("2027-03-01 18:00", "Closed now, opens tomorrow at 09:00"),
        ("2027-03-05 19:00", "Closed now, opens Monday at 09:00"),
        ("2027-03-06 19:00", "Closed today, opens Monday at 09:00"),
        ("2027-03-07 19:00", "Closed today, opens tomorrow at 09:00"),
    ],
)
def test_the_page_says_whether_it_is_open(
    client: FlaskClient, shop: Shop, frozen: Any, at: str, told: str
) -> None:
    frozen.move_to(berlin(at))
    assert words(page_of(client, shop.business).select_one(".opening-state")) == told


@pytest.mark.parametrize(
    ("week", "at", "told"),
    [
        ({4: [(1200, 1620)]}, "2027-03-05 21:00", "Open until 03:00"),
        ({4: [(1200, 1620)]}, "2027-03-06 02:00", "Open until 03:00"),
        ({0: [(540, 1440)]}, "2027-03-01 21:00", "Open until midnight"),
        (dict.fromkeys(range(7), [(0, 1440)]), "2027-03-01 21:00", "Open around the clock"),
        ({0: [(0, 1440)], 1: [(0, 720)]}, "2027-03-01 10:00", "Open until tomorrow, 12:00"),
        ({0: [(0, 1440)], 1: [(0, 1440)], 2: [(0, 720)]}, "2027-03-01 10:00", "Open until Wed 3 Mar, 12:00"),
        ({0: [(540, 600)]}, "2027-03-01 10:00", "Closed now, opens on Mon 8 Mar at 09:00"),
    ],
)
def test_a_closing_far_away_says_when(
    client: FlaskClient, shop: Shop, frozen: Any, week: Any, at: str, told: str
) -> None:
    set_week(shop.business.id, week)
    frozen.move_to(berlin(at))
    assert words(page_of(client, shop.business).select_one(".opening-state")) == told


def test_a_business_without_hours_says_nothing_of_them(client: FlaskClient, app: Flask) -> None:
    page = page_of(client, a_business())
    assert page.select(".opening, .opening-state, .action-bar") == []
    assert "Nothing to book yet" in words(page)


def test_special_days_of_this_week_are_named_and_closures_ahead_announced(
    client: FlaskClient, shop: Shop
) -> None:
    business = shop.business
    set_special_day(business.id, date(2027, 3, 3), [(540, 720)], label="Carnival", by=ANNA, now=NOW)
    add_days_off(business.id, date(2027, 3, 26), date(2027, 3, 29), reason="Easter", by=ANNA, now=NOW)
    add_days_off(business.id, date(2027, 3, 5), date(2027, 3, 5), by=ANNA, now=NOW)
    page = page_of(client, business)
    rows = [words(it) for it in page.select(".opening > div")]
    assert rows[0] == "Monday, today 09:00–18:00"
    assert rows[2:5] == ["Wednesday3 Mar: Carnival 09:00–12:00", "Thursday 09:00–18:00", "Friday5 Mar Closed"]
    assert [words(it) for it in page.select(".closures li")] == [
        "Closed Fri 5 Mar",
        "Closed Fri 26 Mar – Mon 29 Mar: Easter",
    ]


def test_a_closure_of_today_stands_above_everything(client: FlaskClient, shop: Shop, frozen: Any) -> None:
    add_days_off(shop.business.id, date(2027, 3, 1), date(2027, 3, 5), reason="Repairs", by=ANNA, now=NOW)
    assert "Closed Mon 1 Mar – Fri 5 Mar: Repairs" in words(
        page_of(client, shop.business).select_one(".alert")
    )
    frozen.move_to(berlin("2027-03-06 10:00"))
    assert page_of(client, shop.business).select(".alert, .closures") == []


def test_the_address_leads_to_a_map_and_the_website_out_of_here(client: FlaskClient, shop: Shop) -> None:
    give(
        shop.business,
        street="Straße 1 & 2",
        postcode="10961",
        city="Berlin",
        website="https://salon.example/",
    )
    page = page_of(client, shop.business)
    there, _, website = page.select(".contact-links a")
    wanted = "https://www.google.com/maps/search/?api=1&query=Stra%C3%9Fe%201%20%26%202%2C%2010961%20Berlin"
    assert there["href"] == wanted
    assert there["rel"] == ["noopener"]
    assert (website["href"], website["rel"]) == ("https://salon.example/", ["nofollow", "noopener"])
    give(shop.business, website="javascript:alert(1)")
    assert len(page_of(client, shop.business).select(".contact-links a")) == 2


def test_the_trade_is_a_word(client: FlaskClient, shop: Shop) -> None:
    give(shop.business, trade="hair")
    assert "Hair" in words(page_of(client, shop.business).select_one(".hero-facts"))


def test_rules_description_and_canonical_address_are_said(
    client: FlaskClient, shop: Shop, app: Flask
) -> None:
    give(shop.business, house_rules="Be on time.\n<b>No dogs.</b>", description="Cut & care. " * 30)
    page = page_of(client, shop.business, "?lang=en-US&utm=x")
    assert "<b>No dogs.</b>" in words(page.select_one("#rules + .card"))
    described = page.select_one("meta[name=description]")
    canonical = page.select_one("link[rel=canonical]")
    assert described
    assert canonical
    assert str(described["content"]).startswith("Cut & care.")
    assert len(str(described["content"])) <= 160
    assert canonical["href"] == f"{app.config['PUBLIC_BASE_URL']}/b/{shop.business.slug}/?lang=en-US"


def test_until_when_a_booking_can_be_changed_is_said_before_anybody_books(
    client: FlaskClient, shop: Shop
) -> None:
    give(shop.business, change_until_min=2880, house_rules=None)
    known = words(page_of(client, shop.business).select_one("#rules + .card"))
    assert known == "Free to move or cancel until 48 hours before."
    give(shop.business, customers_move=False, customers_cancel=False)
    known = words(page_of(client, shop.business).select_one("#rules + .card"))
    assert known == "To move or cancel a booking, please contact us."


def test_legal_texts_have_a_page_and_addresses_are_linked_to(client: FlaskClient, shop: Shop) -> None:
    business = give(shop.business, imprint="Ann GmbH\nBerlin", privacy="https://ann.example/privacy")
    links = {words(it): it for it in page_of(client, business).select(".footer-links a")}
    assert list(links) == ["Find your booking", "Imprint", "Privacy"]
    assert links["Privacy"]["href"] == "https://ann.example/privacy"
    assert links["Privacy"]["rel"] == ["nofollow", "noopener"]
    answer = client.get(str(links["Imprint"]["href"]))
    assert "Ann GmbH\nBerlin" in answer.text
    found = [client.get(f"/b/{business.slug}/{it}").status_code for it in ("privacy", "terms", "secrets")]
    assert found == [404, 404, 404]


def test_the_legal_texts_of_a_draft_are_not_there(client: FlaskClient, app: Flask) -> None:
    business = a_business(status="draft", imprint="Ann GmbH")
    assert client.get(f"/b/{business.slug}/imprint").status_code == 404
    assert client.get(f"/b/{business.slug}/").status_code == 404


def test_the_footer_of_the_flow_has_them_too(client: FlaskClient, shop: Shop) -> None:
    give(shop.business, imprint="Ann GmbH")
    answer = client.get(shop.page)
    assert f"/b/{shop.business.slug}/imprint" in answer.text


def test_the_page_can_be_read_in_each_language_and_the_choice_goes_along(
    client: FlaskClient, shop: Shop
) -> None:
    page = page_of(client, shop.business, "?lang=en-US&x=1")
    first, second, third = page.select(".languages a")
    assert (first["hreflang"], first["lang"], first.get("aria-current")) == ("en-GB", "en-GB", None)
    assert (second["hreflang"], second["aria-current"]) == ("en-US", "true")
    assert (third["hreflang"], third["lang"], third.text.strip()) == ("de", "de", "Deutsch")
    assert first["href"] == f"/b/{shop.business.slug}/?lang=en-GB&x=1"
    assert "Open until 6:00\N{NARROW NO-BREAK SPACE}PM" in page.text
    row = page.select_one(".offer a")
    assert row is not None
    assert row["href"] == f"{shop.page}?service={shop.service.id}&lang=en-US"
    answer = client.get(str(row["href"]))
    assert '<html lang="en-US"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_chosen_language_lasts_until_the_receipt(client: FlaskClient, shop: Shop) -> None:
    start = berlin("2027-03-02 10:00").isoformat()
    wish = {"service": shop.service.id, "staff": "any", "start": start, "flow": new_flow(shop.business.id)}
    held = client.post(f"{shop.page}/holds?lang=en-US", data=wish)
    assert held.status_code == 303
    assert "lang=en-US" in held.headers["Location"]
    booked = client.post(held.headers["Location"], data={"name": "Olivia", "email": "olivia@example.com"})
    assert booked.status_code == 303
    assert booked.headers["Location"].endswith("?lang=en-US")
    assert "10:00\N{NARROW NO-BREAK SPACE}AM" in client.get(booked.headers["Location"]).text


def test_an_unknown_language_is_not_carried_on(client: FlaskClient, shop: Shop) -> None:
    page = page_of(client, shop.business, "?lang=xx")
    assert all("lang=xx" not in str(it["href"]) for it in page.select("main a, header a"))
    assert page.select(".languages [aria-current]")


def test_the_answer_to_a_form_offers_no_language(client: FlaskClient, shop: Shop) -> None:
    hold = hold_token(a_hold(shop, berlin("2027-03-02 10:00")))
    answer = client.post(f"{shop.page}/{hold}", data={"name": ""})
    assert answer.status_code == 422
    assert 'class="languages"' not in answer.text


@pytest.mark.parametrize("services", [3, 30])
def test_a_longer_list_asks_the_database_no_more(
    client: FlaskClient, shop: Shop, queries: Queries, services: int
) -> None:
    category = ServiceCategory(business_id=shop.business.id, name="Hair")
    db.session.add(category)
    db.session.flush()
    shop.service.category_id = category.id
    for number in range(services - 1):
        service = add_service(shop.business.id, f"Service {number}", minutes=30, price_cents=100)
        person = hire(shop.business.id, f"Person {number}")
        add_need(shop.business.id, service.id, [Server(person.resource_id)])
    db.session.commit()
    with queries() as seen:
        assert len(page_of(client, shop.business).select(".offer")) == services
    assert len(seen) == 10
