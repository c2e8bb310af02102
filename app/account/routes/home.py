"""What belongs to a person, whatever they work in and wherever they book."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user

from app.account.orders import orders_of
from app.account.reviewing import links_to_reviews
from app.account.visits import visits_ahead, visits_before
from app.appointments.statuses import CUSTOMERS_WORDS
from app.auth.accounts import load_user
from app.auth.guards import signed_in_only
from app.businesses.joining import memberships_of
from app.core import clock
from app.customers.favouring import favourites_of
from app.orders.words import STATUSES

bp = Blueprint("account", __name__, url_prefix="/account")
bp.before_request(signed_in_only)


@bp.get("/")
def index() -> Response:
    """Where somebody works, what they have booked and ordered, and the businesses they want to find again."""
    user, now = load_user(current_user.id), clock.now()
    before, orders = visits_before(user.id, now, _number("page")), orders_of(user.id, _number("orders"))
    page = render_template(
        "account/index.html",
        user=user,
        memberships=memberships_of(user.id),
        ahead=visits_ahead(user.id, now),
        before=before,
        orders=orders,
        reviews=links_to_reviews(before.rows, orders.rows, now),
        favourites=favourites_of(user.id),
        words=CUSTOMERS_WORDS,
        order_words=STATUSES,
    )
    return make_response(page)


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
