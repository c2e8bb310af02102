"""Payment intents: from the wish to be paid to the end of it. The card's part is in paying.py."""

from tests.stripe_simulator.currencies import check_amount, known
from tests.stripe_simulator.events import emit
from tests.stripe_simulator.objects import methods, paying
from tests.stripe_simulator.objects.texts import check_texts, merged
from tests.stripe_simulator.problems import Json, Problem, missing, unexpected_state
from tests.stripe_simulator.world import Call, new_id

# With cards only the suffix can be chosen, so `statement_descriptor` is not among them.
NOTES = ("description", "receipt_email", "statement_descriptor_suffix")
WISH = {
    *("amount", "currency", "expand", "metadata", "payment_method", "payment_method_types", *NOTES),
    "allowed_payment_method_types",
    *("payment_method_data", *(f"payment_method_data.{it}" for it in methods.CREATE)),
}
AUTOMATIC = {f"automatic_payment_methods{it}" for it in ("", ".enabled", ".allow_redirects")}
CREATE = (
    WISH | AUTOMATIC | {"capture_method", "confirmation_method", "confirm", "return_url", "use_stripe_sdk"}
)
UPDATE = WISH - {"allowed_payment_method_types"}
CONFIRM = {it for it in WISH if it.startswith("payment_method")} | {
    *("expand", "receipt_email", "return_url", "use_stripe_sdk", "client_secret"),
}
CANCEL = {"cancellation_reason", "expand"}
ENDED = {"canceled": "been canceled", "processing": "been confirmed"}
BEFORE_THE_END = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(call: Call) -> Json:
    """What shall be paid; with `confirm` it is paid at once."""
    wish = call.params
    currency = known(wish["currency"])
    check_amount(wish["amount"], currency)
    check_texts(wish)
    for name, only in (
        ("capture_method", ("automatic", "automatic_async")),
        ("confirmation_method", ("automatic",)),
    ):
        if wish.get(name, only[0]) not in only:
            raise Problem(
                f"The simulator does not simulate {name}={wish[name]}.", code="not_simulated", param=name
            )
    intent = blank(call, wish["amount"], currency) | _ways(wish)
    intent |= {name: wish[name] for name in NOTES if name in wish}
    intent["metadata"] = merged({}, wish.get("metadata"))
    _choose_method(call, intent)
    if wish.get("confirm"):
        _check_confirmation(call, intent)
    call.ledger.add(intent)
    emit(call, "payment_intent.created", intent)
    if wish.get("confirm"):
        paying.attempt(call, intent, intent["payment_method"], wish.get("return_url"))
    return intent


def update(call: Call, wanted: str) -> Json:
    """Another amount only before anything is paid; notes always."""
    intent = call.ledger.get("payment_intent", wanted)
    wish = call.params
    _refuse_types(wish)
    if intent["status"] not in BEFORE_THE_END and {"amount", "currency", "payment_method"} & set(wish):
        raise unexpected_state(
            f"This PaymentIntent's amount could not be updated because it has a status of {intent['status']}. You may "
            f"only update a PaymentIntent with one of the following statuses: {', '.join(BEFORE_THE_END)}.",
            intent,
        )
    currency = known(wish["currency"]) if "currency" in wish else intent["currency"]
    amount = wish["amount"] if "amount" in wish else intent["amount"]
    check_amount(amount, currency)
    check_texts(wish)
    metadata = merged(intent["metadata"], wish.get("metadata"))
    _choose_method(call, intent)
    intent |= {"amount": amount, "currency": currency, "metadata": metadata}
    intent |= {name: wish[name] or None for name in NOTES if name in wish}
    return intent


def confirm(call: Call, wanted: str) -> Json:
    """Pay. With a publishable key the client secret is the permission."""
    intent = mine(call, wanted)
    _refuse_types(call.params)
    check_texts(call.params)
    if intent["status"] not in BEFORE_THE_END:
        ended = ENDED.get(intent["status"], "succeeded after being previously confirmed")
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has already {ended}.", intent
        )
    _choose_method(call, intent)
    if intent["status"] == "requires_action":
        return intent  # The customer's bank still waits for the same customer.
    _check_confirmation(call, intent)
    intent["receipt_email"] = call.params.get("receipt_email", intent["receipt_email"])
    paying.attempt(call, intent, intent["payment_method"], call.params.get("return_url"))
    return intent


def cancel(call: Call, wanted: str) -> Json:
    """Nothing will be paid any more. A payment that belongs to a checkout session ends with that session."""
    intent = call.ledger.get("payment_intent", wanted)
    if any(it["payment_intent"] == wanted for it in call.ledger.all("checkout.session")):
        raise Problem(
            "You cannot cancel a PaymentIntent that was created by a Checkout Session. Expire the session instead.",
            code="payment_intent_unexpected_state",
        )
    end(call, intent, call.params.get("cancellation_reason"))
    return intent


def end(call: Call, intent: Json, reason: str | None) -> None:
    """Cancel it, whoever wants that. Raises Problem if it is paid, on its way, or canceled."""
    if intent["status"] not in BEFORE_THE_END:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            f"with one of the following statuses may be canceled: {', '.join(BEFORE_THE_END)}.",
            intent,
        )
    intent |= {
        "status": "canceled",
        "canceled_at": call.now,
        "cancellation_reason": reason,
        "next_action": None,
    }
    emit(call, "payment_intent.canceled", intent)


def retrieve(call: Call, wanted: str) -> Json:
    return mine(call, wanted)


def mine(call: Call, wanted: str) -> Json:
    """Found by id; with a publishable key only by whoever knows its client secret."""
    intent = call.ledger.get("payment_intent", wanted)
    told = call.params.get("client_secret")
    if (call.publishable or told is not None) and told != intent["client_secret"]:
        raise missing("payment_intent", wanted, "intent")
    return intent


def blank(call: Call, amount: int, currency: str) -> Json:
    """A new one, of which nothing is paid."""
    wanted = new_id("pi")
    return {
        "id": wanted,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{wanted}_secret"),
        "confirmation_method": "automatic",
        "created": call.now,
        "currency": currency,
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": call.ledger.livemode,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_record": None,
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def _refuse_types(wish: Json) -> None:
    """Since the version endive they can no longer be set (docs.stripe.com/changelog/endive/2026-09-30)."""
    if "payment_method_types" in wish:
        raise Problem(
            "`payment_method_types` can no longer be specified. Use `allowed_payment_method_types`, "
            "`excluded_payment_method_types` or dynamic payment methods.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )


def _ways(wish: Json) -> Json:
    """How it may be paid: by whatever the account offers, or by the types that are allowed. All of that is cards."""
    _refuse_types(wish)
    automatic = {"enabled": True, "allow_redirects": "always"} | wish.get("automatic_payment_methods", {})
    if "allowed_payment_method_types" not in wish:
        return {"automatic_payment_methods": automatic} if automatic["enabled"] else {}
    if "automatic_payment_methods" in wish:
        raise Problem(
            "You may only specify one of these parameters: allowed_payment_method_types, automatic_payment_methods.",
            param="allowed_payment_method_types",
        )
    allow_cards(wish)
    return {}


def allow_cards(wish: Json) -> None:
    """Raises Problem unless cards are among the types that are allowed."""
    if "card" not in wish.get("allowed_payment_method_types", ["card"]):
        message = "The simulator only simulates cards."
        raise Problem(message, code="not_simulated", param="allowed_payment_method_types")


def _choose_method(call: Call, intent: Json) -> None:
    """A payment method by id or by what was typed, if there is one in the request."""
    if data := call.params.get("payment_method_data"):
        made = Call(call.world, call.ledger, data, call.request)
        chosen = methods.create(made)["id"]
    elif wanted := call.params.get("payment_method"):
        chosen = methods.resolve(call, wanted)["id"]
    else:
        return
    if intent["status"] in BEFORE_THE_END:
        intent |= {"payment_method": chosen, "status": "requires_confirmation", "next_action": None}


def _check_confirmation(call: Call, intent: Json) -> None:
    """Raises Problem if there is no card, or no way back from a bank that might ask."""
    if intent["payment_method"] is None:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method or ConfirmationToken.",
            intent,
        )
    automatic = intent["automatic_payment_methods"]
    may_redirect = automatic and automatic["allow_redirects"] == "always"
    if may_redirect and not (call.params.get("return_url") or call.params.get("use_stripe_sdk")):
        raise Problem(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and `automatic_payment_methods[allow_redirects]` to `never`.",
            param="return_url",
        )
