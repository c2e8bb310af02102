"""An attempt to pay: what becomes of a payment intent when a card is used, and who is told."""

from collections.abc import Callable
from contextlib import suppress

from tests.stripe_simulator.cards import Card
from tests.stripe_simulator.events import emit
from tests.stripe_simulator.objects import charges, disputes
from tests.stripe_simulator.objects.methods import card_of
from tests.stripe_simulator.problems import Json, Problem, unexpected_state
from tests.stripe_simulator.world import Call

AUTHENTICATION_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod "
    "to attempt to fulfill this PaymentIntent again."
)
# Called whenever an attempt has come to an end, good or bad: checkout sessions follow their payment intents.
FOLLOWERS: list[Callable[[Call, Json], None]] = []


def attempt(call: Call, intent: Json, method: str, return_url: str | None) -> None:
    """Use this card. Raises Problem (402) if it is declined; the intent is then ready for another one."""
    intent |= {"payment_method": method, "last_payment_error": None, "next_action": None}
    card = card_of(call.ledger, method)
    if card.challenged:
        intent["status"] = "requires_action"
        intent["next_action"] = _challenge(call, intent, return_url)
        emit(call, "payment_intent.requires_action", intent)
    else:
        _authorize(call, intent, card)


def authenticate(call: Call, intent: Json, passed: bool) -> None:
    """The customer has ended the 3-D Secure step. A declined card raises no Problem here: nobody called the API."""
    if intent["status"] != "requires_action":
        raise unexpected_state(
            f"This PaymentIntent is {intent['status']}; nothing is asked of anybody.", intent
        )
    intent["next_action"] = None
    if passed:
        with suppress(Problem):
            _authorize(call, intent, card_of(call.ledger, intent["payment_method"]))
        return
    _fail(call, intent, {"code": "payment_intent_authentication_failure", "message": AUTHENTICATION_FAILED})


def finish(call: Call, intent: Json, succeeded: bool) -> None:
    """A payment that was processing comes to its end."""
    if intent["status"] != "processing":
        raise unexpected_state(f"This PaymentIntent is {intent['status']}, not processing.", intent)
    it = call.ledger.get("charge", intent["latest_charge"])
    charges.settle(call, it, succeeded)
    if succeeded:
        _succeed(call, intent, it, card_of(call.ledger, intent["payment_method"]))
    else:
        error = {"code": "card_declined", "decline_code": "generic_decline", "charge": it["id"]}
        _fail(call, intent, error | {"type": "card_error", "message": it["failure_message"]})


def _authorize(call: Call, intent: Json, card: Card) -> None:
    """Ask the bank, who always knows at once."""
    if card.code:
        it = charges.charge(call, intent, card, "failed")
        intent["latest_charge"] = it["id"]
        why = {
            "code": card.code,
            "decline_code": card.reason,
            "charge": it["id"],
            "advice_code": "try_again_later",
        }
        _fail(call, intent, why | {"type": "card_error", "message": it["failure_message"]})
        method = intent["last_payment_error"]["payment_method"]
        raise Problem(
            it["failure_message"],
            status=402,
            kind="card_error",
            **why,
            payment_intent=intent,
            payment_method=method,
        )
    it = charges.charge(call, intent, card, "pending" if card.delayed else "succeeded")
    intent["latest_charge"] = it["id"]
    if card.delayed:
        intent["status"] = "processing"
        emit(call, "payment_intent.processing", intent)
        _tell_followers(call, intent)
    else:
        _succeed(call, intent, it, card)


def _succeed(call: Call, intent: Json, it: Json, card: Card) -> None:
    intent |= {"status": "succeeded", "amount_received": it["amount"]}
    emit(call, "payment_intent.succeeded", intent)
    _tell_followers(call, intent)
    if card.disputed:
        disputes.open_dispute(call, it)


def _fail(call: Call, intent: Json, error: Json) -> None:
    """Back to the start, with the reason."""
    method = call.ledger.get("payment_method", intent["payment_method"])
    docs = f"https://docs.stripe.com/error-codes/{error['code'].replace('_', '-')}"
    intent["last_payment_error"] = {"type": "invalid_request_error", "doc_url": docs} | error
    intent["last_payment_error"]["payment_method"] = method
    intent |= {"status": "requires_payment_method", "payment_method": None}
    emit(call, "payment_intent.payment_failed", intent)
    _tell_followers(call, intent)


def _challenge(call: Call, intent: Json, return_url: str | None) -> Json:
    """Where the customer's bank waits for them."""
    if return_url is None:
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    page = f"{call.world.url}/3d-secure/{intent['id']}"
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": page}}


def _tell_followers(call: Call, intent: Json) -> None:
    for follow in FOLLOWERS:
        follow(call, intent)
