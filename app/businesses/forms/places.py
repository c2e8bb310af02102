"""Countries, time zones and currencies to choose from, in the page's language and sorted as people look for them."""

import functools
import unicodedata
from collections.abc import Iterable

from babel import Locale
from babel.dates import get_timezone_location
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.countries import countries, currencies, zones, zones_of

Names = tuple[tuple[str, str], ...]

REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


def country_choices() -> list[SelectChoice]:
    """Every country, by name."""
    return [SelectChoice(code, name) for code, name in _countries(_language())]


def currency_choices() -> list[SelectChoice]:
    """Every currency somebody pays with today, by name."""
    return [SelectChoice(code, name) for code, name in _currencies(_language())]


def zone_choices(country: str, current: str) -> list[SelectChoice]:
    """The time zones in groups: those of the country first, then all by region. The current one is among them."""
    language, first = _language(), zones_of(country)
    groups: dict[str, list[tuple[str, str]]] = {}
    if first:
        groups[dict(_countries(language)).get(country, country)] = list(_by_city(language, first))
    rest = zones().keys() - set(first)
    for region, name in REGIONS.items():
        there = tuple(sorted(zone for zone in rest if zone.split("/")[0] == region))
        groups.setdefault(str(name), []).extend(_by_city(language, there))
    known = {zone for cities in groups.values() for zone, _city in cities}
    groups[str(_("Others"))] = [(zone, zone) for zone in ("UTC", current) if zone not in known]
    return [
        SelectChoice(zone, city, optgroup=group)
        for group, cities in groups.items()
        for zone, city in dict.fromkeys(cities)
    ]


@functools.lru_cache(maxsize=20)
def _countries(language: str) -> Names:
    names = Locale.parse(language).territories
    return _by_name((code, names.get(code, code)) for code in countries())


@functools.lru_cache(maxsize=20)
def _currencies(language: str) -> Names:
    names = Locale.parse(language).currencies
    return _by_name((code, f"{names.get(code, code)} ({code})") for code in currencies())


@functools.lru_cache(maxsize=2000)
def _by_city(language: str, those: tuple[str, ...]) -> Names:
    return _by_name(
        (zone, get_timezone_location(zone, locale=language, return_city=True).replace("/", ", "))
        for zone in those
    )


def _by_name(choices: Iterable[tuple[str, str]]) -> Names:
    """Sorted as people look for a name: neither case nor accents matter."""
    return tuple(sorted(choices, key=lambda choice: (_plain(choice[1]), choice[0])))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _language() -> str:
    return str(get_locale() or "en")
