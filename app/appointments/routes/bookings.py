"""A visit, by the link its customer has."""

from flask import Blueprint, Response, abort, g, make_response, render_template

from app.appointments.finding import find_visit
from app.businesses.finding import load_business

bp = Blueprint("bookings", __name__)


@bp.get("/bookings/<token>")
def show(token: str) -> Response:
    """What was booked, where and when."""
    bookings = find_visit(token) or abort(404)
    g.business = load_business(bookings[0].business_id)
    return make_response(render_template("appointments/show.html", business=g.business, bookings=bookings))
