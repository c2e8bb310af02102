"""Money in the currency's own digits, written as the reader writes it."""

import pytest

from app.core.money import show_money


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
