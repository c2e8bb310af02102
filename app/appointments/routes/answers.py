"""The answer to a reminder: a page asks, and only what is sent from it changes anything."""

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from app.appointments.allowing import allowance_of
from app.appointments.finding import find_visit
from app.appointments.models import Booking
from app.appointments.promising_to_come import expected, promise_to_come, say_not_coming
from app.appointments.receipt import receipt_of
from app.businesses.finding import load_business
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter
from app.core.mail import home_address

bp = Blueprint("answers", __name__)


@bp.get("/bookings/<token>/answer")
def show(token: str) -> Response:
    """What is ahead, and the two answers."""
    return _page(token, _load(token))


@bp.post("/bookings/<token>/answer")
@limiter.limit("30 per minute")
@retrying
def create(token: str) -> Response:
    """They will come; or they cannot, and cancel or learn whom to call."""
    bookings, answer, now = _load(token), request.form.get("answer"), clock.now()
    if answer == "not" and allowance_of(g.business, bookings, now).may_cancel:
        return hx.go_to(url_for("bookings.new_cancellation", token=token))
    act = {"coming": promise_to_come, "not": say_not_coming}.get(answer or "") or abort(400)
    try:
        act(g.business, bookings, by=VISITOR, now=now)
    except DomainError as refused:
        undo()
        return _page(token, bookings, refused.status, refusal=refused.message)
    db.session.commit()
    said = None if answer == "coming" else "not"
    return hx.go_to(url_for(".show", token=token, said=said))


def _load(token: str) -> list[Booking]:
    bookings = find_visit(token) or abort(404)
    g.business = load_business(bookings[0].business_id)
    return bookings


def _page(token: str, bookings: list[Booking], status: int = 200, **more: object) -> Response:
    ahead = expected(bookings, clock.now())
    page = render_template(
        "appointments/answer.html",
        business=g.business,
        receipt=receipt_of(ahead or bookings),
        ahead=ahead,
        coming=bool(ahead) and all(it.coming_at for it in ahead),
        can_cancel=allowance_of(g.business, bookings, clock.now()).may_cancel,
        said=request.args.get("said"),
        home=home_address(),
        token=token,
        **more,
    )
    return make_response(page, status)
