"""The answers hold nothing Stripe does not send, and everything it always sends, as the SDK declares it."""

from typing import Any

import pytest
import stripe
from stripe import StripeClient

from tests.stripe_simulator.paying import BACK, paid
from tests.stripe_simulator.simulator import Simulator


def may_be_absent(hint: object) -> bool:
    """What may be null may also be left out."""
    return "Optional" in str(hint) or "NoneType" in str(hint)


def strange(it: stripe.StripeObject) -> dict[str, set[str]]:
    """Fields too many or too few of an object and of the objects inside it, by their class."""
    declared: dict[str, Any] = type(it).__annotations__
    found = set(it.to_dict())
    required = {name for name, hint in declared.items() if not may_be_absent(hint)} - {"OBJECT_NAME"}
    faults = {type(it).__qualname__: (found - declared.keys()) | (required - found)}
    if type(it) in (stripe.StripeObject, stripe.ListObject):
        faults = {}
    for name in found:
        for inner in it[name] if isinstance(it[name], list) else [it[name]]:
            if isinstance(inner, stripe.StripeObject) and type(inner).__annotations__:
                faults |= strange(inner)
    return {name: fields for name, fields in faults.items() if fields}


def test_every_object_has_the_fields_the_sdk_declares(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    waiting = paid(client, card="pm_card_threeDSecureRequired", return_url=BACK)
    with pytest.raises(stripe.CardError) as declined:
        paid(client, card="pm_card_chargeDeclined")
    assert declined.value.error
    intent = paid(client)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 5})
    stripe_simulator.end_refund(refund.id, "fail")
    stripe_simulator.end_payment(intent.id, "dispute")
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9", "enabled_events": ["*"]})
    client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": BACK,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Cut"}},
                }
            ],
        }
    )
    objects: list[Any] = [
        waiting,
        *client.v1.payment_intents.list({"expand": ["data.latest_charge"]}).data,
        *client.v1.charges.list().data,
        *client.v1.refunds.list().data,
        *client.v1.disputes.list().data,
        *client.v1.checkout.sessions.list({"expand": ["data.line_items"]}).data,
        *client.v1.events.list().data,
        *client.v1.webhook_endpoints.list().data,
        client.v1.payment_methods.retrieve(str(intent.payment_method)),
        client.v1.accounts.retrieve_current(),
        client.v1.balance.retrieve(),
    ]
    assert len({type(it) for it in objects}) == 10
    assert {name: fields for it in objects for name, fields in strange(it).items()} == {}
