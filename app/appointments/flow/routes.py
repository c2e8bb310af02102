"""Choosing, holding and confirming. Registered for the storefront now, for the widget later.

No session and no cookie: a signed flow token stands in the form, a signed hold token in the address.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request, url_for

from app.appointments import confirming, holding
from app.appointments.finding import find_held, hold_token, receipt_token
from app.appointments.flow.forms.contact import ContactForm
from app.appointments.flow.forms.wish import WishForm
from app.appointments.limiting import HoldLimits
from app.appointments.models import Booking
from app.appointments.offering import offer
from app.appointments.refusals import HoldGone, ServiceGone
from app.appointments.unfinished import unfinished
from app.businesses.guards import find_shown_business
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter, network_address

bp = Blueprint("flow", __name__)


@bp.url_value_preprocessor
def load_business(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address, for every page of the flow."""
    g.business = find_shown_business((values or {}).pop("slug")) or abort(404)


@bp.url_defaults
def same_business(_endpoint: str, values: dict[str, Any]) -> None:
    """Links inside the flow stay with the business."""
    if "business" in g:
        values.setdefault("slug", g.business.slug)


@bp.get("/book")
def new() -> Response:
    """Services, people, days and times."""
    return _choosing(WishForm(g.business))


@bp.get("/book/slots")
def slots() -> Response:
    """The strip of days and the times of one of them."""
    form = WishForm(g.business)
    if not form.chosen_service and hx.wants_partial():
        raise ServiceGone
    return _choosing(form, partial="appointments/flow/_slots.html")


@bp.get("/book/holds")
def holds() -> Response:
    """Where the address bar stays after a refusal: whoever asks for it again may choose again."""
    return hx.go_to(url_for(".new"))


@bp.post("/book/holds")
@limiter.limit("30 per minute")
@retrying
def create_hold() -> Response:
    """Keep the chosen time while the customer types their name."""
    form = WishForm(g.business)
    if not form.validate():
        return _choosing(form, 422)
    try:
        booking = holding.hold(g.business, form.wish, _visitor(form), by=VISITOR, now=clock.now())
    except DomainError as refused:
        undo(showing_rows=True)
        return _choosing(form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".details", hold=hold_token(booking), flow=form.flow_token))


@bp.get("/book/<hold>")
def details(hold: str) -> Response:
    """Who books: name, contact, and the time that is kept meanwhile."""
    return _details(ContactForm(g.business, _load_held(hold)))


@bp.post("/book/<hold>")
@limiter.limit("30 per minute")
@retrying
def confirm(hold: str) -> Response:
    """Book what is held."""
    booking = _load_held(hold)
    form = ContactForm(g.business, booking)
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
            limits=_limits(),
        )
    except DomainError as refused:
        db.session.rollback()
        return _details(form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for("bookings.show", token=receipt_token(booking)))


def _choosing(form: WishForm, status: int = 200, partial: str = "appointments/flow/_flow.html") -> Response:
    choice, now = form.choice(), clock.now()
    found = offer(g.business, choice, now, holding.held_by(g.business.id, _visitor(form), now))
    status = 422 if form.problem and status == 200 else status
    page = hx.render("appointments/flow/flow.html", partial, status, form=form, choice=choice, offer=found)
    page.headers.update(form.headers)
    return page


def _details(form: ContactForm, status: int = 200) -> Response:
    if form.booking.customer_id:
        return hx.go_to(url_for("bookings.show", token=receipt_token(form.booking)))
    shown = unfinished(g.business, form.booking, clock.now(), is_gone=form.needs_another_time)
    page = render_template("appointments/flow/details.html", form=form, shown=shown)
    return make_response(page, status, form.headers)


def _load_held(token: str) -> Booking:
    ours, booking = find_held(g.business.id, token)
    if not ours:
        abort(404)
    if booking is None:
        raise HoldGone
    return booking


def _visitor(form: WishForm) -> holding.Visitor:
    return holding.Visitor(form.flow_id or "", network_address(), _limits())


def _limits() -> HoldLimits:
    names = "FLOW", "ADDRESS", "ADDRESS_AND_BUSINESS", "CONTACT"
    return HoldLimits(*(current_app.config[f"HOLDS_PER_{name}"] for name in names))


def _host() -> str:
    return urlsplit(current_app.config["PUBLIC_BASE_URL"]).hostname or request.host
