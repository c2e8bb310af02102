"""Money in the currency's own digits, written as the reader writes it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import read_money, share_of, show_money, split, write_money


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (5500, "EUR", "en_GB", "€55.00"),
        (5500, "EUR", "de_DE", "55,00\N{NO-BREAK SPACE}€"),
        (123456789, "USD", "en_US", "$1,234,567.89"),
        (1, "EUR", "en_GB", "€0.01"),
        (0, "EUR", "en_GB", "€0.00"),
        (-250, "EUR", "en_GB", "-€2.50"),
        (1500, "JPY", "en_GB", "JP¥1,500"),
        (1500, "KWD", "en_GB", "KWD1.500"),
    ],
)
def test_an_amount_has_the_digits_and_the_sign_of_its_currency(
    minor: int, currency: str, locale: str, shown: str
) -> None:
    assert show_money(minor, currency, locale) == shown


def test_large_amounts_lose_no_cent() -> None:
    assert show_money(9_007_199_254_740_993, "EUR", "en_GB") == "€90,071,992,547,409.93"


@pytest.mark.parametrize(
    ("text", "locale", "minor"),
    [
        ("12.50", "en_GB", 1250),
        ("12,50", "en_GB", 1250),
        ("12,50", "de_DE", 1250),
        ("12.50", "de_DE", 1250),
        ("1.234,50", "de_DE", 123450),
        ("1,234.50", "en_GB", 123450),
        ("1,234", "en_GB", 123400),
        ("1.234", "de_DE", 123400),
        ("12", "en_GB", 1200),
        ("€12", "en_GB", 1200),
        ("12 EUR", "en_GB", 1200),
    ],
)
def test_an_amount_is_understood_in_the_readers_language_or_with_a_dot(
    text: str, locale: str, minor: int
) -> None:
    assert read_money(text, "EUR", locale) == minor


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "NaN", "1e3", "1_0", "0x1", "١٢", "12.345", "1.2.3", "1" * 40, "Infinity"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        read_money(text, "EUR", "en_GB")


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "written"),
    [
        (1250, "EUR", "en_GB", "12.50"),
        (1250, "EUR", "de_DE", "12,50"),
        (1250, "JPY", "en_GB", "1250"),
        (123456789, "EUR", "de_DE", "1234567,89"),
        (5, "KWD", "en_GB", "0.005"),
    ],
)
def test_what_is_written_in_a_form_is_read_again(
    minor: int, currency: str, locale: str, written: str
) -> None:
    assert write_money(minor, currency, locale) == written
    assert read_money(written, currency, locale) == minor


@pytest.mark.parametrize(
    ("minor", "bp", "share"),
    [(1000, 3333, 333), (1, 5000, 1), (-1, 5000, -1), (3, 5000, 2), (0, 9, 0), (7, 10_000, 7)],
)
def test_a_share_is_rounded_half_away_from_zero(minor, bp, share):
    assert share_of(minor, bp) == share


def test_what_is_left_over_goes_where_most_was_cut_off():
    assert split(2000, [4000, 2000]) == [1333, 667]
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split(5, [0, 0]) == [3, 2]
    assert split(0, []) == []


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**10), min_size=1, max_size=9))
def test_parts_add_up_and_are_less_than_a_unit_from_their_share(minor, weights):
    parts = split(minor, weights)
    assert sum(parts) == minor
    total = sum(weights) or len(weights)
    shares = [Fraction(minor * (weight if any(weights) else 1), total) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, shares, strict=True))
