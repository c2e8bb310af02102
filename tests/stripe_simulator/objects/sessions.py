"""Checkout sessions: a page at Stripe where something is paid. The page itself is in doors/checkout.py."""

from tests.stripe_simulator.currencies import check_amount, known
from tests.stripe_simulator.events import emit
from tests.stripe_simulator.objects import intents, methods, paying
from tests.stripe_simulator.objects.texts import check_texts, merged
from tests.stripe_simulator.problems import Json, Problem
from tests.stripe_simulator.world import Call, new_id

PRICE = "line_items.price_data"
PRODUCT = f"{PRICE}.product_data"
CREATE = {
    *("mode", "ui_mode", "success_url", "cancel_url", "client_reference_id", "customer_email", "expires_at"),
    *(
        "locale",
        "metadata",
        "allowed_payment_method_types",
        "submit_type",
        "expand",
        "line_items",
        "line_items.quantity",
    ),
    *(
        PRICE,
        f"{PRICE}.currency",
        f"{PRICE}.unit_amount",
        PRODUCT,
        f"{PRODUCT}.name",
        f"{PRODUCT}.description",
    ),
    *("payment_intent_data", "payment_intent_data.metadata"),
    *(f"payment_intent_data.{it}" for it in intents.NOTES),
}
LIST = {"payment_intent", "status"}
SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60  # seconds until a session expires
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"


def create(call: Call) -> Json:
    """A page to pay, open for a day unless `expires_at` says less."""
    wish = call.params
    _check(call)
    lines = [_line(it, place) for place, it in enumerate(wish.get("line_items", []))]
    if not lines:
        raise Problem("Missing required param: line_items.", code="parameter_missing", param="line_items")
    currency = lines[0]["currency"]
    if any(it["currency"] != currency for it in lines):
        raise Problem("All line items must have the same currency.", param="line_items")
    total = sum(it["amount_total"] for it in lines)
    check_amount(total, currency, "line_items")
    of_intent = wish.get("payment_intent_data", {})
    merged({}, of_intent.get("metadata"))
    session = call.ledger.add(_new(call, currency, total))
    call.ledger.lines[session["id"]] = lines
    call.ledger.wishes[session["id"]] = of_intent
    return session


def expire(call: Call, wanted: str) -> Json:
    """Nobody can pay on it any more."""
    session = call.ledger.get("checkout.session", wanted)
    if session["status"] != "open":
        raise Problem(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"`{session['status']}`."
        )
    close(call, session)
    return session


def close(call: Call, session: Json) -> None:
    """Expire an open one, and cancel what was begun on it."""
    session |= {"status": "expired", "url": None}
    if session["payment_intent"]:
        intents.end(call, call.ledger.get("payment_intent", session["payment_intent"]), None)
    emit(call, "checkout.session.expired", session)


def pay(call: Call, session: Json) -> Json:
    """The customer sends the page, with `params` as for a payment method. Problem (402) if the card is declined."""
    if session["status"] != "open":
        raise Problem(f"This Checkout Session is {session['status']}.")
    method = methods.create(call)
    if session["payment_intent"] is None:
        intent = call.ledger.add(intents.blank(call, session["amount_total"], session["currency"]))
        wish = call.ledger.wishes[session["id"]]
        intent |= {name: wish[name] for name in intents.NOTES if name in wish}
        intent["metadata"] = merged({}, wish.get("metadata"))
        session["payment_intent"] = intent["id"]
        emit(call, "payment_intent.created", intent)
    intent = call.ledger.get("payment_intent", session["payment_intent"])
    billing = method["billing_details"]
    session["customer_details"] = {
        "address": billing["address"],
        "email": session["customer_email"] or billing["email"],
        "name": billing["name"],
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    back = f"{call.world.url}/checkout/{session['id']}/return"
    paying.attempt(call, intent, method["id"], return_url=back)
    return intent


def follow(call: Call, intent: Json) -> None:
    """What becomes of a session when its payment has ended, or has begun to be processed."""
    session = next(
        (it for it in call.ledger.all("checkout.session") if it["payment_intent"] == intent["id"]), None
    )
    if session is None:
        return
    if session["status"] == "open" and intent["status"] in ("succeeded", "processing"):
        paid = "paid" if intent["status"] == "succeeded" else "unpaid"
        session |= {"status": "complete", "payment_status": paid, "url": None}
        emit(call, "checkout.session.completed", session)
    elif session["status"] == "complete" and intent["status"] == "succeeded":
        session["payment_status"] = "paid"
        emit(call, "checkout.session.async_payment_succeeded", session)
    elif session["status"] == "complete":
        emit(call, "checkout.session.async_payment_failed", session)


paying.FOLLOWERS.append(follow)


def success_url(session: Json) -> str:
    """With the id of the session where its maker asked for it."""
    return str(session["success_url"]).replace(PLACEHOLDER, session["id"])


def cancel_url(session: Json) -> str | None:
    return session["cancel_url"] and session["cancel_url"].replace(PLACEHOLDER, session["id"])


def chosen(call: Call) -> list[Json]:
    """For a list: all, or those of a status or payment intent."""
    wanted = {name: call.params[name] for name in LIST & set(call.params)}
    return [
        it
        for it in call.ledger.all("checkout.session")
        if all(it[name] == value for name, value in wanted.items())
    ]


def _check(call: Call) -> None:
    wish = call.params
    for name, only in (("mode", "payment"), ("ui_mode", "hosted_page")):
        if wish.get(name, only) != only:
            raise Problem(
                f"The simulator does not simulate {name}={wish[name]}.", code="not_simulated", param=name
            )
    for name in ("mode", "success_url"):
        if name not in wish:
            raise Problem(f"Missing required param: {name}.", code="parameter_missing", param=name)
    intents.allow_cards(wish)
    check_texts(wish)
    check_texts(wish.get("payment_intent_data", {}))
    expires_in = wish.get("expires_at", call.now + LONGEST) - call.now
    if expires_in < SHORTEST:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise Problem(message, param="expires_at")
    if expires_in > LONGEST:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise Problem(message, param="expires_at")


def _line(wish: Json, place: int) -> Json:
    """One thing that is sold. Only prices made on the spot are simulated."""
    at = f"line_items[{place}]"
    price, quantity = wish.get("price_data"), wish.get("quantity", 0)
    if price is None or "product_data" not in price:
        raise Problem(
            f"Missing required param: {at}[price_data][product_data].", code="parameter_missing", param=at
        )
    if "unit_amount" not in price:
        raise Problem(
            f"Missing required param: {at}[price_data][unit_amount].", code="parameter_missing", param=at
        )
    if quantity < 1 or price["unit_amount"] < 0:
        message = (
            "This value must be greater than or equal to 1."
            if quantity < 1
            else "Invalid non-negative integer"
        )
        raise Problem(message, code="parameter_invalid_integer", param=at)
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": known(price["currency"]),
        "description": price["product_data"]["name"],
        "quantity": quantity,
    }


def _new(call: Call, currency: str, total: int) -> Json:
    wish = call.params
    wanted = new_id("cs_live_a1" if call.ledger.livemode else "cs_test_a1")
    return {
        "id": wanted,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": wish.get("cancel_url"),
        "client_reference_id": wish.get("client_reference_id"),
        "client_secret": None,
        "created": call.now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None},
        "customer": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": wish.get("customer_email"),
        "expires_at": wish.get("expires_at", call.now + LONGEST),
        "invoice": None,
        "livemode": call.ledger.livemode,
        "locale": wish.get("locale"),
        "metadata": merged({}, wish.get("metadata")),
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "redirect_on_completion": "always",
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": wish.get("submit_type"),
        "subscription": None,
        "success_url": wish["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{call.world.url}/checkout/{wanted}",
    }
