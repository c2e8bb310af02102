"""Money is an integer of minor units plus an ISO 4217 currency."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from babel.numbers import (
    NumberFormatError,
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    parse_decimal,
)

LARGEST_PRICE = 10**10  # Minor units, as the tables take them: a hundred million rupiah.
_DIGITS = re.compile(r"[0-9][0-9.,'’ \u00a0\u202f]{0,30}")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def share_of(minor: int, bp: int) -> int:
    """So many hundredths of a percent of an amount, in whole minor units: half a unit is rounded away from zero."""
    share = (abs(minor) * bp + 5000) // 10_000
    return share if minor >= 0 else -share


def split(minor: int, weights: Sequence[int]) -> list[int]:
    """An amount in parts that add up to it again, as near to the weights (none below zero) as whole units can be.

    The units that are left over go where most was cut off, to the first of equals. Without any weight the parts are
    equal ones.
    """
    if not any(weights):
        weights = [1] * len(weights)
    total, sign = sum(weights), 1 if minor >= 0 else -1
    exact = [divmod(abs(minor) * weight, total) for weight in weights]
    parts = [whole for whole, _cut in exact]
    by_cut = sorted(range(len(exact)), key=lambda at: -exact[at][1])
    for at in by_cut[: abs(minor) - sum(parts)]:
        parts[at] += 1
    return [sign * part for part in parts]


def down_to(minor: int, step: int) -> int:
    """The multiple of `step` that is an amount (not below zero) or is next below it."""
    return minor - minor % step


def up_to(minor: int, step: int) -> int:
    """The multiple of `step` that is an amount (not below zero) or is next above it."""
    return minor + -minor % step


# A menu or a board says the same few amounts again and again, and what they look like depends on nothing else.
@lru_cache(maxsize=4096)
def show_money(minor: int, currency: str, locale: str) -> str:
    """`minor` units (cents; whole yen; thousandths of a dinar) as people write them in `locale`."""
    digits = get_currency_precision(currency)
    return format_currency(Decimal(minor).scaleb(-digits), currency, locale=locale)


def write_money(minor: int, currency: str, locale: str) -> str:
    """`minor` units as they stand in a form: 12.50 or 12,50, without the currency."""
    return write_decimal(minor, get_currency_precision(currency), locale)


def read_money(text: str, currency: str, locale: str) -> int:
    """What somebody typed, with or without the currency, in minor units. Raises ValueError as `read_decimal` does."""
    for sign in (get_currency_symbol(currency, locale=locale), currency):
        text = text.replace(sign, "")
    return read_decimal(text, get_currency_precision(currency), locale)


def write_decimal(units: int, digits: int, locale: str, *, shortest: bool = False) -> str:
    """A whole number of units, each of the `digits`-th decimal place, with all its decimals or with those it needs."""
    pattern = f"0.{('#' if shortest else '0') * digits}" if digits else "0"
    return format_decimal(Decimal(units).scaleb(-digits), format=pattern, locale=locale)


def read_decimal(text: str, digits: int, locale: str) -> int:
    """A number as people write it in `locale`, or with a dot or a comma before its decimals, in its last place's units.

    Raises ValueError for what is no number, is below zero, or has more than `digits` decimals.
    """
    text = text.strip()
    if not _DIGITS.fullmatch(text):
        raise ValueError("not a number")
    try:
        number = parse_decimal(text, locale=locale, strict=True)
    except NumberFormatError:
        if not _PLAIN.fullmatch(text):
            raise
        number = Decimal(text.replace(",", "."))
    units = number.scaleb(digits)
    if units != units.to_integral_value():
        raise ValueError("too many decimals")
    return int(units)
