"""One member of a class comes on another date."""

from flask import Response, abort, g

from app.appointments.belonging import people_open_to
from app.appointments.elsewhere import Elsewhere, other_dates
from app.appointments.forms.desk import PlaceMoveForm
from app.appointments.models import Appointment, Booking
from app.appointments.objecting import Objection
from app.appointments.overriding import FOR_CUSTOMERS, overridable
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.routes.appointments import bp, follow, load_booking, view
from app.appointments.transferring import move_place
from app.auth.guards import actor
from app.core import clock
from app.core.db import db, retrying, undo
from app.core.errors import DomainError


@bp.get("/bookings/<id:booking_id>/moves/new")
def new_place_move(booking_id: int) -> Response:
    """The other dates of the class, with the places left."""
    booking, appointment, dates = _load(booking_id)
    return _page(booking, appointment, dates, _form(booking, dates))


@bp.post("/bookings/<id:booking_id>/moves")
@retrying
def create_place_move(booking_id: int) -> Response:
    """Give them their places on another date, and show that one."""
    booking, appointment, dates = _load(booking_id)
    form = _form(booking, dates)
    if not form.validate():
        return _page(booking, appointment, dates, form, 422)
    try:
        _move(booking, form)
    except DomainError as refusal:
        undo()
        return _page(*_load(booking_id), _objected(form, refusal), refusal.status)
    db.session.commit()
    return follow(booking)


def _load(booking_id: int) -> tuple[Booking, Appointment, list[Elsewhere]]:
    """Somebody in a class, and the other dates of it this member may give places on."""
    booking, appointment = load_booking(booking_id)
    if not appointment.is_class:
        abort(404)
    return booking, appointment, other_dates(appointment, clock.now(), people_open_to(g.membership))


def _form(booking: Booking, dates: list[Elsewhere]) -> PlaceMoveForm:
    return PlaceMoveForm(dates, tell=booking.contact_email is not None)


def _move(booking: Booking, form: PlaceMoveForm) -> None:
    """The act, with what was seen and set aside. Raises what it raises."""
    move_place(
        g.business,
        booking,
        date_id=form.chosen.id,
        despite=FOR_CUSTOMERS | form.despite & overridable(g.membership.role),
        by=actor(),
        now=clock.now(),
        reason=form.reason.data or None,
        tell=form.tell.data,
    )


def _objected(form: PlaceMoveForm, refusal: DomainError) -> PlaceMoveForm:
    """What stands in the way, where that is known, and whether this member may set it aside."""
    if not isinstance(refusal, SlotTaken | NotOffered) or not refusal.against:
        return form.refuse(refusal)
    found = [Objection(it) for it in refusal.against]
    return form.show_objections(found, g.business.zone, overridable(g.membership.role))


def _page(
    booking: Booking,
    appointment: Appointment,
    dates: list[Elsewhere],
    form: PlaceMoveForm,
    status: int = 200,
) -> Response:
    return view("place_move", appointment, status, booking=booking, dates=dates, form=form)
