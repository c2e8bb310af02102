"""Disputes: a customer asks the bank for the money. On demand, and at once with one of the test cards."""

from tests.stripe_simulator.events import emit
from tests.stripe_simulator.problems import Json, Problem
from tests.stripe_simulator.world import Call, new_id

LIST = {"charge", "payment_intent"}


def open_dispute(call: Call, charge: Json, amount: int | None = None, reason: str = "fraudulent") -> Json:
    """The money is taken back until somebody decides; `amount` in minor units, else all of the charge."""
    if not charge["paid"] or charge["disputed"]:
        raise Problem(f"Charge {charge['id']} cannot be disputed.", code="charge_disputed")
    charge["disputed"] = True
    dispute = call.ledger.add(
        {
            "id": new_id("du"),
            "object": "dispute",
            "amount": amount or charge["amount"],
            "balance_transactions": [],
            "charge": charge["id"],
            "created": call.now,
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {"enhanced_evidence": {}},
            "evidence_details": {
                "due_by": call.now + 7 * 86400,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
                "submission_method": None,
            },
            "is_charge_refundable": False,
            "livemode": call.ledger.livemode,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "reason": reason,
            "status": "needs_response",
        }
    )
    emit(call, "charge.dispute.created", dispute)
    return dispute


def close(call: Call, dispute: Json, won: bool) -> None:
    """The bank has decided."""
    dispute["status"] = "won" if won else "lost"
    emit(call, "charge.dispute.closed", dispute)


def chosen(call: Call) -> list[Json]:
    """For a list: all, or those of one charge or payment intent."""
    wanted = {name: call.params[name] for name in LIST & set(call.params)}
    return [
        it for it in call.ledger.all("dispute") if all(it[name] == value for name, value in wanted.items())
    ]
