import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from stripe import APIConnectionError, APIError, RateLimitError, StripeClient

from tests.stripe_simulator.paying import paid
from tests.stripe_simulator.simulator import Simulator

KEY = "invoice-7"


def test_a_charge_that_timed_out_after_success_is_charged_once(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    stripe_simulator.mode("hang", path="/v1/payment_intents", method="POST", seconds=30)
    with pytest.raises(APIConnectionError):
        client.v1.payment_intents.create(
            {
                "amount": 2000,
                "currency": "eur",
                "payment_method": "pm_card_visa",
                "confirm": True,
                "return_url": "https://x.example",
            },
            {"idempotency_key": KEY},
        )
    [charge] = stripe_simulator.ledger()["charges"]
    again = client.v1.payment_intents.create(
        {
            "amount": 2000,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "return_url": "https://x.example",
        },
        {"idempotency_key": KEY},
    )
    assert again.latest_charge == charge["id"]
    assert len(stripe_simulator.ledger()["charges"]) == 1


@pytest.mark.parametrize(("after", "charges"), [(True, 1), (False, 0)])
def test_a_connection_can_be_cut_after_or_before_the_work(
    client: StripeClient, stripe_simulator: Simulator, after: bool, charges: int
) -> None:
    stripe_simulator.mode("cut", after=after)
    with pytest.raises(APIConnectionError):
        paid(client)
    assert len(stripe_simulator.ledger()["charges"]) == charges
    assert paid(client).status == "succeeded"


def test_a_request_can_hang_and_do_nothing(client: StripeClient, stripe_simulator: Simulator) -> None:
    stripe_simulator.mode("hang", seconds=30, after=False)
    with pytest.raises(APIConnectionError):
        paid(client)
    assert stripe_simulator.ledger()["charges"] == []


def test_a_few_requests_of_one_path_fail(client: StripeClient, stripe_simulator: Simulator) -> None:
    intent = paid(client)
    stripe_simulator.mode("fail", path="/v1/refunds*", times=2)
    stripe_simulator.mode("fail", path="/v1/balance", status=429)
    for _ in range(2):
        with pytest.raises(APIError) as failed:
            client.v1.refunds.create({"payment_intent": intent.id}, {"idempotency_key": KEY})
        assert failed.value.http_status == 500
    with pytest.raises(RateLimitError):
        client.v1.balance.retrieve()
    assert client.v1.refunds.create({"payment_intent": intent.id}, {"idempotency_key": KEY}).amount == 2000
    statuses = [it["status"] for it in stripe_simulator.calls("POST", "/v1/refunds")]
    assert statuses == [500, 500, 200]


def test_slow_answers_come_late_and_others_meanwhile(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    stripe_simulator.mode("slow", path="/v1/payment_intents", seconds=1, times=1)
    with ThreadPoolExecutor(1) as other:
        begun = time.monotonic()
        slow = other.submit(paid, client)
        client.v1.balance.retrieve()
        assert time.monotonic() - begun < 0.9
        assert slow.result().status == "succeeded"
        assert time.monotonic() - begun >= 1


def test_calm_ends_everything_and_frees_whoever_hangs(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    stripe_simulator.mode("hang", times=None)
    with ThreadPoolExecutor(1) as other:
        hanging = other.submit(paid, client)
        while not stripe_simulator.ledger()["charges"]:
            time.sleep(0.02)
        stripe_simulator.calm()
        with pytest.raises(APIConnectionError):
            hanging.result(timeout=1)
    assert paid(client).status == "succeeded"


@pytest.mark.parametrize(
    ("kind", "order"),
    [("explode", {}), ("slow", {"colour": "red"}), ("webhooks", {"to": "burn"}), ("refunds", {})],
)
def test_nonsense_cannot_be_ordered(stripe_simulator: Simulator, kind: str, order: dict[str, str]) -> None:
    answer = requests.post(f"{stripe_simulator.url}/_sim/modes/{kind}", json=order, timeout=5)
    assert answer.status_code == 400
    assert requests.get(f"{stripe_simulator.url}/_sim/modes", timeout=5).json() == {
        "accidents": [],
        "webhooks": "send",
        "refunds": "card",
        "processing": None,
    }
