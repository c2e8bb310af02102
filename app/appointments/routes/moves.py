"""An appointment gets another time, another length or another person, and goes back again."""

from flask import Response, abort, g, url_for

from app.appointments.belonging import NotTheirs, people_open_to
from app.appointments.changing import ChangedMeanwhile
from app.appointments.elsewhere import people_for
from app.appointments.forms.desk import VersionForm
from app.appointments.forms.moving import MoveForm
from app.appointments.models import Appointment
from app.appointments.moving import move
from app.appointments.objecting import objections
from app.appointments.overriding import FOR_CUSTOMERS, overridable
from app.appointments.panel import Panel, panel_of
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.returning import move_back
from app.appointments.routes.appointments import bp, load_appointment, may_give, refused, view
from app.auth.guards import actor
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError


@bp.get("/appointments/<id:appointment_id>/moves/new")
@retrying
def new_move(appointment_id: int) -> Response:
    """The question before it is moved, about the place the address names."""
    appointment = load_appointment(appointment_id)
    if appointment.is_class:
        return hx.go_to(_date_page(appointment))
    panel = _load(appointment)
    form = _form(panel)
    if form.is_asked_for and form.is_elsewhere and not form.asks:
        form = _foreseen(appointment, form)
        panel = _load(load_appointment(appointment_id))
    return _page(panel, form)


@bp.post("/appointments/<id:appointment_id>/moves")
@retrying
def create_move(appointment_id: int) -> Response:
    """Move it, or say what stands in the way and offer to set it aside."""
    panel = _load(load_appointment(appointment_id))
    form = _form(panel)
    if not form.validate() or form.place is None:
        return _page(panel, form, 422)
    try:
        _move(panel.appointment, form)
    except ChangedMeanwhile as refusal:
        return refused(refusal, appointment_id)
    except DomainError as refusal:
        undo()
        return _page(_load(load_appointment(appointment_id)), _objected(form, refusal), refusal.status)
    db.session.commit()
    return hx.follow(url_for(".show", appointment_id=appointment_id))


@bp.post("/appointments/<id:appointment_id>/return")
@retrying
def create_return(appointment_id: int) -> Response:
    """Back to where it was before it was moved last."""
    panel = _load(load_appointment(appointment_id))
    try:
        seen = VersionForm().seen
        people = people_open_to(g.membership)
        move_back(g.business, panel.appointment, version=seen, people=people, by=actor(), now=clock.now())
    except NotTheirs:
        abort(403)
    except DomainError as refusal:
        return refused(refusal, appointment_id)
    db.session.commit()
    return hx.follow(url_for(".show", appointment_id=appointment_id))


def _load(appointment: Appointment) -> Panel:
    """What can be moved: one somebody is booked in, whose performer's time is this member's to give."""
    panel = panel_of(g.business, appointment, clock.now())
    if panel.booking is None or panel.performer is None:
        abort(404)
    return panel if may_give(panel) else abort(403)


def _form(panel: Panel) -> MoveForm:
    assert panel.performer
    assert panel.booking
    performer, people = panel.performer.id, people_open_to(g.membership)
    able = people_for(g.business.id, panel.service.id, performer, people)
    tell = panel.booking.contact_email is not None
    return MoveForm(g.business, panel.appointment, performer, able, tell=tell)


def _move(appointment: Appointment, form: MoveForm) -> None:
    """The act, with what was seen and set aside. Raises what it raises."""
    assert form.place
    move(
        g.business,
        appointment,
        start=form.place.start,
        end=form.place.end,
        person_id=form.place.person,
        version=form.seen,
        despite=FOR_CUSTOMERS | form.despite & overridable(g.membership.role),
        by=actor(),
        now=clock.now(),
        reason=form.reason.data or None,
        tell=form.tell.data,
    )


def _foreseen(appointment: Appointment, form: MoveForm) -> MoveForm:
    """The question with what would stand in the way, found by doing it; nothing of it stays."""
    try:
        _move(appointment, form)
    except DomainError as refusal:
        undo()
        return _objected(form, refusal)
    undo()
    return form


def _objected(form: MoveForm, refusal: DomainError) -> MoveForm:
    """What stands in the way, where that is known, and whether this member may set it aside."""
    if not isinstance(refusal, SlotTaken | NotOffered) or not refusal.against or form.place is None:
        return form.refuse(refusal)
    found = objections(g.business, form.place, refusal.against, [form.appointment.id])
    return form.show_objections(found, g.business.zone, overridable(g.membership.role))


def _date_page(appointment: Appointment) -> str:
    """Where a date of a class is moved, with everybody in it."""
    return url_for("class_dates.show", service_id=appointment.service_id, date_id=appointment.id)


def _page(panel: Panel, form: MoveForm, status: int = 200) -> Response:
    is_past = form.moments is not None and form.moments[0] < clock.now()
    shown = {"panel": panel, "booking": panel.booking, "form": form, "is_past": is_past}
    return view("move", panel.appointment, status, **shown)
