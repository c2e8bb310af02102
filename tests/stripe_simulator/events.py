"""Events: what happened, with the object as it was then, told to every endpoint that wants to know."""

import copy
import json

import stripe

from tests.stripe_simulator.problems import Json
from tests.stripe_simulator.webhooks import Letter
from tests.stripe_simulator.world import Call, Ledger, new_id

API_VERSION = stripe.api_version


def emit(call: Call, kind: str, it: Json, **previous: object) -> Json:
    """Keep an event about this object, and send it. `previous` are the values of the fields that changed."""
    endpoints = listeners(call.ledger, kind)
    about = {"object": copy.deepcopy(it)} | ({"previous_attributes": previous} if previous else {})
    event = call.ledger.add(
        {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": call.now,
            "data": about,
            "livemode": call.ledger.livemode,
            "pending_webhooks": len(endpoints),
            "request": {"id": call.request, "idempotency_key": call.idempotency_key},
            "type": kind,
        }
    )
    for letter in letters(event, endpoints):
        call.world.post.take(letter, call.world.modes.delivery)
    return event


def listeners(ledger: Ledger, kind: str) -> list[Json]:
    """The endpoints of this account that asked for this kind of event."""
    return [
        it
        for it in ledger.all("webhook_endpoint")
        if it["status"] == "enabled" and {"*", kind} & set(it["enabled_events"])
    ]


def letters(event: Json, endpoints: list[Json]) -> list[Letter]:
    """The same event to each of them."""
    body = json.dumps(event, indent=2).encode()
    return [Letter(event["id"], event["type"], it["url"], it["secret"], body) for it in endpoints]
