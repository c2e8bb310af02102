"""One date of a class: another time, a stand-in, its places, cancelled or restored."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.appointments.class_dates import cancel_date, change_places, restore_date
from app.appointments.forms.timetable import CancellationForm, DateForm, PlacesForm, StandInForm
from app.appointments.models import Appointment
from app.appointments.moving import move
from app.appointments.overriding import FOR_CLASS_DATES
from app.appointments.surveying import count_affected, find_date
from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.schedule.wall_clock import epoch_minute
from app.services.arranging import find_service
from app.services.models import Service

bp = Blueprint(
    "class_dates", __name__, url_prefix="/manage/<slug>/services/<id:service_id>/dates/<id:date_id>"
)
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def show(service_id: int, date_id: int) -> Response:
    """One date and everything that can be done with it."""
    return _page(*_load(service_id, date_id))


@bp.post("/time")
@needs_role("manager")
@retrying
def update_time(service_id: int, date_id: int) -> Response:
    """Begin at another time; everybody who is in the class moves along."""
    service, date = _load(service_id, date_id)
    form = DateForm(g.business, date)
    if not form.validate():
        return _page(service, date, 422, time=form)
    try:
        move(g.business, date, start=form.start, despite=FOR_CLASS_DATES, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(service, date, refusal.status, time=form.refuse(refusal))
    return _done(_("The date is moved, with everybody in it."), service)


@bp.post("/stand-in")
@needs_role("manager")
@retrying
def update_stand_in(service_id: int, date_id: int) -> Response:
    """Let somebody else lead this one date, at its time."""
    service, date = _load(service_id, date_id)
    form = StandInForm(service, date)
    if not form.validate():
        return _page(service, date, 422, stand_in=form)
    try:
        person, start = int(form.person.data), epoch_minute(date.starts_at)
        move(g.business, date, start=start, person_id=person, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(service, date, refusal.status, stand_in=form.refuse(refusal))
    return _done(_("Somebody else leads this date."), service)


@bp.post("/places")
@needs_role("manager")
@retrying
def update_places(service_id: int, date_id: int) -> Response:
    """Let this one date have more places or fewer."""
    service, date = _load(service_id, date_id)
    form = PlacesForm()
    if not form.validate():
        return _page(service, date, 422, places=form)
    change_places(g.business, date, form.places.data, by=actor(), now=clock.now())
    return _done(_("This date has %(n)s places now.", n=form.places.data), service)


@bp.post("/cancellation")
@needs_role("manager")
@retrying
def create_cancellation(service_id: int, date_id: int) -> Response:
    """Call the date off for everybody who is in it."""
    service, date = _load(service_id, date_id)
    form = CancellationForm()
    if not form.validate():
        return _page(service, date, 422, cancellation=form)
    try:
        cancel_date(g.business, date, by=actor(), now=clock.now(), reason=form.reason.data)
    except DomainError as refusal:
        return _refused(refusal, service, date)
    return _done(_("The date is cancelled."), service)


@bp.post("/restoration")
@needs_role("manager")
@retrying
def create_restoration(service_id: int, date_id: int) -> Response:
    """Let a date that was called off happen after all, with nobody in it."""
    service, date = _load(service_id, date_id)
    try:
        restore_date(g.business, date, by=actor(), now=clock.now())
    except DomainError as refusal:
        return _refused(refusal, service, date)
    return _done(_("The date happens after all. Who was in it is not any more."), service)


def _load(service_id: int, date_id: int) -> tuple[Service, Appointment]:
    service = find_service(g.business.id, service_id) or abort(404)
    return service, find_date(g.business.id, service.id, date_id) or abort(404)


def _done(sentence: str, service: Service) -> Response:
    db.session.commit()
    flash(sentence, "good")
    return hx.go_to(url_for("timetable.index", service_id=service.id))


def _refused(refusal: DomainError, service: Service, date: Appointment) -> Response:
    undo()
    return _page(service, date, refusal.status, refusal=refusal)


def _page(service: Service, date: Appointment, status: int = 200, **refused: Any) -> Response:
    """The date with all its forms; those that were `refused` as they were sent."""
    forms = {
        "time": DateForm(g.business, date, formdata=None),
        "stand_in": StandInForm(service, date, formdata=None),
        "places": PlacesForm(formdata=None, data={"places": date.capacity}),
        "cancellation": CancellationForm(formdata=None),
        "refusal": None,
    }
    page = render_template(
        "appointments/timetable/date.html",
        service=service,
        zone=ZoneInfo(g.business.zone),
        date=date,
        now=clock.now(),
        affected=count_affected(date),
        **forms | refused,
    )
    return make_response(page, status)
