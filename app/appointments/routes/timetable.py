"""When a class happens."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.appointments.class_times import put_on_timetable, take_off_timetable
from app.appointments.forms.class_time import ClassTimeForm, EndingForm
from app.appointments.impact.around import Around
from app.appointments.surveying import REASONS, booked_later, dates_ahead, find_class_time, timetable_of
from app.appointments.timetabling import Laid, Missed
from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.dates import short_day
from app.impact_page import with_impact
from app.schedule.business_days import business_day
from app.schedule.models import ClassTime
from app.schedule.resources import able_to_fill
from app.services.arranging import find_service
from app.services.models import Service

bp = Blueprint("timetable", __name__, url_prefix="/manage/<slug>/services/<id:service_id>/timetable")
bp.before_request(members_only)
MOST_TOLD = 6


@bp.get("")
@needs_role("manager")
def index(service_id: int) -> Response:
    """When the class happens, which dates lie ahead, and a form for one more time."""
    service = load_class(service_id)
    return _page(service, _form(service))


@bp.post("")
@needs_role("manager")
@retrying
def create(service_id: int) -> Response:
    """Put a class time on the timetable and lay its dates."""
    service = load_class(service_id)
    form = _form(service)
    if not form.validate():
        return _page(service, form, 422)
    try:
        _time, laid = put_on_timetable(
            g.business, service, form.when, form.resources, by=actor(), now=clock.now()
        )
    except DomainError as refusal:
        undo()
        return _page(service, form.refuse(refusal), refusal.status)
    db.session.commit()
    _tell(laid)
    return hx.go_to(url_for(".index", service_id=service.id))


@bp.get("/<id:class_time_id>/ending")
@needs_role("manager")
def new_ending(service_id: int, class_time_id: int) -> Response:
    """What is booked later, and the last day on which the class time holds."""
    service = load_class(service_id)
    form = EndingForm(formdata=None, data={"last_on": business_day(g.business, clock.now())})
    return _ending_page(service, _load(service, class_time_id), form)


@bp.post("/<id:class_time_id>/ending")
@needs_role("manager")
@retrying
def create_ending(service_id: int, class_time_id: int) -> Response:
    """End a class time; its later dates take no new bookings, and who is in them stays unless decided otherwise."""
    service, form = load_class(service_id), EndingForm()
    class_time = _load(service, class_time_id)
    if not form.validate():
        return _ending_page(service, class_time, form, 422)
    now, last_on, around = clock.now(), form.last_on.data, Around(service_id=service_id)
    with_impact(lambda: take_off_timetable(g.business, class_time, last_on, by=actor(), now=now), around)
    kept = len(booked_later(g.business.id, class_time_id, now, last_on))
    db.session.commit()
    flash(_("This class time ends."), "good")
    if kept:
        flash(_kept(kept), "warning")
    return hx.go_to(url_for(".index", service_id=service.id))


def load_class(service_id: int) -> Service:
    """A class of this business, or there is no such page."""
    service = find_service(g.business.id, service_id)
    return service if service and service.capacity > 1 else abort(404)


def _load(service: Service, class_time_id: int) -> ClassTime:
    return find_class_time(g.business.id, service.id, class_time_id) or abort(404)


def _form(service: Service) -> ClassTimeForm:
    return ClassTimeForm(able_to_fill(g.business.id, service.id), business_day(g.business, clock.now()))


def _kept(count: int) -> str:
    return ngettext(
        "%(num)d later date is booked and stands until you cancel it below.",
        "%(num)d later dates are booked and stand until you cancel them below.",
        count,
    )


def _tell(laid: Laid) -> None:
    """How many dates there are, and which there are not and why."""
    count = len(laid.dates)
    flash(ngettext("%(num)d new date is open.", "%(num)d new dates are open.", count), "good")
    if laid.missed:
        told = ", ".join(map(_in_words, laid.missed[:MOST_TOLD]))
        more = len(laid.missed) - MOST_TOLD
        if more > 0:
            told = _("%(told)s and %(n)s more", told=told, n=more)
        flash(_("Not possible: %(told)s. They are tried again every hour.", told=told), "warning")


def _in_words(missed: Missed) -> str:
    return f"{short_day(missed.day)} ({REASONS.get(missed.refusal, missed.refusal)})"


def _page(service: Service, form: ClassTimeForm, status: int = 200) -> Response:
    now = clock.now()
    page = render_template(
        "appointments/timetable/index.html",
        service=service,
        zone=ZoneInfo(g.business.zone),
        form=form,
        lines=timetable_of(g.business, service, now),
        dates=dates_ahead(g.business.id, service.id, now),
    )
    return make_response(page, status)


def _ending_page(service: Service, class_time: ClassTime, form: EndingForm, status: int = 200) -> Response:
    page = render_template(
        "appointments/timetable/ending.html",
        service=service,
        zone=ZoneInfo(g.business.zone),
        class_time=class_time,
        form=form,
        booked=booked_later(g.business.id, class_time.id, clock.now()),
    )
    return make_response(page, status)
