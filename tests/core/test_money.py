"""Money in the currency's own digits, written as the reader writes it."""

import pytest

from app.core.money import read_money, show_money, write_money


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
