"""The customer's bank asks whether it is really them: 3-D Secure with two buttons."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from tests.stripe_simulator.currencies import shown
from tests.stripe_simulator.objects import paying
from tests.stripe_simulator.problems import Json
from tests.stripe_simulator.world import Call, World

# What Stripe says of a payment when it sends the customer back.
REDIRECT_STATUS = {"succeeded": "succeeded", "processing": "pending"}


def secure(world: World) -> Blueprint:
    """The bank's page."""
    door = Blueprint("secure", __name__)

    @door.get("/3d-secure/<wanted>")
    def show(wanted: str) -> Response | tuple[str, int]:
        with world.lock:
            _, intent = world.search("payment_intent", wanted) or abort(404)
            if intent["status"] != "requires_action":
                return render_template("secure.html", intent=None), 410
            return render_template(
                "secure.html", intent=intent, total=shown(intent["amount"], intent["currency"])
            ), 200

    @door.post("/3d-secure/<wanted>")
    def answer(wanted: str) -> Response | tuple[str, int]:
        with world.lock:
            ledger, intent = world.search("payment_intent", wanted) or abort(404)
            action = intent["next_action"]
            if intent["status"] != "requires_action" or "redirect_to_url" not in action:
                return render_template("secure.html", intent=None), 410
            paying.authenticate(Call(world, ledger), intent, request.form.get("outcome") == "complete")
            if "inside" in request.args:
                return render_template("answered.html"), 200
            return redirect(way_back(action["redirect_to_url"]["return_url"], intent), 303)

    return door


def way_back(return_url: str, intent: Json) -> str:
    """The page of the shop, with what Stripe adds to its address."""
    parts = urlsplit(return_url)
    added = {
        "payment_intent": intent["id"],
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": REDIRECT_STATUS.get(intent["status"], "failed"),
    }
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added.items()])
    return urlunsplit(parts._replace(query=query))
