"""The hosted page of a checkout session: HTML and no JavaScript."""

import re
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from tests.stripe_simulator.currencies import shown
from tests.stripe_simulator.objects import sessions
from tests.stripe_simulator.problems import Json, Problem
from tests.stripe_simulator.world import Call, Ledger, World, new_id

EXPIRY = re.compile(r"\s*(\d{1,2})\s*/\s*(\d{2}|\d{4})\s*")


def checkout(world: World) -> Blueprint:
    """Where customers are sent to pay."""
    door = Blueprint("checkout", __name__)

    @door.get("/checkout/<wanted>")
    def show(wanted: str) -> Response | tuple[str, int]:
        with world.lock:
            ledger, session = _found(world, wanted)
            return _page(ledger, session)

    @door.post("/checkout/<wanted>")
    def pay(wanted: str) -> Response | tuple[str, int]:
        with world.lock:
            ledger, session = _found(world, wanted)
            try:
                intent = sessions.pay(Call(world, ledger, _typed(), new_id("req")), session)
            except Problem as problem:
                return _page(ledger, session, str(problem))
            if intent["status"] == "requires_action":
                return redirect(intent["next_action"]["redirect_to_url"]["url"], 303)
            return redirect(sessions.success_url(session), 303)

    @door.get("/checkout/<wanted>/return")
    def come_back(wanted: str) -> Response | tuple[str, int]:
        """From the 3-D Secure step."""
        with world.lock:
            ledger, session = _found(world, wanted)
            if session["status"] == "complete":
                return redirect(sessions.success_url(session), 303)
            intent = ledger.find("payment_intent", session["payment_intent"] or "") or {}
            error = intent.get("last_payment_error") or {}
            return _page(ledger, session, error.get("message"))

    return door


def _found(world: World, wanted: str) -> tuple[Ledger, Json]:
    return world.search("checkout.session", wanted) or abort(404)


def _page(ledger: Ledger, session: Json, error: str | None = None) -> tuple[str, int]:
    """The form, or why there is none any more (410)."""
    total = shown(session["amount_total"], session["currency"])
    words: dict[str, Any] = {
        "session": session,
        "total": total,
        "lines": [(it, shown(it["amount_total"], it["currency"])) for it in ledger.lines[session["id"]]],
        "cancel_url": sessions.cancel_url(session),
        "typed": request.form,
        "error": error,
    }
    status = 410 if session["status"] != "open" else 422 if error else 200
    return render_template("checkout.html", **words), status


def _typed() -> Json:
    """What was typed, as parameters of a payment method."""
    form = request.form
    expiry = EXPIRY.fullmatch(form.get("expiry", ""))
    month, year = (int(expiry[1]), int(expiry[2])) if expiry else (None, None)
    card = {
        "number": form.get("number", ""),
        "exp_month": month,
        "exp_year": year,
        "cvc": form.get("cvc", ""),
    }
    billing = {name: form[name] for name in ("email", "name") if form.get(name)}
    return {"type": "card", "card": card, "billing_details": billing}
