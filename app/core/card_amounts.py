"""Amounts as Stripe counts them, and which of them it takes: of some only whole ones, and never too little."""

from babel.numbers import get_currency_precision

from app.core.money import down_to

# docs.stripe.com/currencies; all others have two decimals there, also where nobody has such coins any more (ISK, RSD).
_NONE = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})  # Their last digit has to be 0.

# In whole units, by docs.stripe.com/currencies#minimum-and-maximum-charge-amounts.
_LEAST = {
    **dict.fromkeys(("AUD", "BRL", "CAD", "CHF", "EUR", "INR", "NZD", "SGD", "USD"), 0.5),
    **dict.fromkeys(("AED", "MYR", "PLN", "RON"), 2.0),
    **dict.fromkeys(("NOK", "SEK"), 3.0),
    **dict.fromkeys(("MXN", "THB"), 10.0),
    "BGN": 1.0,
    "CZK": 15.0,
    "DKK": 2.5,
    "GBP": 0.3,
    "HKD": 4.0,
    "HUF": 175.0,
    "JPY": 50.0,
}
# The others are worth half a unit of the money of the account at least: here a dollar or a few.
_A_DOLLAR_OR_SOME = {
    **dict.fromkeys(("BHD", "GIP", "JOD", "KWD", "OMR"), 1.0),
    **dict.fromkeys(
        ("BWP", "CNY", "GTQ", "HNL", "ILS", "MAD", "MOP", "NAD", "PEN", "QAR", "SAR", "TND"), 10.0
    ),
    **dict.fromkeys(
        ("BOB", "EGP", "GHS", "MDL", "MVR", "NIO", "SCR", "SRD", "SZL", "TTD", "UAH", "ZAR"), 50.0
    ),
    **dict.fromkeys(("LSL", "SBD", "SLE", "TJS", "ZMW"), 50.0),
    **dict.fromkeys(("AFN", "BDT", "DOP", "ETB", "ISK", "KES", "MKD", "MUR", "MZN", "NPR", "PHP"), 150.0),
    **dict.fromkeys(("DZD", "GMD", "HTG", "JMD", "LRD", "RUB", "TRY", "TWD", "UYU", "VUV", "XPF"), 150.0),
    **dict.fromkeys(("ALL", "CVE", "DJF", "GYD", "KGS", "LKR", "PKR", "RSD", "YER"), 300.0),
    **dict.fromkeys(("AMD", "AOA", "CRC", "KMF", "KZT", "XAF", "XOF"), 1_000.0),
    **dict.fromkeys(("ARS", "CLP", "KRW", "MMK", "MWK", "NGN", "RWF"), 3_000.0),
    **dict.fromkeys(("BIF", "CDF", "COP", "KHR", "MGA", "MNT", "TZS", "UGX"), 5_000.0),
    **dict.fromkeys(("GNF", "IDR", "LAK", "PYG", "STD", "UZS", "VND"), 30_000.0),
    "LBP": 100_000.0,
}
_OTHERS = 5.0
# How many digits an amount has there at most, 8 in all others. Should it be less, Stripe's refusal is shown.
_MOST_DIGITS = {"INR": 9, "COP": 10, "HUF": 10, "JPY": 10, "IDR": 12, "LBP": 12}


def to_stripe(minor: int, currency: str) -> int:
    """Our minor units as Stripe's: 5 krónur are 500 there."""
    return minor * 10 ** _digits(currency) // 10 ** _own_digits(currency)


def from_stripe(units: int, currency: str) -> int:
    """Stripe's as ours; a part of one of ours is nothing."""
    return units * 10 ** _own_digits(currency) // 10 ** _digits(currency)


def step_of(currency: str) -> int:
    """What (our minor units) all is a multiple of that Stripe takes and gives back: ten thousandths of a dinar."""
    there = 10 if currency.upper() in _THREE else 1
    return max(1, there * 10 ** _own_digits(currency) // 10 ** _digits(currency))


def least_of(currency: str) -> int:
    """The least (our minor units) that Stripe takes at once."""
    code = currency.upper()
    return round(_LEAST.get(code, _A_DOLLAR_OR_SOME.get(code, _OTHERS)) * 10 ** _own_digits(currency))


def most_of(currency: str) -> int:
    """The most (our minor units) that Stripe takes at once."""
    return from_stripe(10 ** _MOST_DIGITS.get(currency.upper(), 8) - 1, currency)


def askable(minor: int, currency: str) -> int:
    """What of an amount (our minor units) can be paid online: whole steps of it; nothing where that is too little.

    Whatever asks for money online, or says that it will, goes by this.
    """
    whole = down_to(minor, step_of(currency))
    return whole if whole >= least_of(currency) else 0


def _digits(currency: str) -> int:
    code = currency.upper()
    return 0 if code in _NONE else 3 if code in _THREE else 2


def _own_digits(currency: str) -> int:
    return get_currency_precision(currency.upper())
