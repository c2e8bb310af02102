import pytest
from stripe import InvalidRequestError, StripeClient

from tests.stripe_simulator.currencies import shown
from tests.stripe_simulator.paying import paid


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (0, "eur", "parameter_invalid_integer"),
        (100_000_000, "eur", "amount_too_large"),
        (5125, "kwd", "parameter_invalid_integer"),
        (550, "isk", "parameter_invalid_integer"),
    ],
)
def test_an_amount_that_cannot_be_charged_is_refused(
    client: StripeClient, amount: int, currency: str, code: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        client.v1.payment_intents.create({"amount": amount, "currency": currency})
    assert (refused.value.code, refused.value.param) == (code, "amount")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(50, "eur"), (30, "gbp"), (50, "jpy"), (99_999_999, "eur"), (5120, "kwd"), (500, "isk")],
)
def test_the_smallest_and_the_largest_amounts_are_charged(
    client: StripeClient, amount: int, currency: str
) -> None:
    assert client.v1.payment_intents.create({"amount": amount, "currency": currency}).amount == amount


def test_a_refund_obeys_the_decimals_of_its_currency(client: StripeClient) -> None:
    intent = paid(client, 5120, currency="kwd")
    with pytest.raises(InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 5})
    assert client.v1.refunds.create({"payment_intent": intent.id, "amount": 10}).amount == 10


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (1250, "eur", "12.50 EUR"),
        (1250, "jpy", "1250 JPY"),
        (1250, "kwd", "1.250 KWD"),
        (5, "eur", "0.05 EUR"),
    ],
)
def test_amounts_are_shown_with_their_decimals(amount: int, currency: str, words: str) -> None:
    assert shown(amount, currency) == words
