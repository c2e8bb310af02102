"""What Stripe has to tell, told by hand: each event signed, in any order, as often as a test likes."""

import json
from typing import Any

import httpx
from flask import Flask

from app.core import clock
from tests.stripe_simulator.simulator import Simulator

Event = dict[str, Any]


def events_of(simulator: Simulator) -> list[Event]:
    """All that has happened there, the earliest first."""
    key = (simulator.secret_key, "")
    answer = httpx.get(f"{simulator.url}/v1/events", params={"limit": "100"}, auth=key, verify=False)
    return list(reversed(answer.raise_for_status().json()["data"]))


def signed(simulator: Simulator, event: Event) -> dict[str, Any]:
    """Body and headers of an event as Stripe sends it."""
    from stripe import WebhookSignature

    body, at = json.dumps(event), int(clock.now().timestamp())
    header = WebhookSignature.generate_signature_header(body, simulator.webhook_secret, at)
    return {"content": body, "headers": {"Stripe-Signature": header}}


def tell(app: Flask, simulator: Simulator, business_id: int, event: Event) -> int:
    """Send an event as Stripe does; the status of the answer."""
    said = signed(simulator, event)
    path = f"/webhooks/stripe/{business_id}"
    return app.test_client().post(path, data=said["content"], headers=said["headers"]).status_code
