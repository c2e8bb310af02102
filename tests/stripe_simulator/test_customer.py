from typing import Any

import httpx
from stripe import StripeClient

from tests.stripe_simulator.customer import BACK, answer_bank, pay, pay_on_page
from tests.stripe_simulator.simulator import Simulator

PRICE: Any = {"currency": "eur", "unit_amount": 1500, "product_data": {"name": "Haircut"}}


def a_secret(client: StripeClient) -> str:
    return str(client.v1.payment_intents.create({"amount": 2000, "currency": "eur"}).client_secret)


def test_a_customer_pays_with_what_the_page_of_the_shop_knows(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    paid = pay(stripe_simulator, a_secret(client))
    assert (paid["status"], "metadata" in paid) == ("succeeded", False)
    declined = pay(stripe_simulator, a_secret(client), "4000 0000 0000 0002")["error"]
    assert (declined["type"], declined["code"]) == ("card_error", "card_declined")
    assert declined["payment_intent"]["status"] == "requires_payment_method"
    assert "metadata" not in declined["payment_intent"]


def test_a_stranger_cannot_pay_for_others(client: StripeClient, stripe_simulator: Simulator) -> None:
    other, _live = stripe_simulator.open_account("acct_other")
    secret = a_secret(client)
    assert pay(stripe_simulator, f"{secret}x")["error"]["code"] == "resource_missing"
    assert pay(stripe_simulator, secret, key=other.publishable_key)["error"]["code"] == "resource_missing"
    assert stripe_simulator.ledger()["charges"] == []


def test_a_customer_answers_the_bank(client: StripeClient, stripe_simulator: Simulator) -> None:
    asked = pay(stripe_simulator, a_secret(client), "4000 0025 0000 3155")
    assert answer_bank(asked["next_action"]["redirect_to_url"]["url"]).startswith(
        f"{BACK}?payment_intent=pi_"
    )
    assert stripe_simulator.ledger()["totals"]["eur"]["charged"] == 2000


def test_a_customer_pays_on_the_hosted_page(client: StripeClient) -> None:
    session = client.v1.checkout.sessions.create(
        {"mode": "payment", "success_url": BACK, "line_items": [{"price_data": PRICE, "quantity": 1}]}
    )
    assert pay_on_page(str(session.url), "4000000000000002").status_code == 422
    bank = pay_on_page(str(session.url), "4000000000003220").headers["Location"]
    assert httpx.get(answer_bank(bank), verify=False).headers["Location"] == BACK
    assert pay_on_page(str(session.url)).status_code == 410
