"""Messages somebody does not want any more: the page their link leads to, and the one click of a mail program."""

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from app.businesses.finding import load_business
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.models import Customer
from app.customers.unwanted import is_unwanted, read_wishes, set_wanted

bp = Blueprint("messages", __name__)


@bp.get("/messages/<token>")
def show(token: str) -> Response:
    """What they get now, and a button that changes it. Looking changes nothing."""
    customer, topic, channel = _load(token)
    page = render_template(
        "appointments/wishes.html",
        business=g.business,
        topic=topic,
        channel=channel,
        wanted=f"{topic}:{channel}" not in customer.unwanted,
        nowhere=is_unwanted(customer.business_id, customer.id, topic, channel),
        token=token,
    )
    return make_response(page)


@bp.post("/messages/<token>")
def update(token: str) -> Response:
    """No more of these, or again. A mail program sends List-Unsubscribe=One-Click (RFC 8058) and follows nowhere."""
    customer, topic, channel = _load(token)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    wish = "off" if one_click else request.form.get("wish")
    if wish not in ("on", "off"):
        abort(400)
    set_wanted(customer, topic, channel, wish == "on", by=VISITOR, now=clock.now())
    db.session.commit()
    return make_response("", 204) if one_click else hx.go_to(url_for(".show", token=token))


def _load(token: str) -> tuple[Customer, str, str]:
    found = read_wishes(token) or abort(404)
    g.business = load_business(found[0].business_id)
    return found
