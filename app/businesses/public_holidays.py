"""Public holidays of countries and their regions. Their calendars are many and are only loaded when they are asked."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Region(NamedTuple):
    """A part of a country with holidays of its own: the second half of its ISO 3166-2 code, and its name."""

    code: str
    name: str


def asks_for_holidays(handler: Handler) -> Handler:
    """Have the calendars loaded before the request is looked at: it takes a while, and no transaction waits for it."""
    handler.asks_for_holidays = True  # type: ignore[attr-defined]
    return handler


def load_calendars() -> None:
    """Load them now, where they are not loaded yet: a third of a second, or several where much else is done."""
    _calendar("")


def regions_of(country: str) -> list[Region]:
    """The parts of a country that have public holidays of their own, by name; none where all are alike or unknown."""
    calendar = _calendar(country)
    if calendar is None:
        return []
    names = {code: name for name, code in reversed(calendar.subdivisions_aliases.items())}
    codes = (code for code in calendar.subdivisions if _is_code(code))
    return sorted((Region(code, names.get(code, code)) for code in codes), key=lambda it: it.name.casefold())


def public_holidays(
    country: str, region: str | None, first: date, last: date, language: str
) -> dict[date, str]:
    """The public holidays from first to last, by date, in the language (de-AT) or else as the country calls them.

    None at all for a country nobody has a calendar of, or whose holidays are suspended. A region that is unknown counts
    as none.
    """
    calendar = _calendar(country)
    if calendar is None:
        return {}
    known = region if region in calendar.subdivisions else None
    found = calendar(
        subdiv=known,
        years=range(first.year, last.year + 1),
        language=_language(calendar.supported_languages, language) or calendar.default_language,
    )
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}


def _calendar(country: str) -> Any:
    """The class of the library that knows a country; None where there is none."""
    import holidays

    if country not in holidays.list_supported_countries(include_aliases=False):
        return None
    return getattr(holidays, country)


def _is_code(code: str) -> bool:
    return len(code) <= 3 and code.isascii() and code.isalnum() and code.upper() == code


def _language(supported: Sequence[str], wanted: str) -> str | None:
    """Of the languages names are known in (en_US) the one that is wanted, or the same of another country."""
    exact, spoken = wanted.replace("-", "_"), wanted.partition("-")[0]
    if exact in supported:
        return exact
    return next((it for it in supported if it.partition("_")[0] == spoken), None)
