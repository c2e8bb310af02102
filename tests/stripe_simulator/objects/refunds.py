"""Refunds: never more than was charged."""

from tests.stripe_simulator.currencies import check_parts, shown
from tests.stripe_simulator.events import emit
from tests.stripe_simulator.objects import charges
from tests.stripe_simulator.objects.methods import card_of
from tests.stripe_simulator.objects.texts import merged
from tests.stripe_simulator.problems import Json, Problem
from tests.stripe_simulator.world import Call, new_id

CREATE = {"payment_intent", "charge", "amount", "reason", "metadata", "expand"}
UPDATE = {"metadata", "expand"}
LIST = {"payment_intent", "charge"}
FAILURES = {"declined", "expired_or_canceled_card", "insufficient_funds", "lost_or_stolen_card", "unknown"}


def create(call: Call) -> Json:
    """Give back `amount` in minor units, else all that is left."""
    charge = _charge(call)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise Problem(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if not charge["paid"]:
        raise Problem(f"Charge {charge['id']} has not been paid, and cannot be refunded.", param="charge")
    if charge["refunded"]:
        raise Problem(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = call.params.get("amount", left)
    _check(amount, left, charge)
    fate = _fate(call, charge)
    status = "succeeded" if fate == "bounced" else fate
    refund = call.ledger.add(_new(call, charge, amount, status))
    call.ledger.fates[refund["id"]] = fate
    emit(call, "refund.created", refund)
    if status != "failed":
        charges.give_back(call, charge, amount)
    else:
        _tell(call, refund, "refund.failed")
    return refund


def update(call: Call, wanted: str) -> Json:
    """Its notes."""
    refund = call.ledger.get("refund", wanted)
    refund["metadata"] = merged(refund["metadata"], call.params.get("metadata"))
    _tell(call, refund, "refund.updated")
    return refund


def succeed(call: Call, refund: Json) -> None:
    """A pending one arrives."""
    if refund["status"] != "pending":
        raise Problem(f"Refund {refund['id']} is {refund['status']}, not pending.")
    refund |= {"status": "succeeded", "pending_reason": None}
    _tell(call, refund, "refund.updated")


def fail(call: Call, refund: Json, reason: str = "expired_or_canceled_card") -> None:
    """The bank sends the money back: also days after it had succeeded. The charge has it again."""
    if refund["status"] not in ("pending", "succeeded"):
        raise Problem(f"Refund {refund['id']} has a status of {refund['status']} and cannot fail.")
    if reason not in FAILURES:
        raise Problem(f"There is no failure {reason}.")
    refund |= _failure(reason)
    charges.give_back(call, call.ledger.get("charge", refund["charge"]), -refund["amount"])
    _tell(call, refund, "refund.failed")


def chosen(call: Call) -> list[Json]:
    """For a list: all, or those of one charge or payment intent."""
    wanted = {name: call.params[name] for name in LIST & set(call.params)}
    return [
        it for it in call.ledger.all("refund") if all(it[name] == value for name, value in wanted.items())
    ]


def _charge(call: Call) -> Json:
    """The charge that is meant, by its id or by its payment intent."""
    by_charge, by_intent = call.params.get("charge"), call.params.get("payment_intent")
    if by_charge is None and by_intent is None:
        raise Problem(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    if by_charge is not None:
        charge = call.ledger.get("charge", by_charge, "charge")
        if by_intent not in (None, charge["payment_intent"]):
            raise Problem("The charge does not belong to this PaymentIntent.", param="payment_intent")
        return charge
    intent = call.ledger.get("payment_intent", by_intent or "", "payment_intent")
    if intent["status"] != "succeeded":
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise Problem(message, param="payment_intent")
    return call.ledger.get("charge", intent["latest_charge"])


def _check(amount: int, left: int, charge: Json) -> None:
    if amount < 1:
        message = "This value must be greater than or equal to 1."
        raise Problem(message, code="parameter_invalid_integer", param="amount")
    if amount > left:
        sums = [shown(it, charge["currency"]) for it in (amount, left)]
        raise Problem(
            f"Refund amount ({sums[0]}) is greater than unrefunded amount on charge ({sums[1]})",
            code="amount_too_large",
            param="amount",
        )
    check_parts(amount, charge["currency"])


def _fate(call: Call, charge: Json) -> str:
    """As was ordered for all refunds, else by the card. One that is bounced succeeds first."""
    ordered = call.world.modes.refunds
    return card_of(call.ledger, charge["payment_method"]).refunds if ordered == "card" else ordered


def _new(call: Call, charge: Json, amount: int, status: str) -> Json:
    refund = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "customer": None,
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending"}},
        "failure_balance_transaction": None,
        "metadata": merged({}, call.params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": call.params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
    return refund | (_failure("unknown") if status == "failed" else {})


def _failure(reason: str) -> Json:
    return {
        "status": "failed",
        "pending_reason": None,
        "failure_reason": reason,
        "failure_balance_transaction": new_id("txn"),
    }


def _tell(call: Call, refund: Json, kind: str) -> None:
    """Stripe tells it twice, under a new name and under the old one."""
    emit(call, kind, refund)
    emit(call, "charge.refund.updated", refund)
