from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from stripe import APIError, CardError, IdempotencyError, InvalidRequestError, StripeClient

from tests.stripe_simulator.paying import NO_REDIRECTS, paid
from tests.stripe_simulator.simulator import Simulator

KEY = {"idempotency_key": "invoice-7"}
WISH = {
    "amount": 2000,
    "currency": "eur",
    "confirm": True,
    "payment_method": "pm_card_visa",
    "automatic_payment_methods": NO_REDIRECTS,
}


def create(client: StripeClient, key: str = "invoice-7", **more: object) -> str:
    return client.v1.payment_intents.create(WISH | more, {"idempotency_key": key}).id  # type: ignore[arg-type]


def test_the_same_request_is_answered_the_same_and_done_once(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    first = client.v1.payment_intents.create(WISH, KEY)  # type: ignore[arg-type]
    second = client.v1.payment_intents.create(WISH, KEY)  # type: ignore[arg-type]
    assert first.to_dict() == second.to_dict()
    assert first.last_response
    assert second.last_response
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(stripe_simulator.ledger()["charges"]) == 1
    assert create(client, key="invoice-8") != first.id


def test_a_key_belongs_to_one_request(client: StripeClient) -> None:
    create(client)
    with pytest.raises(IdempotencyError, match="same parameters") as other:
        create(client, amount=2001)
    assert other.value.http_status == 400
    with pytest.raises(IdempotencyError):
        client.v1.refunds.create({"payment_intent": "pi_1"}, KEY)  # type: ignore[arg-type]


def test_a_key_lasts_a_day(client: StripeClient, stripe_simulator: Simulator) -> None:
    first = create(client)
    stripe_simulator.put_clock_ahead(23 * 3600)
    assert create(client) == first
    stripe_simulator.put_clock_ahead(3601)
    assert create(client) != first


def test_each_account_has_keys_of_its_own(
    client: StripeClient, a_client: Callable[..., StripeClient], stripe_simulator: Simulator
) -> None:
    other, _live = stripe_simulator.open_account("acct_other")
    assert create(a_client(other.secret_key)) != create(client)


def test_a_decline_is_remembered_and_a_malformed_request_is_not(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    for _ in range(2):
        with pytest.raises(CardError):
            create(client, payment_method="pm_card_chargeDeclined")
    assert len(stripe_simulator.ledger()["charges"]) == 1
    with pytest.raises(InvalidRequestError):
        create(client, key="typo", colour="red")
    assert create(client, key="typo")


def test_twenty_at_once_charge_once(client: StripeClient, stripe_simulator: Simulator) -> None:
    stripe_simulator.mode("slow", seconds=0.5, times=None)

    def attempt(_number: int) -> str:
        try:
            return create(client)
        except APIError as busy:  # The SDK has no class of its own for 409.
            return f"{busy.http_status} {busy.error and busy.error.code}"

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(attempt, range(20)))
    [made] = set(answers) - {"409 idempotency_key_in_use"}
    assert len(answers) > answers.count(made)
    assert create(client) == made
    assert len(stripe_simulator.ledger()["charges"]) == 1


def test_refunds_at_once_never_give_back_too_much(client: StripeClient, stripe_simulator: Simulator) -> None:
    intent = paid(client, 2000)

    def refund(_number: int) -> bool:
        try:
            client.v1.refunds.create({"payment_intent": intent.id, "amount": 300})
        except InvalidRequestError:
            return False
        return True

    with ThreadPoolExecutor(10) as crowd:
        assert sum(crowd.map(refund, range(20))) == 6
    assert stripe_simulator.ledger()["totals"]["eur"]["net"] == 200


def test_an_error_of_the_server_may_be_remembered_too(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    stripe_simulator.mode("fail", remembered=True)
    for _ in range(2):
        with pytest.raises(APIError):
            create(client)
    assert stripe_simulator.ledger()["charges"] == []
    assert create(client, key="another")


def test_a_question_needs_no_key(stripe_simulator: Simulator) -> None:
    headers = {"Authorization": f"Bearer {stripe_simulator.secret_key}", "Idempotency-Key": "same"}
    for path in ("balance", "account"):
        assert (
            requests.get(f"{stripe_simulator.url}/v1/{path}", headers=headers, timeout=5).status_code == 200
        )
