"""Codes that members enter for a visit, in the panel of its appointment."""

from flask import Response, flash, g
from flask_babel import gettext as _

from app.appointments.codes import take_code_off, use_code
from app.appointments.forms.code import CodeForm
from app.appointments.routes.appointments import bp, follow, load_booking, refused, view
from app.auth.guards import actor
from app.core import clock
from app.core.db import db, retrying, undo
from app.core.errors import DomainError


@bp.get("/bookings/<id:booking_id>/code")
def new_code(booking_id: int) -> Response:
    """Which code."""
    booking, appointment = load_booking(booking_id)
    return view("code", appointment, booking=booking, form=CodeForm())


@bp.post("/bookings/<id:booking_id>/code")
@retrying
def create_code(booking_id: int) -> Response:
    """The visit is cheaper with it, or a sentence says why not."""
    booking, appointment = load_booking(booking_id)
    form = CodeForm()
    if not form.validate():
        return view("code", appointment, 422, booking=booking, form=form)
    try:
        use_code(g.business, booking, form.code.data or "", by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        booking, appointment = load_booking(booking_id)
        return view("code", appointment, refusal.status, booking=booking, form=form.refuse(refusal))
    db.session.commit()
    flash(_("The code counts."), "good")
    return follow(booking)


@bp.post("/bookings/<id:booking_id>/code/removal")
@retrying
def create_code_removal(booking_id: int) -> Response:
    """The visit costs as much as without its code."""
    booking, appointment = load_booking(booking_id)
    try:
        take_code_off(g.business, booking, by=actor(), now=clock.now())
    except DomainError as refusal:
        return refused(refusal, appointment.id)
    db.session.commit()
    flash(_("The code is taken off; others can use it."), "good")
    return follow(booking)
