"""What a country usually has: its zones, its money, its language and its days of rest.

From Unicode's CLDR (through Babel) and the zone.tab of the time zone database, so that there is no list to keep.
"""

import functools
import importlib.resources
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies

from app.businesses.trades import Hours, Trade

# zone.tab goes from east to west where that says more, and then its first zone is not where most people live.
_MOST_PEOPLE = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
# What a haircut of one euro costs elsewhere, roughly: prices to begin with, not rates of exchange.
_FOR_A_EURO = {
    "AED": "4",
    "ARS": "700",
    "BHD": "0.4",
    "BRL": "4",
    "CHF": "1.5",
    "CLP": "600",
    "CNY": "5",
    "COP": "2500",
    "CZK": "15",
    "DKK": "8",
    "EGP": "20",
    "GBP": "0.9",
    "HKD": "9",
    "HUF": "250",
    "IDR": "5000",
    "ILS": "4",
    "INR": "25",
    "ISK": "180",
    "JOD": "0.5",
    "JPY": "130",
    "KES": "60",
    "KRW": "1000",
    "KWD": "0.3",
    "MAD": "6",
    "MXN": "12",
    "MYR": "3",
    "NGN": "500",
    "NOK": "12",
    "OMR": "0.4",
    "PHP": "25",
    "PKR": "100",
    "PLN": "3",
    "RON": "3",
    "RSD": "60",
    "RUB": "60",
    "SAR": "4",
    "SEK": "11",
    "THB": "20",
    "TND": "1.5",
    "TRY": "25",
    "TWD": "25",
    "UAH": "20",
    "VND": "8000",
    "ZAR": "10",
}


@dataclass(frozen=True, slots=True)
class Usual:
    """What most businesses of a country have."""

    zone: str
    currency: str
    language: str


@functools.cache
def countries() -> tuple[str, ...]:
    """The ISO 3166 codes of every country with a clock and money of its own."""
    return tuple(sorted(code for code in _zones() if _currency(code)))


def zones_of(country: str) -> tuple[str, ...]:
    """The zones of a country, the one where most people live first."""
    zones = _zones().get(country, ())
    first = _MOST_PEOPLE.get(country)
    return tuple(sorted(zones, key=lambda zone: zone != first)) if first else zones


@functools.cache
def zones() -> dict[str, str]:
    """Every zone and the country it is in; UTC is in none."""
    return {zone: country for country, those in _zones().items() for zone in those} | {"UTC": ""}


@functools.cache
def earlier_names() -> dict[str, tuple[str, ...]]:
    """Zone to the names it had before, which many browsers still use: Asia/Kolkata was Asia/Calcutta."""
    regions = {zone.partition("/")[0] for zone in zones() if "/" in zone}
    found: dict[str, tuple[str, ...]] = {}
    for earlier, zone in sorted(get_global("zone_aliases").items()):
        if zone in zones() and earlier.partition("/")[0] in regions:
            found[zone] = (*found.get(zone, ()), earlier)
    return found


def find_zone(name: str) -> str | None:
    """The zone of this name or of one it had before; None for no zone."""
    if name in zones():
        return name
    return next((zone for zone, names in earlier_names().items() if name in names), None)


@functools.cache
def currencies() -> tuple[str, ...]:
    """The ISO 4217 codes of the money somebody pays with today."""
    return tuple(sorted({_currency(code) for code in countries()}))


def usual(country: str, languages: Collection[str]) -> Usual:
    """What a country usually has, its language being one of `languages` (BCP 47)."""
    return Usual(zones_of(country)[0], _currency(country), _language(country, languages))


def country_of(tag: str) -> str | None:
    """The country a wish for a language (de-AT, or only de) most likely comes from."""
    parts = tag.replace("_", "-").split("-")
    for part in parts[1:]:
        if part.upper() in countries():
            return part.upper()
    likely = get_global("likely_subtags").get(parts[0].lower(), "").rpartition("_")[2]
    return likely if likely in countries() else None


def usual_week(country: str, trade: Trade) -> dict[int, Hours]:
    """The hours such a business begins with: weekday, 0 is Monday, to intervals in minutes from midnight."""
    locale = _locale(country)
    first, last = (locale.weekend_start, locale.weekend_end) if locale else (5, 6)
    week = dict.fromkeys(range(7), trade.week) | {first: trade.weekend}
    if last != first:
        week[last] = trade.sunday
    return {day: hours for day, hours in week.items() if hours}


def sample_price(euros: int, currency: str) -> int:
    """A round price in minor units of `currency`."""
    amount = Decimal(euros) * Decimal(_FOR_A_EURO.get(currency, "1"))
    step = (
        Decimal(1).scaleb(max(amount.adjusted() - 1, -1))
        if currency in _FOR_A_EURO and amount
        else Decimal(1)
    )
    rounded = (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return int(rounded * 10 ** get_currency_precision(currency))


@functools.cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Country to zones, in the order of zone.tab."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found


@functools.cache
def _currency(country: str) -> str:
    """What people of a country pay with; empty where nobody lives."""
    later = date(2100, 1, 1)
    return next(iter(get_territory_currencies(country, later)), "")


def _language(country: str, languages: Collection[str]) -> str:
    """Of `languages` the one most likely read there: as that country writes it, as others do, else English."""
    locale = _locale(country)
    spoken = locale.language if locale else "en"
    wishes = [f"{spoken}-{country}", *(it for it in languages if it.partition("-")[0] == spoken)]
    return next((wish for wish in wishes if wish in languages), "en-GB")


@functools.cache
def _locale(country: str) -> Locale | None:
    """The country's most likely language and its customs; None for one CLDR knows nothing about."""
    try:
        return Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        return None
