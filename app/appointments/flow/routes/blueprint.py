"""What all pages of the flow share: whose they are, and how much one visitor may hold."""

from typing import Any

from flask import Blueprint, abort, current_app, g, make_response, render_template, request

from app.appointments.flow.forms.wish import FLOW_HOURS
from app.appointments.forms.money_words import NOTHING_MORE, More
from app.appointments.limiting import HoldLimits
from app.businesses.finding import find_business
from app.businesses.guards import find_shown_business
from app.core import signing
from app.orders.basket import read_basket, write_basket
from app.orders.checking_out import WithVisit

bp = Blueprint("flow", __name__)


@bp.url_value_preprocessor
def load_business(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address, for every page of the flow, and what is ordered with what is booked there."""
    slug = (values or {}).pop("slug")
    business = g.get("business") or find_shown_business(slug)
    if business is None:
        refuse_forms_of(slug)
        abort(404)
    g.business = business
    g.basket = read_basket(business.id, request.values.get("basket"))


@bp.url_defaults
def same_business(_endpoint: str, values: dict[str, Any]) -> None:
    """Links inside the flow stay with the business, and keep the basket."""
    if "business" in g:
        values.setdefault("slug", g.business.slug)
    if "basket" in g:
        values.setdefault("basket", basket_token())


def basket_token() -> str | None:
    """What is ordered with the visit, as an address has it; None for nothing."""
    return write_basket(g.business.id, g.basket) or None


def lead_on(ordered: WithVisit | None) -> More:
    """What is paid for the basket. The page says what is not to be had any more, and leads on without it."""
    if ordered is None:
        return NOTHING_MORE
    g.basket = ordered.kept
    return More(ordered.first, ordered.total)


def refuse_forms_of(slug: str) -> None:
    """Say to a form that began here why it leads nowhere: of a preview, or of a business that has paused since.

    To anybody else there is no such business.
    """
    business = find_business(slug) if request.method == "POST" else None
    flow = signing.read("flow", request.values.get("flow", ""), max_age_hours=FLOW_HOURS)
    if business and business.status == "draft" and flow and flow[0] == business.id:
        abort(make_response(render_template("appointments/flow/paused.html", business=business), 409))


def hold_limits() -> HoldLimits:
    """How much one visitor may hold, as the settings say."""
    names = "FLOW", "ADDRESS", "ADDRESS_AND_BUSINESS", "CONTACT"
    return HoldLimits(*(current_app.config[f"HOLDS_PER_{name}"] for name in names))
