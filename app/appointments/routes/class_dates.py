"""One date of a class: another time, a stand-in, cancelled or restored."""

from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.appointments.class_dates import cancel_date, restore_date
from app.appointments.forms.class_date import (
    CancellationForm,
    DecisionForm,
    MoveForm,
    PlacesForm,
    StandInForm,
)
from app.appointments.models import Appointment
from app.appointments.moving import move
from app.appointments.overriding import FOR_CLASS_DATES
from app.appointments.surveying import count_affected, find_date
from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
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
    return page_of(*load(service_id, date_id))


@bp.post("/time")
@needs_role("manager")
@retrying
def update_time(service_id: int, date_id: int) -> Response:
    """Begin at another time; everybody who is in the class moves along."""
    service, date = load(service_id, date_id)
    form = MoveForm(g.business, date)
    if not form.validate():
        return page_of(service, date, 422, time=form)
    act = partial(move, start=form.start, despite=FOR_CLASS_DATES, version=form.version, tell=form.tell.data)
    return decide(service, date, act, _("The date is moved, with everybody in it."), time=form)


@bp.post("/stand-in")
@needs_role("manager")
@retrying
def update_stand_in(service_id: int, date_id: int) -> Response:
    """Let somebody else lead this one date, at its time."""
    service, date = load(service_id, date_id)
    form = StandInForm(service, date)
    if not form.validate():
        return page_of(service, date, 422, stand_in=form)
    act = partial(move, person_id=int(form.person.data), version=form.version, tell=form.tell.data)
    return decide(service, date, act, _("Somebody else leads this date."), stand_in=form)


@bp.post("/cancellation")
@needs_role("manager")
@retrying
def create_cancellation(service_id: int, date_id: int) -> Response:
    """Call the date off for everybody who is in it."""
    service, date = load(service_id, date_id)
    form = CancellationForm()
    if not form.validate():
        return page_of(service, date, 422, cancellation=form)
    act = partial(cancel_date, reason=form.reason.data, version=form.version, tell=form.tell.data)
    return decide(service, date, act, _("The date is cancelled."), cancellation=form)


@bp.post("/restoration")
@needs_role("manager")
@retrying
def create_restoration(service_id: int, date_id: int) -> Response:
    """Let a date that was called off happen after all, with nobody in it."""
    service, date = load(service_id, date_id)
    form = DecisionForm()
    act = partial(restore_date, version=form.version)
    sentence = _("The date happens after all. Who was in it is not any more.")
    return decide(service, date, act, sentence, restoration=form)


def load(service_id: int, date_id: int) -> tuple[Service, Appointment]:
    """The class and its date, or 404."""
    service = find_service(g.business.id, service_id) or abort(404)
    return service, find_date(g.business.id, service.id, date_id) or abort(404)


def decide(
    service: Service, date: Appointment, act: Callable[..., None], sentence: str, **sent: DecisionForm
) -> Response:
    """Do it and say so; refused, the page says why, with the form as it was sent."""
    try:
        act(g.business, date, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        [form] = sent.values()
        form.refuse(refusal)
        return page_of(service, date, refusal.status, refusal=form.refusal, **sent)
    db.session.commit()
    flash(sentence, "good")
    return hx.go_to(url_for("timetable.index", service_id=service.id))


def page_of(service: Service, date: Appointment, status: int = 200, **refused: Any) -> Response:
    """The date with all its forms; those that were `refused` as they were sent."""
    forms = {
        "time": MoveForm(g.business, date, formdata=None),
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
