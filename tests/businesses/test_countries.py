from zoneinfo import ZoneInfo

import pytest

from app.businesses.countries import (
    countries,
    country_of,
    currencies,
    sample_price,
    usual,
    usual_week,
    zones,
    zones_of,
)
from app.businesses.trades import TRADES, find_trade
from app.core.money import LARGEST_PRICE

OURS = ["en-GB", "en-US"]


@pytest.mark.parametrize(
    ("country", "zone", "currency", "language"),
    [
        ("DE", "Europe/Berlin", "EUR", "en-GB"),
        ("CH", "Europe/Zurich", "CHF", "en-GB"),
        ("US", "America/New_York", "USD", "en-US"),
        ("AU", "Australia/Sydney", "AUD", "en-GB"),
        ("BR", "America/Sao_Paulo", "BRL", "en-GB"),
        ("HR", "Europe/Zagreb", "EUR", "en-GB"),
        ("JP", "Asia/Tokyo", "JPY", "en-GB"),
    ],
)
def test_a_country_has_its_usual_zone_money_and_language(country, zone, currency, language):
    it = usual(country, OURS)
    assert (it.zone, it.currency, it.language) == (zone, currency, language)


def test_a_language_we_speak_is_preferred_as_the_country_writes_it():
    assert usual("AT", ["en-GB", "de-DE", "de-AT"]).language == "de-AT"
    assert usual("CH", ["en-GB", "de-DE"]).language == "de-DE"
    assert usual("FR", ["en-GB", "de-DE"]).language == "en-GB"


def test_every_country_has_a_zone_python_knows_money_with_three_letters_and_a_week():
    assert len(countries()) > 240
    for country in countries():
        it = usual(country, OURS)
        assert ZoneInfo(it.zone)
        assert it.currency in currencies()
        assert it.zone in zones_of(country)
        for trade in TRADES:
            assert len(usual_week(country, trade)) >= 5, country
    assert all(len(code) == 3 and code.isupper() for code in currencies())


def test_every_zone_is_there_once_and_says_where_it_is():
    assert len(zones()) > 400
    assert zones()["America/Chicago"] == "US"
    assert zones()["UTC"] == ""
    assert zones_of("AU")[0] == "Australia/Sydney"
    assert "Australia/Perth" in zones_of("AU")


@pytest.mark.parametrize(
    ("country", "full", "short", "closed"), [("DE", 4, 5, 6), ("IL", 3, 4, 5), ("KW", 3, 4, 5)]
)
def test_days_of_rest_are_those_of_the_country(country, full, short, closed):
    week = usual_week(country, find_trade("hair"))
    assert week[full] == ((540, 1080),)
    assert week[short] == ((540, 840),)
    assert closed not in week


@pytest.mark.parametrize(
    ("tag", "country"),
    [
        ("de-AT", "AT"),
        ("de", "DE"),
        ("en-GB", "GB"),
        ("pt", "BR"),
        ("zh-Hant-TW", "TW"),
        ("fr_CA", "CA"),
        ("x", None),
        ("", None),
        ("*", None),
        ("es-419", "ES"),
    ],
)
def test_a_wish_for_a_language_tells_a_country(tag, country):
    assert country_of(tag) == country


@pytest.mark.parametrize(
    ("euros", "currency", "minor"),
    [
        (45, "EUR", 4500),
        (45, "USD", 4500),
        (45, "JPY", 5900),
        (45, "KWD", 14000),
        (45, "INR", 110000),
        (95, "CHF", 14000),
        (0, "JPY", 0),
        (450, "IDR", 230000000),
    ],
)
def test_a_sample_price_is_a_round_amount_of_the_money(euros, currency, minor):
    assert sample_price(euros, currency) == minor


def test_no_sample_price_is_more_than_a_price_can_be():
    prices = [
        sample_price(sample.euros, currency)
        for currency in currencies()
        for trade in TRADES
        for sample in trade.samples
    ]
    assert all(0 <= price <= LARGEST_PRICE for price in prices)
