"""Stripe.js, and the frame in which the card is typed."""

from flask import Blueprint, Response, current_app, render_template

from tests.stripe_simulator.world import World


def elements(_world: World) -> Blueprint:
    """What a shop's page loads from Stripe."""
    door = Blueprint("elements", __name__)

    @door.get("/v3")
    @door.get("/v3/")
    def script() -> Response:
        return current_app.send_static_file("stripe.js")

    @door.get("/v3/payment-element")
    def frame() -> str:
        return render_template("element.html")

    return door
