"""A visit, by the link its customer has."""

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, url_for

from app.appointments.calendar_entry import google_link
from app.appointments.finding import find_visit
from app.appointments.receipt import Receipt, receipt_of
from app.appointments.statuses import CUSTOMERS_WORDS
from app.businesses.finding import load_business
from app.core import clock

bp = Blueprint("bookings", __name__)


@bp.get("/bookings/<token>")
def show(token: str) -> Response:
    """What was booked, where and when."""
    receipt = _load(token)
    page = render_template(
        "appointments/show.html",
        business=g.business,
        receipt=receipt,
        words=CUSTOMERS_WORDS,
        token=token,
        google=google_link(g.business, receipt, link=_link(token)),
    )
    return make_response(page)


@bp.get("/bookings/<token>/calendar.ics")
def show_calendar(token: str) -> Response:
    """The same for a calendar program."""
    # Megabytes in every web process, for a file that few ask for.
    from app.appointments.calendar_file import calendar_file

    receipt = _load(token)
    body = calendar_file(g.business, receipt, link=_link(token), now=clock.now())
    response = Response(body, content_type="text/calendar; charset=utf-8")
    name = f"{g.business.slug}-{receipt.first.local_start:%Y-%m-%d}.ics"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _load(token: str) -> Receipt:
    bookings = find_visit(token) or abort(404)
    g.business = load_business(bookings[0].business_id)
    return receipt_of(bookings)


def _link(token: str) -> str:
    """The whole address of the page, in nobody's language."""
    return str(current_app.config["PUBLIC_BASE_URL"]) + url_for(".show", token=token, lang=None)
