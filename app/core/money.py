"""Money is an integer of minor units plus an ISO 4217 currency."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision


def show_money(minor: int, currency: str, locale: str) -> str:
    """`minor` units (cents; whole yen; thousandths of a dinar) as people write them in `locale`."""
    digits = get_currency_precision(currency)
    return format_currency(Decimal(minor).scaleb(-digits), currency, locale=locale)
