from collections.abc import Callable

import pytest
import requests
import stripe
from stripe import AuthenticationError, InvalidRequestError, StripeClient

from tests.stripe_simulator.paying import paid
from tests.stripe_simulator.simulator import Simulator

Client = Callable[..., StripeClient]


def test_a_key_can_be_checked(client: StripeClient, a_client: Client) -> None:
    account = client.v1.accounts.retrieve_current()
    assert (account.id, account.charges_enabled) == ("acct_simulator", True)
    assert client.v1.accounts.retrieve("acct_simulator").id == account.id
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve("acct_other")
    with pytest.raises(AuthenticationError, match="Invalid API Key"):
        a_client("sk_test_unknown").v1.balance.retrieve()


def test_a_request_without_a_key_is_refused(stripe_simulator: Simulator) -> None:
    answer = requests.get(f"{stripe_simulator.url}/v1/balance", timeout=5)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")
    assert requests.get(
        f"{stripe_simulator.url}/v1/balance", auth=(stripe_simulator.secret_key, ""), timeout=5
    ).ok


def test_accounts_know_nothing_of_each_other(
    client: StripeClient, a_client: Client, stripe_simulator: Simulator
) -> None:
    test, live = stripe_simulator.open_account("acct_linden")
    other = a_client(test.secret_key)
    intent = paid(client, 2000)
    for stranger in (other, a_client(live.secret_key)):
        with pytest.raises(InvalidRequestError) as unknown:
            stranger.v1.payment_intents.retrieve(intent.id)
        assert unknown.value.code == "resource_missing"
        with pytest.raises(InvalidRequestError):
            stranger.v1.refunds.create({"payment_intent": intent.id})
    paid(other, 700)
    assert other.v1.balance.retrieve().available[0].amount == 700
    assert client.v1.balance.retrieve().available[0].amount == 2000
    assert stripe_simulator.ledger("acct_linden")["totals"]["eur"]["net"] == 700
    with pytest.raises(InvalidRequestError, match="No such PaymentMethod"):
        paid(a_client(live.secret_key))


def test_live_payments_say_so(a_client: Client, stripe_simulator: Simulator) -> None:
    live = stripe_simulator.accounts()[1]
    intent = a_client(live.secret_key).v1.payment_intents.create({"amount": 500, "currency": "eur"})
    assert (live.livemode, intent.livemode) == (True, True)


def test_a_publishable_key_and_a_client_secret_open_one_payment(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "eur", "metadata": {"note": "ours"}}
    )
    page = f"{stripe_simulator.url}/v1/payment_intents/{intent.id}"
    key = {"key": stripe_simulator.publishable_key}
    answer = requests.get(page, key | {"client_secret": str(intent.client_secret)}, timeout=5)
    assert answer.json()["status"] == "requires_payment_method"
    assert "metadata" not in answer.json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for secret in ({}, {"client_secret": f"{intent.id}_secret_guess"}):
        assert requests.get(page, key | secret, timeout=5).status_code == 404
    refused = requests.post(
        f"{stripe_simulator.url}/v1/refunds", key | {"payment_intent": intent.id}, timeout=5
    )
    assert refused.status_code == 403


def test_answers_have_the_headers_of_stripe(stripe_simulator: Simulator) -> None:
    headers = {"Authorization": f"Bearer {stripe_simulator.secret_key}"}
    balance = f"{stripe_simulator.url}/v1/balance"
    answer = requests.get(balance, headers=headers | {"Stripe-Version": "2024-06-20"}, timeout=5)
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2024-06-20"
    assert requests.get(balance, headers=headers | {"Stripe-Version": "soon"}, timeout=5).status_code == 400
    assert requests.get(balance, headers=headers | {"Stripe-Account": "acct_1"}, timeout=5).status_code == 400
    assert requests.get(f"{stripe_simulator.url}/v1/weather", headers=headers, timeout=5).status_code == 404
