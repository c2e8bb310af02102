"""What the page of a business says in the words of schema.org."""

import json
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.business_hours.away import add_days_off, add_hours_off
from app.business_hours.special import set_special_day
from app.businesses.models import Business
from app.businesses.trades import TRADES
from app.core.db import db
from app.schedule.serving import Server
from app.storefront.linked_data import TYPES
from tests.conftest import NOW
from tests.factories import (
    ANNA,
    Shop,
    a_business,
    a_membership,
    a_shop,
    add_need,
    add_service,
    berlin,
    hire,
    set_rota,
    set_week,
    signed_in,
)


@pytest.fixture
def shop(app: Flask, frozen: object) -> Shop:
    """Open Monday to Friday from nine to six; it is Monday, ten in the morning."""
    return a_shop()


def data_of(client: FlaskClient, business: Business) -> dict[str, Any]:
    page = client.get(f"/b/{business.slug}/").text
    [block] = BeautifulSoup(page, "html.parser").select('script[type="application/ld+json"]')
    return dict(json.loads(block.text))


def hours(business_data: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (" ".join(it["dayOfWeek"]), it["opens"], it["closes"])
        for it in business_data["openingHoursSpecification"]
    ]


def special(business_data: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (it["validFrom"], it["validThrough"], it["opens"], it["closes"])
        for it in business_data.get("specialOpeningHoursSpecification", [])
    ]


def test_a_salon_is_a_salon_with_an_address_and_a_price_range(
    client: FlaskClient, shop: Shop, app: Flask
) -> None:
    base, slug = app.config["PUBLIC_BASE_URL"], shop.business.slug
    columns = {
        "trade": "hair",
        "street": "Bergmannstraße 14",
        "postcode": "10961",
        "city": "Berlin",
        "lat": 52.49,
        "lng": 13.39,
        "email": "hello@salon.example",
        "website": "https://salon.example/",
        "description": "Cut and care",
    }
    for name, value in columns.items():
        setattr(shop.business, name, value)
    add_service(shop.business.id, "Wig", minutes=60, price_cents=120_000)
    data = data_of(client, shop.business)
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "HairSalon"
    assert data["@id"] == data["url"] == f"{base}/b/{slug}/"
    assert data["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "Bergmannstraße 14",
        "postalCode": "10961",
        "addressLocality": "Berlin",
        "addressCountry": "DE",
    }
    assert data["geo"] == {"@type": "GeoCoordinates", "latitude": 52.49, "longitude": 13.39}
    assert (data["telephone"], data["email"]) == ("+49 30 5550142", "hello@salon.example")
    assert (data["sameAs"], data["description"]) == ("https://salon.example/", "Cut and care")
    assert data["priceRange"] == "€45.00–€1,200.00"
    assert data["potentialAction"] == {"@type": "ReserveAction", "target": f"{base}/b/{slug}/book"}


def test_what_nobody_has_said_is_absent(client: FlaskClient, app: Flask) -> None:
    data = data_of(client, a_business(country="DE"))
    assert data["@type"] == "LocalBusiness"
    assert data.keys() <= {"@context", "@type", "@id", "name", "url", "currenciesAccepted"}


def test_a_website_that_is_no_web_address_is_left_out(client: FlaskClient, shop: Shop) -> None:
    shop.business.website = "javascript:alert(1)"
    assert "sameAs" not in data_of(client, shop.business)


def test_every_trade_has_a_type_or_is_a_business_like_any_other() -> None:
    others = {"tutoring", "music", "photography", "pets", "cleaning", "other"}
    assert {it.key for it in TRADES} == TYPES.keys() | others
    assert TYPES.keys().isdisjoint(others)


def test_offers_have_the_prices_of_the_page(client: FlaskClient, shop: Shop, app: Flask) -> None:
    tom = hire(shop.business.id, "Tom").resource_id
    dye = add_service(shop.business.id, "Dye", minutes=60, price_cents=9000, description="All over")
    add_need(shop.business.id, dye.id, [Server(shop.person.resource_id), Server(tom, price_cents=8050)])
    add_service(shop.business.id, "Wig", minutes=60, price_cents=None)
    cut, dyed, wig = data_of(client, shop.business)["makesOffer"]
    assert cut == {
        "@type": "Offer",
        "url": f"{app.config['PUBLIC_BASE_URL']}{shop.page}?service={shop.service.id}",
        "itemOffered": {"@type": "Service", "name": "Haircut"},
        "price": "45.00",
        "priceCurrency": "EUR",
    }
    assert dyed["itemOffered"]["description"] == "All over"
    assert dyed["priceSpecification"] == {
        "@type": "PriceSpecification",
        "minPrice": "80.50",
        "priceCurrency": "EUR",
    }
    assert wig.keys() == {"@type", "url", "itemOffered"}


def test_a_long_list_of_services_is_cut(client: FlaskClient, shop: Shop) -> None:
    for number in range(60):
        add_service(shop.business.id, f"Service {number}", minutes=30, price_cents=100)
    assert len(data_of(client, shop.business)["makesOffer"]) == 50


def test_weekdays_with_the_same_hours_stand_together(client: FlaskClient, shop: Shop) -> None:
    assert hours(data_of(client, shop.business)) == [
        ("Monday Tuesday Wednesday Thursday Friday", "09:00", "18:00")
    ]


@pytest.mark.parametrize(
    ("week", "wanted"),
    [
        ({4: [(1080, 1560)]}, [("Friday", "18:00", "02:00")]),
        ({4: [(1080, 1440)]}, [("Friday", "18:00", "00:00")]),
        ({0: [(0, 1440)]}, [("Monday", "00:00", "23:59")]),
        ({0: [(540, 720), (780, 1080)]}, [("Monday", "09:00", "12:00"), ("Monday", "13:00", "18:00")]),
    ],
)
def test_hours_past_midnight_and_around_the_clock_are_said_as_search_engines_read_them(
    client: FlaskClient, shop: Shop, week: Any, wanted: Any
) -> None:
    set_week(shop.business.id, week)
    data = data_of(client, shop.business)
    assert hours(data) == wanted
    assert special(data) == []


def test_dates_with_other_hours_are_special(client: FlaskClient, shop: Shop) -> None:
    business = shop.business
    set_special_day(business.id, date(2027, 3, 3), [(1080, 1560)], by=ANNA, now=NOW)
    set_special_day(business.id, date(2027, 3, 10), [], by=ANNA, now=NOW)
    add_days_off(business.id, date(2027, 3, 26), date(2027, 3, 30), by=ANNA, now=NOW)
    add_hours_off(business.id, berlin("2027-04-02 12:00"), berlin("2027-04-02 20:00"), by=ANNA, now=NOW)
    add_days_off(business.id, date(2027, 2, 22), date(2027, 2, 23), by=ANNA, now=NOW)
    data = data_of(client, business)
    assert hours(data) == [("Monday Tuesday Wednesday Thursday Friday", "09:00", "18:00")]
    assert special(data) == [
        ("2027-03-03", "2027-03-03", "18:00", "02:00"),
        ("2027-03-10", "2027-03-10", "00:00", "00:00"),
        # The weekend between them is closed as always.
        ("2027-03-26", "2027-03-26", "00:00", "00:00"),
        ("2027-03-29", "2027-03-30", "00:00", "00:00"),
        ("2027-04-02", "2027-04-02", "09:00", "12:00"),
    ]


def test_a_closure_of_today_does_not_change_what_is_usual(client: FlaskClient, shop: Shop) -> None:
    add_days_off(shop.business.id, date(2027, 3, 1), date(2027, 3, 2), by=ANNA, now=NOW)
    data = data_of(client, shop.business)
    assert hours(data) == [("Monday Tuesday Wednesday Thursday Friday", "09:00", "18:00")]
    assert special(data) == [("2027-03-01", "2027-03-02", "00:00", "00:00")]


def test_a_season_that_begins_soon_is_said_date_by_date(client: FlaskClient, shop: Shop) -> None:
    summer = {"valid_from": date(2027, 4, 26), "valid_until": date(2027, 4, 28)}
    set_rota(shop.business.id, [{0: [(600, 720)], 1: [(540, 1080)]}], **summer)
    assert special(data_of(client, shop.business)) == [
        ("2027-04-26", "2027-04-26", "10:00", "12:00"),
        ("2027-04-28", "2027-04-28", "00:00", "00:00"),
    ]


def test_a_name_cannot_end_the_block(client: FlaskClient, shop: Shop) -> None:
    evil = "</script><script>alert(1)</script><!-- & 'quotes' \"too\" \u2028"
    shop.business.name = evil
    shop.business.description = evil
    db.session.flush()
    page = client.get(f"/b/{shop.business.slug}/").text
    block = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert not set(block) & set("<>&'")
    assert json.loads(block)["name"] == evil
    assert data_of(client, shop.business)["description"] == evil


def test_a_draft_says_nothing(app: Flask, frozen: object) -> None:
    business = a_business(status="draft")
    owner = signed_in(app, a_membership(business).user)
    answer = owner.get(f"/b/{business.slug}/")
    assert answer.status_code == 200
    assert "ld+json" not in answer.text
