"""Amounts in minor units, by Stripe's rules for each currency (docs.stripe.com/currencies)."""

from tests.stripe_simulator.problems import Problem

ZERO_DECIMAL = {
    *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg"),
    *("rwf", "vnd", "vuv", "xaf", "xof", "xpf"),
}
THREE_DECIMAL = {"bhd", "jod", "kwd", "omr", "tnd"}
# They lost their decimals after Stripe had begun with two: 5 ISK are still sent as 500.
WITHOUT_PARTS = {"isk", "ugx"}
TWO_DECIMAL = {
    *(
        "aed",
        "all",
        "amd",
        "ars",
        "aud",
        "azn",
        "bam",
        "bgn",
        "brl",
        "cad",
        "chf",
        "cny",
        "cop",
        "crc",
        "czk",
    ),
    *(
        "dkk",
        "dop",
        "egp",
        "eur",
        "gbp",
        "gel",
        "ghs",
        "gtq",
        "hkd",
        "huf",
        "idr",
        "ils",
        "inr",
        "kes",
        "kzt",
    ),
    *(
        "mad",
        "mdl",
        "mkd",
        "mur",
        "mxn",
        "myr",
        "ngn",
        "nok",
        "nzd",
        "pen",
        "php",
        "pkr",
        "pln",
        "qar",
        "ron",
    ),
    *("rsd", "sar", "sek", "sgd", "thb", "try", "twd", "uah", "usd", "uyu", "zar"),
}
MINIMUM = {
    "aed": 200,
    "bgn": 100,
    "czk": 1500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
    **dict.fromkeys(("aud", "brl", "cad", "chf", "eur", "inr", "nzd", "sgd", "usd"), 50),
}
# Stripe converts what has no minimum of its own into the currency of the account. Here half a unit of it is enough.
MINIMUM_OF_OTHERS = {0: 1, 2: 50, 3: 500}
MAXIMUM = 99_999_999


def decimals(currency: str) -> int:
    """How many digits stand behind the point of an amount as Stripe counts it; 2 for ISK and UGX."""
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def shown(amount: int, currency: str) -> str:
    """`12.50 EUR`, as messages and pages of the simulator say it."""
    digits = decimals(currency)
    return f"{amount / 10**digits:.{digits}f} {currency.upper()}"


def known(currency: str) -> str:
    """The code in lower case, as Stripe stores it. Raises Problem for one it does not know."""
    code = currency.lower()
    if code not in ZERO_DECIMAL | THREE_DECIMAL | WITHOUT_PARTS | TWO_DECIMAL:
        raise Problem(
            f"Invalid currency: {currency}. Stripe currently supports many others.", param="currency"
        )
    return code


def check_amount(amount: int, currency: str, param: str = "amount") -> None:
    """Raises Problem unless so much can be charged."""
    if amount < 1:
        raise Problem(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=param
        )
    check_parts(amount, currency, param)
    minimum = MINIMUM.get(currency, MINIMUM_OF_OTHERS[decimals(currency)])
    if amount < minimum:
        message = f"Amount must be at least {shown(minimum, currency)}"
        raise Problem(message, code="amount_too_small", param=param)
    if amount > MAXIMUM:
        message = f"Amount must be no more than {shown(MAXIMUM, currency)}"
        raise Problem(message, code="amount_too_large", param=param)


def check_parts(amount: int, currency: str, param: str = "amount") -> None:
    """Raises Problem for a part of a unit that cards do not know in this currency. Refunds obey it too."""
    step = 10 if currency in THREE_DECIMAL else 100 if currency in WITHOUT_PARTS else 1
    if amount % step:
        message = (
            f"Invalid amount: {amount} is not evenly divisible by {step}, as {currency.upper()} requires."
        )
        raise Problem(message, code="parameter_invalid_integer", param=param)
