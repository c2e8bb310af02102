"""Who books what is held."""

from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, make_response, render_template, request, url_for

from app.appointments import confirming
from app.appointments.finding import find_held, receipt_token
from app.appointments.flow.forms.contact import ContactForm
from app.appointments.flow.routes.blueprint import bp, hold_limits
from app.appointments.models import Booking
from app.appointments.refusals import HoldGone
from app.appointments.unfinished import unfinished
from app.auth.guards import known_visitor
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.core.limits import limiter
from app.customers.linking import last_phone


@bp.get("/book/<hold>")
def details(hold: str) -> Response:
    """Who books: name, contact, and the time that is kept meanwhile."""
    return _details(_contact_form(_load_held(hold)))


@bp.post("/book/<hold>")
@limiter.limit("30 per minute")
@retrying
def confirm(hold: str) -> Response:
    """Book what is held."""
    booking = _load_held(hold)
    form = _contact_form(booking)
    if not form.validate():
        return _details(form, 422)
    try:
        confirming.confirm(
            g.business,
            booking,
            form.contact,
            start=form.start.data,
            by=VISITOR,
            now=clock.now(),
            host=_host(),
            limits=hold_limits(),
            answers=form.answers,
        )
    except DomainError as refused:
        db.session.rollback()
        return _details(form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for("bookings.show", token=receipt_token(booking)))


def _details(form: ContactForm, status: int = 200) -> Response:
    if form.booking.customer_id:
        return hx.go_to(url_for("bookings.show", token=receipt_token(form.booking)))
    shown = unfinished(g.business, form.booking, clock.now(), is_gone=form.needs_another_time)
    page = render_template("appointments/flow/details.html", form=form, shown=shown)
    return make_response(page, status, form.headers)


def _contact_form(booking: Booking) -> ContactForm:
    return ContactForm(g.business, booking, current_app.config["MINIMUM_FILL_SECONDS"], _known())


def _known() -> dict[str, str | None] | None:
    """What somebody who is signed in need not type."""
    visitor = known_visitor() if request.method == "GET" else None
    return visitor and {"name": visitor.name, "email": visitor.email, "phone": last_phone(visitor.id)}


def _load_held(token: str) -> Booking:
    ours, booking = find_held(g.business.id, token)
    if not ours:
        abort(404)
    if booking is None:
        raise HoldGone
    return booking


def _host() -> str:
    return urlsplit(current_app.config["PUBLIC_BASE_URL"]).hostname or request.host
