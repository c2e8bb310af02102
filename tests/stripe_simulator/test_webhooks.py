import pytest
import stripe
from stripe import StripeClient

from tests.stripe_simulator.paying import BACK, paid
from tests.stripe_simulator.receiving import Ear
from tests.stripe_simulator.simulator import Simulator

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_what_happens_is_told_and_signed(client: StripeClient, stripe_simulator: Simulator, ear: Ear) -> None:
    secret = stripe_simulator.send_webhooks_to(ear.url)
    assert secret == stripe_simulator.webhook_secret
    intent = paid(client, metadata={"invoice": "7"})
    stripe_simulator.wait_for_webhooks()
    events = ear.events(secret)
    assert sorted(it.type for it in events) == sorted(PAID)
    told = next(it for it in events if it.type == "payment_intent.succeeded")
    assert (told.data.object.id, told.data.object.metadata["invoice"], told.livemode) == (
        intent.id,
        "7",
        False,
    )
    assert told.api_version == stripe.api_version
    assert told.request
    assert told.request.id
    with pytest.raises(stripe.SignatureVerificationError):
        ear.events("whsec_another")


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("refund", ["refund.created", "charge.refunded"]),
        ("pending", ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"]),
        (
            "fail",
            ["refund.created", "charge.refunded", "charge.updated", "refund.failed", "charge.refund.updated"],
        ),
        ("cancel", ["payment_intent.created", "payment_intent.canceled"]),
        ("secure", ["payment_intent.created", "payment_intent.requires_action", *PAID[1:]]),
        ("slow", ["payment_intent.created", "charge.pending", "payment_intent.processing", *PAID[1:]]),
        ("decline", ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]),
        ("dispute", ["charge.dispute.created", "charge.dispute.closed"]),
    ],
)
def test_everything_that_happens_has_its_events(
    client: StripeClient, stripe_simulator: Simulator, act: str, told: list[str]
) -> None:
    intent = paid(client)
    before = [it.id for it in client.v1.events.list().data]
    match act:
        case "refund" | "pending" | "fail":
            stripe_simulator.mode("refunds", to="pending" if act == "pending" else "succeeded")
            refund = client.v1.refunds.create({"payment_intent": intent.id})
            if act != "refund":
                stripe_simulator.end_refund(refund.id, "fail" if act == "fail" else "succeed")
        case "cancel":
            intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
            client.v1.payment_intents.cancel(intent.id)
        case "secure":
            intent = paid(client, card="pm_card_threeDSecureRequired", return_url=BACK)
            stripe_simulator.end_payment(intent.id, "pass")
        case "slow":
            stripe_simulator.end_payment(paid(client, card="pm_simulator_processing").id, "succeed")
        case "decline":
            with pytest.raises(stripe.CardError):
                paid(client, card="pm_card_chargeDeclined")
        case "dispute":
            stripe_simulator.end_payment(intent.id, "dispute")
            stripe_simulator.end_dispute(client.v1.disputes.list().data[0].id, "lose")
    events = [it for it in client.v1.events.list({"limit": 100}).data if it.id not in before]
    assert [it.type for it in reversed(events)] == told


def test_an_event_shows_the_object_as_it_was_then(client: StripeClient) -> None:
    intent = paid(client)
    client.v1.refunds.create({"payment_intent": intent.id})
    [charged] = client.v1.events.list({"type": "charge.succeeded"}).data
    [refunded] = client.v1.events.list({"types": ["charge.refunded"]}).data
    assert charged.data.object.amount_refunded == 0
    assert refunded.data.object.amount_refunded == 2000
    assert refunded.data.previous_attributes
    assert refunded.data.previous_attributes.to_dict() == {"amount_refunded": 0, "refunded": False}


def test_a_refused_webhook_is_tried_again_until_it_is_welcome(
    client: StripeClient, stripe_simulator: Simulator, ear: Ear
) -> None:
    stripe_simulator.retry_after(0.05, 0.05)
    stripe_simulator.send_webhooks_to(ear.url, enabled_events=["payment_intent.succeeded"])
    ear.says = [503, 302]
    paid(client)
    stripe_simulator.wait_for_webhooks()
    assert [(it["attempt"], it["status"]) for it in stripe_simulator.deliveries()] == [
        (1, 503),
        (2, 302),
        (3, 200),
    ]
    assert len({event.id for event in ear.events(stripe_simulator.webhook_secret)}) == 1


def test_there_is_an_end_to_trying(client: StripeClient, stripe_simulator: Simulator) -> None:
    stripe_simulator.retry_after(0.05)
    stripe_simulator.send_webhooks_to("http://127.0.0.1:9/nobody", enabled_events=["charge.succeeded"])
    paid(client)
    stripe_simulator.wait_for_webhooks()
    assert [(it["attempt"], it["ok"]) for it in stripe_simulator.deliveries()] == [(1, False), (2, False)]


def test_webhooks_can_be_lost_or_doubled(client: StripeClient, stripe_simulator: Simulator, ear: Ear) -> None:
    secret = stripe_simulator.send_webhooks_to(ear.url)
    stripe_simulator.mode("webhooks", to="drop")
    paid(client)
    stripe_simulator.wait_for_webhooks()
    assert ear.heard == []
    assert len(client.v1.events.list().data) == 3
    stripe_simulator.mode("webhooks", to="double")
    paid(client)
    stripe_simulator.wait_for_webhooks()
    assert sorted(ear.types(secret)) == sorted(PAID * 2)


def test_held_webhooks_come_in_the_order_a_test_wants(
    client: StripeClient, stripe_simulator: Simulator, ear: Ear
) -> None:
    secret = stripe_simulator.send_webhooks_to(ear.url)
    stripe_simulator.mode("webhooks", to="hold")
    paid(client)
    ids = [it["event"] for it in stripe_simulator.held()]
    assert [it["type"] for it in stripe_simulator.held()] == PAID
    assert ear.heard == []
    ear.says = [500]
    answers = stripe_simulator.release([ids[2], ids[2]])
    assert [(it["event"], it["status"]) for it in answers] == [(ids[2], 500), (ids[2], 200)]
    assert [it["event"] for it in stripe_simulator.held()] == ids[:2]
    stripe_simulator.release("reversed")
    assert stripe_simulator.held() == []
    assert ear.types(secret) == [PAID[2], PAID[2], PAID[1], PAID[0]]
    ear.heard.clear()
    stripe_simulator.send_again(ids[::-1])
    assert ear.types(secret) == PAID[::-1]


def test_a_random_order_is_the_same_for_the_same_seed(
    client: StripeClient, stripe_simulator: Simulator, ear: Ear
) -> None:
    secret = stripe_simulator.send_webhooks_to(ear.url)
    orders = []
    for _ in range(2):
        stripe_simulator.mode("webhooks", to="hold")
        for _ in range(2):
            paid(client)
        stripe_simulator.release("random", seed=3)
        orders.append(ear.types(secret))
        ear.heard.clear()
    assert orders[0] == orders[1] != PAID * 2


def test_one_event_can_come_ten_times_in_parallel(
    client: StripeClient, stripe_simulator: Simulator, ear: Ear
) -> None:
    stripe_simulator.send_webhooks_to(ear.url, enabled_events=["payment_intent.succeeded"])
    stripe_simulator.mode("webhooks", to="hold")
    paid(client)
    assert [it["ok"] for it in stripe_simulator.release(times=10, parallel=10)] == [True] * 10
    assert len(ear.heard) == 10


def test_webhooks_may_lie_and_may_come_from_the_future(
    client: StripeClient, stripe_simulator: Simulator, ear: Ear
) -> None:
    stripe_simulator.send_webhooks_to(ear.url)
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    stripe_simulator.tell("payment_intent.succeeded", "payment_intent", intent.id)
    stripe_simulator.wait_for_webhooks()
    assert "payment_intent.succeeded" in ear.types(stripe_simulator.webhook_secret)
    stripe_simulator.put_clock_ahead(-3600)
    ear.heard.clear()
    stripe_simulator.tell("payment_intent.succeeded", "payment_intent", intent.id)
    stripe_simulator.wait_for_webhooks()
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        ear.types(stripe_simulator.webhook_secret)


def test_endpoints_can_be_made_by_the_api(
    client: StripeClient, stripe_simulator: Simulator, ear: Ear
) -> None:
    made = client.v1.webhook_endpoints.create({"url": ear.url, "enabled_events": ["charge.succeeded"]})
    paid(client)
    stripe_simulator.wait_for_webhooks()
    assert ear.types(str(made.secret)) == ["charge.succeeded"]
    shown = client.v1.webhook_endpoints.retrieve(made.id)
    assert "secret" not in shown
    client.v1.webhook_endpoints.update(made.id, {"disabled": True})
    paid(client)
    client.v1.webhook_endpoints.delete(made.id)
    assert client.v1.webhook_endpoints.list().data == []
    stripe_simulator.wait_for_webhooks()
    assert len(ear.heard) == 1
