"""Payment methods: cards, from a test number or one of Stripe's ready names."""

import hashlib
from typing import Any

from tests.stripe_simulator.cards import CARDS, Card, typed
from tests.stripe_simulator.problems import Json, Problem, missing
from tests.stripe_simulator.world import Call, Ledger, new_id

CREATE = {
    *("type", "metadata", "expand", "billing_details", "billing_details.email", "billing_details.name"),
    *("billing_details.phone", "billing_details.address"),
    *(
        f"billing_details.address.{it}"
        for it in ("city", "country", "line1", "line2", "postal_code", "state")
    ),
    *("card", "card.number", "card.exp_month", "card.exp_year", "card.cvc"),
}


def create(call: Call) -> Json:
    """From `type=card` and what was typed."""
    if call.params.get("type") != "card" or "card" not in call.params:
        raise Problem("Missing required param: card.", code="parameter_missing", param="card")
    wanted = call.params["card"]
    if "number" not in wanted:
        raise Problem("Missing required param: card[number].", code="parameter_missing", param="card[number]")
    card = typed(
        wanted["number"], wanted.get("exp_month"), wanted.get("exp_year"), wanted.get("cvc"), call.now
    )
    return _keep(call, card, call.params.get("billing_details"), call.params.get("metadata"))


def retrieve(call: Call, wanted: str) -> Json:
    return resolve(call, wanted)


def resolve(call: Call, wanted: str) -> Json:
    """The one of this id; a ready name such as pm_card_visa becomes a new one each time, as at Stripe."""
    if wanted in CARDS:
        if call.ledger.livemode:
            raise missing("PaymentMethod", wanted, "payment_method")
        return _keep(call, CARDS[wanted])
    found = call.ledger.find("payment_method", wanted)
    if found is None:
        raise missing("PaymentMethod", wanted, "payment_method")
    return found


def card_of(ledger: Ledger, method: str) -> Card:
    """What is behind a payment method."""
    return ledger.cards[method]


def _keep(
    call: Call, card: Card, billing: Json | None = None, metadata: dict[str, str] | None = None
) -> Json:
    method = call.ledger.add(
        {
            "id": new_id("pm"),
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": billed(billing),
            "card": described(card),
            "created": call.now,
            "customer": None,
            "livemode": call.ledger.livemode,
            "metadata": metadata or {},
            "type": "card",
        }
    )
    call.ledger.cards[method["id"]] = card
    return method


def described(card: Card) -> Json:
    """What everybody may know of a card."""
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
        "funding": "credit",
        "last4": card.last4,
        "regulated_status": "unregulated",
    }


def billed(given: Json | None) -> Json:
    """Billing details with every field."""
    given = given or {}
    address: dict[str, Any] | None = None
    if wanted := given.get("address"):
        names = ("city", "country", "line1", "line2", "postal_code", "state")
        address = {name: wanted.get(name) for name in names}
    return {"address": address} | {name: given.get(name) for name in ("email", "name", "phone", "tax_id")}
