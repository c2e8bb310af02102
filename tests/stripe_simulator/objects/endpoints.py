"""Webhook endpoints: who wants to be told."""

import secrets

from tests.stripe_simulator.events import API_VERSION
from tests.stripe_simulator.objects.texts import check_texts, merged
from tests.stripe_simulator.problems import Json
from tests.stripe_simulator.world import Call, new_id

CREATE = {"url", "enabled_events", "description", "metadata", "expand"}
UPDATE = CREATE | {"disabled"}


def create(call: Call) -> Json:
    """The answer alone tells the secret that signs."""
    return _shown(make(call, call.params["url"], call.params["enabled_events"]), secret=True)


def make(call: Call, url: str, enabled_events: list[str], secret: str | None = None) -> Json:
    """Kept with its secret."""
    check_texts({"url": url})
    return call.ledger.add(
        {
            "id": new_id("we"),
            "object": "webhook_endpoint",
            "api_version": API_VERSION,
            "application": None,
            "created": call.now,
            "description": call.params.get("description"),
            "enabled_events": enabled_events,
            "livemode": call.ledger.livemode,
            "metadata": merged({}, call.params.get("metadata")),
            "secret": secret or f"whsec_{secrets.token_hex(16)}",
            "status": "enabled",
            "url": url,
        }
    )


def retrieve(call: Call, wanted: str) -> Json:
    return _shown(call.ledger.get("webhook_endpoint", wanted))


def update(call: Call, wanted: str) -> Json:
    """What it wants to hear, and whether."""
    it = call.ledger.get("webhook_endpoint", wanted)
    it |= {
        name: call.params[name] for name in ("url", "enabled_events", "description") if name in call.params
    }
    it["metadata"] = merged(it["metadata"], call.params.get("metadata"))
    if "disabled" in call.params:
        it["status"] = "disabled" if call.params["disabled"] else "enabled"
    return _shown(it)


def delete(call: Call, wanted: str) -> Json:
    call.ledger.remove(call.ledger.get("webhook_endpoint", wanted))
    return {"id": wanted, "object": "webhook_endpoint", "deleted": True}


def chosen(call: Call) -> list[Json]:
    """For a list."""
    return [_shown(it) for it in call.ledger.all("webhook_endpoint")]


def _shown(it: Json, secret: bool = False) -> Json:
    return {name: value for name, value in it.items() if secret or name != "secret"}
