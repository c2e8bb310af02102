"""Somebody who is booked would come earlier."""

from flask import Response, abort, g, make_response, render_template, url_for

from app.appointments.finding import find_visit
from app.appointments.models import Booking
from app.businesses.finding import load_business
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter
from app.waitlist import joining
from app.waitlist.finding import entry_token
from app.waitlist.forms.earlier import EarlierForm
from app.waitlist.routes.blueprint import bp


@bp.get("/bookings/<token>/earlier")
def new_earlier(token: str) -> Response:
    """On which days, at which times."""
    return _earlier(token, _form(_load(token)))


@bp.post("/bookings/<token>/earlier")
@limiter.limit("30 per minute")
@retrying
def create_earlier(token: str) -> Response:
    """Wait for an earlier time; what is free already is offered at once."""
    form = _form(_load(token))
    if not form.validate():
        return _earlier(token, form, 422)
    try:
        entry = joining.want_earlier(g.business, form.booking, form.wanted, by=VISITOR, now=clock.now())
    except DomainError as refused:
        undo()
        return _earlier(token, form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".show", token=entry_token(entry)))


def _load(token: str) -> Booking:
    """The one booking of the visit: a visit of several parts is not moved to a place that came free."""
    bookings = find_visit(token)
    g.business = load_business(bookings[0].business_id) if bookings else abort(404)
    return bookings[0] if len(bookings) == 1 else abort(404)


def _form(booking: Booking) -> EarlierForm:
    entry = joining.earlier_entry(booking.business_id, booking.id)
    return EarlierForm(g.business, booking, clock.now(), entry)


def _earlier(token: str, form: EarlierForm, status: int = 200) -> Response:
    page = render_template(
        "waitlist/earlier.html", form=form, business=g.business, token=token, booking=form.booking
    )
    return make_response(page, status, form.headers)
