"""Who books what is held."""

from flask import Response, abort, current_app, g, make_response, render_template, request, url_for

from app.appointments import confirming
from app.appointments.finding import find_held, receipt_token
from app.appointments.flow.forms.contact import ContactForm
from app.appointments.flow.routes.blueprint import basket_token, bp, hold_limits, lead_on
from app.appointments.flow.routes.calling import call_us
from app.appointments.forms.money_words import before_booking
from app.appointments.limiting import address_key
from app.appointments.models import Booking
from app.appointments.refusals import HoldGone
from app.appointments.unfinished import unfinished
from app.auth.guards import known_visitor
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.core.framing import beside, is_framed, visitor
from app.core.limits import limiter, network_address
from app.core.mail import home_host
from app.core.tries import TooManyTries, tries
from app.customers.linking import last_phone
from app.orders.checking_out import look_at_with_visit

_CODES = "10/minute; 60/hour"


@bp.get("/book/<hold>")
def details(hold: str) -> Response:
    """Who books: name, contact, and the time that is kept meanwhile."""
    return details_page(contact_form(load_held(hold)))


@bp.post("/book/<hold>")
@limiter.limit("30 per minute")
@retrying
def confirm(hold: str) -> Response:
    """Book what is held."""
    booking = load_held(hold)
    form = contact_form(booking)
    if booking.customer_id:
        return _booked(form)
    if not (may_try(form) and form.validate()):
        return details_page(form, form.refusal.status if form.refusal else 422)
    try:
        confirming.confirm(
            g.business,
            booking,
            form.contact,
            start=form.start.data,
            by=visitor(),
            now=clock.now(),
            host=home_host(),
            limits=hold_limits(),
            answers=form.answers_by_service,
            code=form.typed_code,
            address_key=address_key(network_address()),
            companion=form.companion,
        )
    except DomainError as refused:
        db.session.rollback()
        return call_us(booking, refused) or _refused(form, refused)
    db.session.commit()
    return _booked(form)


def may_try(form: ContactForm) -> bool:
    """Whether this address may try the code it sent, if it sent one; guessing them is slow."""
    if not form.code.data:
        return True
    try:
        tries.count(_CODES, "code", str(g.business.id), network_address())
    except TooManyTries as refused:
        form.refuse(refused)
        return False
    return True


def details_page(
    form: ContactForm, status: int = 200, partial: str = "appointments/flow/details.html"
) -> Response:
    """Who books what, and what it costs; what was booked, once it is."""
    if form.booking.customer_id:
        return _booked(form)
    gone, code = form.needs_another_time, form.code_to_judge
    shown = unfinished(g.business, form.booking, clock.now(), is_gone=gone, code=code)
    if shown.refused:
        form.refuse(shown.refused)
        status = 422 if status == 200 else status
    more = lead_on(form.ordered)
    money = before_booking(g.business, shown.bookings, clock.now(), shown.taken_off, more)
    page = hx.render(
        "appointments/flow/details.html",
        partial,
        status,
        form=form,
        shown=shown,
        money=money,
        basket=basket_token(),
    )
    page.headers.update(form.headers)
    return page


def _refused(form: ContactForm, refusal: DomainError) -> Response:
    """With what is in the basket as it is now."""
    form.order(g.basket, look_at_with_visit(g.business, g.basket))
    return details_page(form.refuse(refusal), refusal.status)


def _booked(form: ContactForm) -> Response:
    """What was booked, for whoever typed the contact it is booked with: others may know where it was held.

    Somebody may have made the hold, and have given its address to whoever booked it.
    """
    if not form.is_of_booker:
        status = 422 if request.method == "POST" else 200
        return make_response(render_template("appointments/flow/booked.html", form=form), status)
    page, done = ("new_payment", None) if form.booking.status == "pending_payment" else ("show", "booked")
    return hx.go_to(
        url_for(
            beside(f"bookings.{page}"), token=receipt_token(form.booking), done=done if is_framed() else None
        )
    )


def contact_form(booking: Booking) -> ContactForm:
    """What was typed, and what is ordered with it."""
    form = ContactForm(g.business, booking, current_app.config["MINIMUM_FILL_SECONDS"], _known())
    form.order(g.basket, look_at_with_visit(g.business, g.basket))
    return form


def _known() -> dict[str, str | None] | None:
    """What somebody who is signed in need not type."""
    visitor = known_visitor() if request.method == "GET" else None
    return visitor and {"name": visitor.name, "email": visitor.email, "phone": last_phone(visitor.id)}


def load_held(token: str) -> Booking:
    """The booking that is held; 404 for what is no such address, HoldGone where it was forgotten."""
    ours, booking = find_held(g.business.id, token)
    if not ours:
        abort(404)
    if booking is None:
        raise HoldGone
    return booking
