"""Closures of the business, and the days and hours in which a person is away or a room out of use."""

from datetime import date, timedelta
from typing import Any

from flask import Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.appointments.impact.around import around_time_off
from app.appointments.upcoming import Listed, bookings_outside
from app.auth.guards import actor
from app.business_hours import away
from app.business_hours.forms.time_off import TimeOffForm
from app.business_hours.models import TimeOff
from app.business_hours.routes import removed
from app.business_hours.routes.whose import bp, keepers_only
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.impact_page import with_impact
from app.schedule.wall_clock import local_date

MOST = 200
REMEMBERED = timedelta(days=30)


@bp.get("/time-off")
@keepers_only
def index_time_off() -> Response:
    """What is to come, and what ended in the last thirty days."""
    of, today = (g.business.id, g.whose.resource_id), _today()
    here: dict[str, Any] = {"now": clock.now(), "zone": g.business.zone}
    answer = render_template(
        "business_hours/time_off_list.html",
        whose=g.whose,
        ahead=away.time_off(*of, since=today, limit=MOST, **here),
        past=away.past_time_off(*of, since=today - REMEMBERED, until=today, **here),
        removed=removed.removed_off(),
    )
    return make_response(answer)


@bp.get("/time-off/new")
@keepers_only
def new_time_off() -> Response:
    """A form for one more."""
    return _form_page(TimeOffForm(g.business.zone, clock.now()))


@bp.post("/time-off")
@keepers_only
@retrying
def create_time_off() -> Response:
    """One more. What is booked then stays, and is said."""
    form = TimeOffForm(g.business.zone, clock.now())
    if not form.validate():
        return _form_page(form, 422)
    try:
        off = with_impact(
            lambda: _add(form.wanted), around_time_off(g.business, form.wanted, g.whose.resource_id)
        )
    except DomainError as refusal:
        undo()
        return _form_page(form.refuse(refusal), refusal.status)
    staying = _staying(off).count
    db.session.commit()
    flash(_said(staying), "warning" if staying else "good")
    return hx.go_to(url_for(".show_time_off", off_id=off.id) if staying else url_for(".index_time_off"))


@bp.get("/time-off/<id:off_id>")
@keepers_only
def show_time_off(off_id: int) -> Response:
    """One, with what is booked in it."""
    off = _load(off_id)
    answer = render_template("business_hours/time_off.html", whose=g.whose, off=off, outside=_staying(off))
    return make_response(answer)


@bp.post("/time-off/<id:off_id>/removal")
@keepers_only
@retrying
def create_time_off_removal(off_id: int) -> Response:
    """Open again; for a while it can be put back."""
    off = _load(off_id)
    removed.remember_off(off)
    away.remove_time_off(off, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".index_time_off"))


def _add(wanted: TimeOff) -> TimeOff:
    """What somebody wants, as an act. Raises EndsBeforeItBegins."""
    of, reason = g.whose.resource_id, wanted.reason
    by, now = actor(), clock.now()
    if wanted.first_on and wanted.last_on:
        days = wanted.first_on, wanted.last_on
        return away.add_days_off(g.business.id, *days, of, reason=reason, by=by, now=now)
    assert wanted.starts_at
    assert wanted.ends_at
    hours = wanted.starts_at, wanted.ends_at
    return away.add_hours_off(g.business.id, *hours, of, reason=reason, by=by, now=now)


def _staying(off: TimeOff) -> Listed:
    """What is booked in it."""
    within = around_time_off(g.business, off).within
    return bookings_outside(g.business, g.whose.resource_id, now=clock.now(), within=within)


def _said(staying: int) -> str:
    """What is said once it was saved, with so many bookings in it."""
    if not staying:
        return _("Saved. Nobody can book then any more.")
    return ngettext(
        "Saved. %(num)d booking in this time stays; new ones are not taken.",
        "Saved. %(num)d bookings in this time stay; new ones are not taken.",
        staying,
    )


def _load(off_id: int) -> TimeOff:
    return away.find_time_off(g.business.id, off_id, g.whose.resource_id) or abort(404)


def _form_page(form: TimeOffForm, status: int = 200) -> Response:
    page = render_template("business_hours/time_off_form.html", form=form, whose=g.whose)
    return make_response(page, status)


def _today() -> date:
    return local_date(clock.now(), g.business.zone)
