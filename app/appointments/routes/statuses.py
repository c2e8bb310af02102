"""What became of a booking: one button each, in the panel of its appointment."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, flash, g
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.appointments.answering import accept
from app.appointments.finishing import arrive, complete, mark_no_show, take_back_arrival
from app.appointments.routes.appointments import bp, follow, load_booking, refused, way_back
from app.appointments.undoing import undo_together
from app.auth.guards import actor
from app.core import clock
from app.core.db import db, retrying
from app.core.errors import DomainError


@bp.post("/bookings/<id:booking_id>/acceptance")
@retrying
def create_acceptance(booking_id: int) -> Response:
    """The request is confirmed."""
    return _change(booking_id, accept, _("Accepted."))


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
    return _change(booking_id, complete, _("Done."))


@bp.post("/bookings/<id:booking_id>/absence")
@retrying
def create_no_show(booking_id: int) -> Response:
    """The customer did not come."""
    return _change(booking_id, mark_no_show)


@bp.post("/bookings/<id:booking_id>/restoration")
@retrying
def create_undo(booking_id: int) -> Response:
    """What was given back is booked again, with what this member may open of all that was given back in the same go."""
    return _change(booking_id, partial(undo_together, member=g.membership), _("Booked again, as it was."))


def _change(booking_id: int, act: Callable[..., Any], sentence: LazyString | None = None) -> Response:
    booking, appointment = load_booking(booking_id)
    try:
        act(g.business, booking, by=actor(), now=clock.now())
    except DomainError as refusal:
        return refused(refusal, appointment.id)
    db.session.commit()
    if sentence and not way_back():
        flash(str(sentence), "good")
    return follow(booking)
