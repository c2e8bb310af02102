"""What became of a booking: one button each, in the panel of its appointment."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, flash, g
from flask_babel import gettext as _

from app.appointments.answering import accept, accept_unpaid
from app.appointments.finishing import arrive, complete, mark_no_show, take_back_arrival
from app.appointments.forms.coming_back import in_words
from app.appointments.routes.appointments import bp, follow, load_booking, refused, way_back
from app.appointments.undoing import undo_together
from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock
from app.core.db import db, retrying
from app.core.errors import DomainError


@bp.post("/bookings/<id:booking_id>/acceptance")
@retrying
def create_acceptance(booking_id: int) -> Response:
    """The request is confirmed, or waits for what is paid first."""
    return _change(booking_id, accept, _accepted)


@bp.post("/bookings/<id:booking_id>/acceptance/unpaid")
@needs_role("manager")
@retrying
def create_unpaid_acceptance(booking_id: int) -> Response:
    """What is paid first is confirmed without that."""
    return _change(booking_id, accept_unpaid, lambda _done: _("Booked. It is paid at the shop."))


@bp.post("/bookings/<id:booking_id>/arrival")
@retrying
def create_arrival(booking_id: int) -> Response:
    """The customer is here."""
    return _change(booking_id, arrive)


@bp.post("/bookings/<id:booking_id>/arrival/removal")
@retrying
def create_arrival_removal(booking_id: int) -> Response:
    """The customer is not here yet after all."""
    return _change(booking_id, take_back_arrival)


@bp.post("/bookings/<id:booking_id>/completion")
@retrying
def create_completion(booking_id: int) -> Response:
    """The customer was served."""
    return _change(booking_id, complete, lambda _done: _("Done."))


@bp.post("/bookings/<id:booking_id>/absence")
@retrying
def create_no_show(booking_id: int) -> Response:
    """The customer did not come."""
    return _change(booking_id, mark_no_show)


@bp.post("/bookings/<id:booking_id>/restoration")
@retrying
def create_undo(booking_id: int) -> Response:
    """What was given back is booked again, with what this member may open of all that was given back in the same go."""
    return _change(booking_id, partial(undo_together, member=g.membership), in_words)


def _accepted(waits_for_payment: bool) -> str:
    if waits_for_payment:
        return _("Accepted. It is booked as soon as it is paid; the customer was asked to.")
    return _("Accepted.")


def _change(booking_id: int, act: Callable[..., Any], said: Callable[[Any], str] | None = None) -> Response:
    """Do it; `said` has the words for what it came to, where the page does not say enough."""
    booking, appointment = load_booking(booking_id)
    try:
        done = act(g.business, booking, by=actor(), now=clock.now())
    except DomainError as refusal:
        return refused(refusal, appointment.id)
    db.session.commit()
    if said and not way_back():
        flash(said(done), "good")
    return follow(booking)
