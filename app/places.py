"""Countries, time zones and currencies to choose from, in the page's language and sorted as people look for them."""

import functools
import unicodedata
from collections.abc import Collection, Iterable

from babel import Locale
from babel.dates import get_timezone_location
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.countries import countries, currencies, earlier_names, zones, zones_of

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
    """The time zones in groups: those of the country first, then all by region. The current one is among them.

    Each says the names it had before (`data-also`), because many browsers still use them.
    """
    near = zones_of(country)
    choices = [*_in_group(dict(_countries(_language())).get(country, country), near), *zones_by_region(near)]
    unknown = {"UTC", current} - {choice.value for choice in choices} - {""}
    return [*choices, *(SelectChoice(zone, zone, optgroup=gettext("Others")) for zone in sorted(unknown))]


def zones_by_region(without: Collection[str] = ()) -> list[SelectChoice]:
    """Every time zone but those, by city, in groups named after the part of the world."""
    return [
        choice
        for region, name in REGIONS.items()
        for choice in _in_group(str(name), (zone for zone in zones() if _region(zone) == region))
        if choice.value not in without
    ]


def city_of(zone: str) -> str:
    """The city a zone is named after, such as Berlin."""
    return _city(_language(), zone)


def _in_group(group: str, those: Iterable[str]) -> list[SelectChoice]:
    also = earlier_names()
    return [
        SelectChoice(zone, city, {"data-also": " ".join(also[zone])} if zone in also else {}, group)
        for zone, city in _by_city(_language(), frozenset(those))
    ]


def _region(zone: str) -> str:
    return zone.partition("/")[0]


@functools.lru_cache(maxsize=20)
def _countries(language: str) -> Names:
    names = Locale.parse(language).territories
    return _by_name((code, names.get(code, code)) for code in countries())


@functools.lru_cache(maxsize=20)
def _currencies(language: str) -> Names:
    names = Locale.parse(language).currencies
    return _by_name((code, f"{names.get(code, code)} ({code})") for code in currencies())


@functools.lru_cache(maxsize=2000)
def _by_city(language: str, those: frozenset[str]) -> Names:
    return _by_name((zone, _city(language, zone)) for zone in those)


@functools.lru_cache(maxsize=5000)
def _city(language: str, zone: str) -> str:
    return get_timezone_location(zone, locale=language, return_city=True).replace("/", ", ")


def _by_name(choices: Iterable[tuple[str, str]]) -> Names:
    """Sorted as people look for a name: neither case nor accents matter."""
    return tuple(sorted(choices, key=lambda choice: (_plain(choice[1]), choice[0])))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _language() -> str:
    return str(get_locale() or "en")
