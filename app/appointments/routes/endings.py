"""A booking is cancelled or declined: what happens then, and for how much of the visit."""

from collections.abc import Sequence

from flask import Response, g, request, url_for

from app.appointments.answering import decline
from app.appointments.belonging import openable
from app.appointments.cancelling import cancel_together
from app.appointments.forms.desk import GivingUpForm
from app.appointments.models import Appointment, Booking
from app.appointments.panel import visit_of
from app.appointments.paying_back import Going, going_back
from app.appointments.routes.appointments import bp, follow, load_booking, refused, view, way_back
from app.auth.guards import actor
from app.core import clock
from app.core.db import db, retrying
from app.core.errors import DomainError


@bp.get("/bookings/<id:booking_id>/cancellations/new")
def new_cancellation(booking_id: int) -> Response:
    """What happens when it is cancelled, and the button."""
    return _page("cancel", *_load(booking_id))


@bp.post("/bookings/<id:booking_id>/cancellations")
@retrying
def create_cancellation(booking_id: int) -> Response:
    """Cancel it, or its whole visit, and show what can be undone."""
    booking, appointment, visit = _load(booking_id)
    form = _form(booking, visit, paid=bool(_money(booking, visit)))
    if not form.validate():
        return _page("cancel", booking, appointment, visit, form)
    those = visit if form.is_whole else [booking]
    try:
        cancel_together(
            g.business, those, by=actor(), now=clock.now(), by_terms=form.by_terms, **form.decided
        )
    except DomainError as refusal:
        return refused(refusal, appointment.id)
    db.session.commit()
    return follow(booking)


@bp.get("/bookings/<id:booking_id>/declinations/new")
def new_declination(booking_id: int) -> Response:
    """What happens when the request is declined, and the button."""
    booking, appointment, _visit = _load(booking_id)
    return _page("decline", booking, appointment, [])


@bp.post("/bookings/<id:booking_id>/declinations")
@retrying
def create_declination(booking_id: int) -> Response:
    """Decline it, and show what can be undone."""
    booking, appointment, _visit = _load(booking_id)
    form = _form(booking, [])
    if not form.validate():
        return _page("decline", booking, appointment, [], form)
    try:
        decline(g.business, booking, by=actor(), now=clock.now(), **form.decided)
    except DomainError as refusal:
        return refused(refusal, appointment.id)
    db.session.commit()
    return follow(booking)


def _load(booking_id: int) -> tuple[Booking, Appointment, list[Booking]]:
    """A booking, its appointment, and the parts of its visit this member may cancel; none where it is the only one."""
    booking, appointment = load_booking(booking_id)
    visit = visit_of(booking)
    theirs = openable(g.membership, {it.appointment_id for it in visit})
    whole = len(visit) > 1 and all(it.appointment_id in theirs for it in visit)
    return booking, appointment, visit if whole and booking in visit else []


def _form(booking: Booking, visit: Sequence[Booking], *, paid: bool = False) -> GivingUpForm:
    return GivingUpForm(tell=booking.contact_email is not None, whole=len(visit) > 1, paid=paid)


def _money(booking: Booking, visit: Sequence[Booking]) -> list[Going]:
    """What would go back of what was paid: for it alone, and for the whole visit where that can be cancelled too."""
    return going_back(g.business, [[booking], *([visit] if len(visit) > 1 else [])], clock.now())


def _page(
    what: str,
    booking: Booking,
    appointment: Appointment,
    visit: Sequence[Booking],
    form: GivingUpForm | None = None,
) -> Response:
    money = _money(booking, visit)
    paid = bool(money) and what == "cancel"
    shown = {"what": what, "booking": booking, "visit": visit, "money": money}
    shown["form"] = form or _form(booking, visit, paid=paid)
    page = way_back()
    shown |= {"back": page and request.values["back"], "kept_at": page and url_for(page)}
    return view("ending", appointment, 422 if form else 200, **shown)
