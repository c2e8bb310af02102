import pytest
import requests
from stripe import CardError, InvalidRequestError, StripeClient

from tests.stripe_simulator.paying import BACK, NO_REDIRECTS, charge_of, paid
from tests.stripe_simulator.simulator import Simulator


def test_a_good_card_pays_at_once(client: StripeClient, stripe_simulator: Simulator) -> None:
    intent = paid(client, 2050, metadata={"invoice": "7"})
    assert (intent.status, intent.amount_received, intent.livemode) == ("succeeded", 2050, False)
    charge = charge_of(client, intent)
    assert (charge.paid, charge.captured, charge.amount, charge.currency) == (True, True, 2050, "eur")
    assert charge.payment_intent == intent.id
    assert charge.metadata["invoice"] == "7"
    assert stripe_simulator.ledger()["totals"] == {"eur": {"charged": 2050, "refunded": 0, "net": 2050}}


def test_a_payment_can_be_made_step_by_step(client: StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "EUR"})
    assert (intent.status, intent.currency) == ("requires_payment_method", "eur")
    assert intent.automatic_payment_methods
    assert intent.automatic_payment_methods.enabled
    intent = client.v1.payment_intents.update(
        intent.id, {"amount": 700, "payment_method": "pm_card_visa", "metadata": {"a": "1", "b": "2"}}
    )
    assert intent.status == "requires_confirmation"
    intent = client.v1.payment_intents.update(intent.id, {"metadata": {"a": ""}})
    assert intent.metadata.to_dict() == {"b": "2"}
    intent = client.v1.payment_intents.confirm(intent.id, {"return_url": BACK})
    assert (intent.status, intent.amount_received) == ("succeeded", 700)
    with pytest.raises(InvalidRequestError) as refused:
        client.v1.payment_intents.confirm(intent.id, {"return_url": BACK})
    assert refused.value.code == "payment_intent_unexpected_state"
    with pytest.raises(InvalidRequestError):
        client.v1.payment_intents.update(intent.id, {"amount": 800})


@pytest.mark.parametrize(
    ("card", "code", "reason"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
    ],
)
def test_a_declined_card_is_a_card_error_and_another_card_may_follow(
    client: StripeClient, stripe_simulator: Simulator, card: str, code: str, reason: str
) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "eur"})
    with pytest.raises(CardError) as declined:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": card, "return_url": BACK})
    error = declined.value.error
    assert error
    assert (declined.value.http_status, error.code, error.decline_code) == (402, code, reason)
    assert error.payment_intent
    assert error.payment_intent.status == "requires_payment_method"
    intent = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert intent.last_payment_error
    assert intent.last_payment_error.code == code
    charge = charge_of(client, intent)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    intent = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": BACK}
    )
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    assert [it["status"] for it in stripe_simulator.ledger()["charges"]] == ["failed", "succeeded"]


def test_a_declined_card_in_one_call_leaves_the_intent_behind(client: StripeClient) -> None:
    with pytest.raises(CardError):
        paid(client, card="pm_card_chargeDeclined")
    [intent] = client.v1.payment_intents.list().data
    assert intent.status == "requires_payment_method"


def test_three_d_secure_waits_for_the_customer_and_comes_back(client: StripeClient) -> None:
    intent = paid(client, card="pm_card_threeDSecure2Required", return_url=BACK)
    assert intent.status == "requires_action"
    assert intent.next_action
    assert intent.next_action.redirect_to_url
    page = str(intent.next_action.redirect_to_url.url)
    assert requests.get(page, timeout=5).status_code == 200
    answer = requests.post(page, data={"outcome": "complete"}, allow_redirects=False, timeout=5)
    address = answer.headers["Location"]
    assert answer.status_code == 303
    assert address.startswith(
        f"{BACK}&payment_intent={intent.id}&payment_intent_client_secret={intent.id}_secret_"
    )
    assert address.endswith("redirect_status=succeeded")
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert requests.post(page, data={"outcome": "complete"}, timeout=5).status_code == 410


def test_failed_authentication_charges_nothing(client: StripeClient, stripe_simulator: Simulator) -> None:
    intent = paid(client, card="pm_card_authenticationRequired", return_url=BACK)
    assert intent.next_action
    assert intent.next_action.redirect_to_url
    page = str(intent.next_action.redirect_to_url.url)
    answer = requests.post(page, data={"outcome": "fail"}, allow_redirects=False, timeout=5)
    assert answer.headers["Location"].endswith("redirect_status=failed")
    intent = client.v1.payment_intents.retrieve(intent.id)
    assert intent.last_payment_error
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert intent.status == "requires_payment_method"
    assert stripe_simulator.ledger()["charges"] == []


def test_a_card_may_be_declined_after_authentication(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    intent = paid(client, card="pm_card_threeDSecureRequiredChargeDeclined", return_url=BACK)
    assert stripe_simulator.end_payment(intent.id, "pass")["status"] == "requires_payment_method"
    assert [it["status"] for it in stripe_simulator.ledger()["charges"]] == ["failed"]


@pytest.mark.parametrize(
    ("outcome", "status", "net"), [("succeed", "succeeded", 2000), ("fail", "requires_payment_method", 0)]
)
def test_a_slow_payment_is_processing_until_somebody_ends_it(
    client: StripeClient, stripe_simulator: Simulator, outcome: str, status: str, net: int
) -> None:
    intent = paid(client, card="pm_simulator_processing")
    assert (intent.status, charge_of(client, intent).status) == ("processing", "pending")
    assert stripe_simulator.ledger()["totals"] == {}
    with pytest.raises(InvalidRequestError):
        client.v1.payment_intents.cancel(intent.id)
    stripe_simulator.end_payment(intent.id, outcome)
    assert client.v1.payment_intents.retrieve(intent.id).status == status
    assert stripe_simulator.ledger()["totals"].get("eur", {"net": 0})["net"] == net


def test_slow_payments_can_end_by_the_clock(client: StripeClient, stripe_simulator: Simulator) -> None:
    stripe_simulator.mode("processing", seconds=3600)
    intent = paid(client, card="pm_simulator_processing")
    stripe_simulator.put_clock_ahead(3599 - 60)
    assert client.v1.payment_intents.retrieve(intent.id).status == "processing"
    stripe_simulator.put_clock_ahead(120)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_what_is_canceled_is_not_paid_any_more(client: StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "eur"})
    intent = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (intent.status, intent.cancellation_reason) == ("canceled", "abandoned")
    assert intent.canceled_at
    with pytest.raises(InvalidRequestError, match="already been canceled") as refused:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": BACK})
    assert refused.value.code == "payment_intent_unexpected_state"
    with pytest.raises(InvalidRequestError):
        client.v1.payment_intents.cancel(intent.id)
    done = paid(client)
    with pytest.raises(InvalidRequestError):
        client.v1.payment_intents.cancel(done.id)


def test_a_confirmation_that_might_redirect_needs_a_return_url(client: StripeClient) -> None:
    with pytest.raises(InvalidRequestError, match="return_url"):
        client.v1.payment_intents.create(
            {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
        )
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "eur", "automatic_payment_methods": NO_REDIRECTS}  # type: ignore[typeddict-item]
    )
    with pytest.raises(InvalidRequestError, match="missing a payment method"):
        client.v1.payment_intents.confirm(intent.id)


@pytest.mark.parametrize(
    ("number", "year", "code"),
    [
        ("4242 4242 4242 4241", 2040, "incorrect_number"),
        ("4242424242424242", 2020, "invalid_expiry_year"),
        ("4111111111111111", 2040, "card_declined"),
    ],
)
def test_a_card_is_looked_at_before_the_bank_is_asked(
    client: StripeClient, stripe_simulator: Simulator, number: str, year: int, code: str
) -> None:
    card = {"number": number, "exp_month": 12, "exp_year": year, "cvc": "123"}
    with pytest.raises(CardError) as wrong:
        client.v1.payment_methods.create({"type": "card", "card": card})  # type: ignore[arg-type]
    assert wrong.value.code == code
    assert stripe_simulator.ledger()["charges"] == []


def test_a_typed_number_is_the_card_it_belongs_to(client: StripeClient) -> None:
    card = {"number": "4000 0000 0000 9995", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    method = client.v1.payment_methods.create({"type": "card", "card": card})  # type: ignore[arg-type]
    assert method.card
    assert (method.card.last4, method.card.brand) == ("9995", "visa")
    with pytest.raises(CardError, match="insufficient funds"):
        paid(client, card=method.id)


def test_a_dispute_opens_by_a_card_or_on_demand(client: StripeClient, stripe_simulator: Simulator) -> None:
    disputed, quiet = paid(client, card="pm_card_createDispute"), paid(client)
    stripe_simulator.end_payment(quiet.id, "dispute", amount=500, reason="product_not_received")
    assert [(it.amount, it.payment_intent) for it in client.v1.disputes.list().data] == [
        (500, quiet.id),
        (2000, disputed.id),
    ]
    assert charge_of(client, disputed).disputed
    with pytest.raises(InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": disputed.id})
    assert refused.value.code == "charge_disputed"
