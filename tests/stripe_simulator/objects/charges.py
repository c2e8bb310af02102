"""Charges: what an attempt to pay has led to, and what was given back of it."""

from tests.stripe_simulator.cards import Card
from tests.stripe_simulator.events import emit
from tests.stripe_simulator.objects.texts import merged
from tests.stripe_simulator.problems import Json, Problem
from tests.stripe_simulator.world import Call, new_id

UPDATE = {"metadata", "description", "receipt_email", "expand"}
LIST = {"payment_intent"}
MESSAGES = {
    "card_declined": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def message_of(card: Card) -> str:
    """What Stripe tells the customer when the bank says no."""
    if card.reason == "insufficient_funds":
        return "Your card has insufficient funds."
    return MESSAGES[card.code or "card_declined"]


def charge(call: Call, intent: Json, card: Card, status: str) -> Json:
    """The charge of one attempt: succeeded, pending or failed."""
    failed = status == "failed"
    method = call.ledger.get("payment_method", intent["payment_method"])
    it = call.ledger.add(
        {
            "id": new_id("ch"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"] if status == "succeeded" else 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "balance_transaction": new_id("txn") if status == "succeeded" else None,
            "billing_details": method["billing_details"],
            "captured": not failed,
            "created": call.now,
            "currency": intent["currency"],
            "customer": None,
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": card.code if failed else None,
            "failure_message": message_of(card) if failed else None,
            "fraud_details": {},
            "livemode": call.ledger.livemode,
            "metadata": dict(intent["metadata"]),
            "on_behalf_of": None,
            "outcome": outcome(card if failed else None),
            "paid": status == "succeeded",
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": details(method, card, intent["amount"]),
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "source": None,
            "source_transfer": None,
            "statement_descriptor": intent["statement_descriptor"],
            "status": status,
            "transfer": None,
        }
    )
    emit(call, f"charge.{status}", it)
    return it


def settle(call: Call, it: Json, succeeded: bool) -> None:
    """A pending charge comes to its end."""
    it |= {"status": "succeeded" if succeeded else "failed", "paid": succeeded, "captured": succeeded}
    if succeeded:
        it |= {"amount_captured": it["amount"], "balance_transaction": new_id("txn")}
    else:
        it |= {"failure_code": "card_declined", "failure_message": MESSAGES["card_declined"]}
        it["outcome"] = outcome(Card("", code="card_declined", reason="generic_decline"))
    emit(call, f"charge.{it['status']}", it)


def update(call: Call, wanted: str) -> Json:
    """Notes only: a charge is history."""
    it = call.ledger.get("charge", wanted)
    it["metadata"] = merged(it["metadata"], call.params.get("metadata"))
    it |= {name: call.params[name] for name in ("description", "receipt_email") if name in call.params}
    emit(call, "charge.updated", it)
    return it


def chosen(call: Call) -> list[Json]:
    """For a list: all, or those of one payment intent."""
    return [
        it
        for it in call.ledger.all("charge")
        if it["payment_intent"] == call.params.get("payment_intent", it["payment_intent"])
    ]


def give_back(call: Call, it: Json, amount: int) -> None:
    """So much more of it is refunded, or less if a refund failed (negative). Raises Problem beyond what was charged."""
    before = {"amount_refunded": it["amount_refunded"], "refunded": it["refunded"]}
    total = it["amount_refunded"] + amount
    if not 0 <= total <= it["amount_captured"]:
        raise Problem(f"Charge {it['id']} cannot have {total} refunded.", param="amount")
    it |= {"amount_refunded": total, "refunded": total == it["amount_captured"]}
    emit(call, "charge.refunded" if amount > 0 else "charge.updated", it, **before)


def outcome(declined: Card | None) -> Json:
    """What the bank and Stripe thought of it."""
    if declined is None:
        return {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "rule": None,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    return {
        "advice_code": "try_again_later",
        "network_advice_code": None,
        "network_decline_code": "05",
        "network_status": "declined_by_network",
        "reason": declined.reason,
        "risk_level": "normal",
        "rule": None,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }


def details(method: Json, card: Card, amount: int) -> Json:
    """The card as the charge remembers it."""
    shared = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    secure = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
    return {
        "type": "card",
        "card": {name: method["card"][name] for name in shared}
        | {
            "amount_authorized": amount,
            "mandate": None,
            "network": card.brand,
            "regulated_status": "unregulated",
            "three_d_secure": secure if card.challenged else None,
            "wallet": None,
        },
    }
