import pytest
from stripe import InvalidRequestError, StripeClient

from tests.stripe_simulator.paying import charge_of, paid
from tests.stripe_simulator.simulator import Simulator


def test_a_refund_gives_everything_back_unless_it_says_less(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    intent = paid(client, 2000)
    part = client.v1.refunds.create(
        {
            "payment_intent": intent.id,
            "amount": 500,
            "reason": "requested_by_customer",
            "metadata": {"visit": "7"},
        }
    )
    assert (part.amount, part.status, part.reason, part.currency) == (
        500,
        "succeeded",
        "requested_by_customer",
        "eur",
    )
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (500, False)
    rest = client.v1.refunds.create({"charge": charge.id})
    assert rest.amount == 1500
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (2000, True)
    assert stripe_simulator.ledger()["totals"] == {"eur": {"charged": 2000, "refunded": 2000, "net": 0}}
    found = client.v1.refunds.list({"payment_intent": intent.id}).data
    assert [it.id for it in found] == [rest.id, part.id]


def test_more_than_was_paid_is_never_given_back(client: StripeClient, stripe_simulator: Simulator) -> None:
    intent = paid(client, 2000)
    with pytest.raises(InvalidRequestError, match="greater than unrefunded amount") as beyond:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 2001})
    assert beyond.value.code == "amount_too_large"
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1999})
    with pytest.raises(InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 2})
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    for amount in ({"amount": 1}, {}):
        with pytest.raises(InvalidRequestError) as over:
            client.v1.refunds.create({"payment_intent": intent.id, **amount})  # type: ignore[arg-type]
        assert over.value.code == "charge_already_refunded"
    assert stripe_simulator.ledger()["totals"]["eur"]["net"] == 0


@pytest.mark.parametrize("amount", [0, -500])
def test_nothing_and_less_cannot_be_refunded(client: StripeClient, amount: int) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid(client).id, "amount": amount})
    assert refused.value.code == "parameter_invalid_integer"


def test_what_is_not_paid_cannot_be_refunded(client: StripeClient) -> None:
    wish = client.v1.payment_intents.create({"amount": 2000, "currency": "eur"})
    slow = paid(client, card="pm_simulator_processing")
    for intent in (wish, slow):
        with pytest.raises(InvalidRequestError, match="does not have a successful charge"):
            client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(InvalidRequestError):
        client.v1.refunds.create({"charge": charge_of(client, slow).id})
    with pytest.raises(InvalidRequestError, match="payment_intent or charge"):
        client.v1.refunds.create({"amount": 5})
    with pytest.raises(InvalidRequestError) as unknown:
        client.v1.refunds.create({"payment_intent": "pi_unknown"})
    assert unknown.value.code == "resource_missing"


def test_a_pending_refund_counts_and_succeeds_later(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    intent = paid(client, card="pm_card_pendingRefund")
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 800})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert charge_of(client, intent).amount_refunded == 800
    stripe_simulator.end_refund(refund.id, "succeed")
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert stripe_simulator.ledger()["totals"]["eur"]["net"] == 1200


@pytest.mark.parametrize("first", ["pending", "succeeded"])
def test_a_refund_that_fails_can_be_tried_again(
    client: StripeClient, stripe_simulator: Simulator, first: str
) -> None:
    stripe_simulator.mode("refunds", to=first)
    intent = paid(client)
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    stripe_simulator.end_refund(refund.id, "fail", reason="lost_or_stolen_card")
    refund = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == ("failed", "lost_or_stolen_card")
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 2000


def test_refunds_can_fail_at_once_and_give_nothing_back(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    stripe_simulator.mode("refunds", to="failed")
    intent = paid(client)
    assert client.v1.refunds.create({"payment_intent": intent.id}).status == "failed"
    assert charge_of(client, intent).amount_refunded == 0
    assert stripe_simulator.ledger()["totals"]["eur"]["net"] == 2000


def test_time_ends_what_is_slow(client: StripeClient, stripe_simulator: Simulator) -> None:
    stripe_simulator.mode("processing", seconds=3600)
    slow, bounced = (
        client.v1.refunds.create({"payment_intent": paid(client, card=card).id})
        for card in ("pm_card_pendingRefund", "pm_card_refundFail")
    )
    assert (slow.status, bounced.status) == ("pending", "succeeded")
    stripe_simulator.put_clock_ahead(3700)
    assert client.v1.refunds.retrieve(slow.id).status == "succeeded"
    assert client.v1.refunds.retrieve(bounced.id).status == "failed"


def test_notes_can_be_changed_when_everything_is_over(client: StripeClient) -> None:
    intent = paid(client, metadata={"visit": "7"})
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    refund = client.v1.refunds.update(refund.id, {"metadata": {"by": "Ann"}})
    assert refund.metadata
    assert refund.metadata.to_dict() == {"by": "Ann"}
    wish = {"metadata": {"by": "Ann"}, "description": "Cut"}
    charge = client.v1.charges.update(str(intent.latest_charge), wish)  # type: ignore[arg-type]
    assert (charge.metadata.to_dict(), charge.description) == ({"visit": "7", "by": "Ann"}, "Cut")
    assert client.v1.payment_intents.update(intent.id, {"metadata": ""}).metadata.to_dict() == {}
