"""Dates with hours of their own."""

from datetime import timedelta

from flask import Response, abort, flash, g, make_response, render_template, request, url_for

from app.appointments.impact.around import around_days
from app.appointments.upcoming import Listed
from app.auth.guards import actor
from app.business_hours.forms.special_day import SpecialDayForm
from app.business_hours.routes import removed
from app.business_hours.routes.whose import bp, outside_on, saved, today
from app.business_hours.special import (
    OwnDay,
    change_special_day,
    clear_special_day,
    count_special_days,
    find_special_day,
    special_days,
)
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError, NoSuchTime
from app.impact_page import with_impact
from app.schedule.wall_clock import read_date

PAGE, REMEMBERED = 50, timedelta(days=30)


@bp.get("/special-days")
@needs_role("manager")
def index_special_days() -> Response:
    """Those to come, a page at a time, and those of the last thirty days."""
    of, since = (g.business.id, g.whose.resource_id), today()
    count = count_special_days(*of, since=since)
    page = min(max(request.args.get("page", 1, type=int), 1), -(-count // PAGE) or 1)
    shown = render_template(
        "business_hours/special_days.html",
        whose=g.whose,
        days=special_days(*of, since=since, limit=PAGE, offset=(page - 1) * PAGE),
        past=special_days(*of, since=since - REMEMBERED, until=since, limit=PAGE),
        count=count,
        page=page,
        page_size=PAGE,
        removed=removed.removed_day(),
    )
    return make_response(shown)


@bp.get("/special-days/new")
@needs_role("manager")
def new_special_day() -> Response:
    """A form for one; a public holiday comes with its date and name in the address."""
    return _page(SpecialDayForm(today(), asked=request.args))


@bp.post("/special-days")
@needs_role("manager")
@retrying
def create_special_day() -> Response:
    """One more."""
    return _save(SpecialDayForm(today()))


@bp.get("/special-days/<day:day>")
@needs_role("manager")
def edit_special_day(day: str) -> Response:
    """One, with what is booked outside of its hours."""
    own = _load(day)
    return _page(SpecialDayForm(today(), own), outside=outside_on(own.on))


@bp.post("/special-days/<day:day>")
@needs_role("manager")
@retrying
def update_special_day(day: str) -> Response:
    """Other hours, another name, or another date."""
    return _save(SpecialDayForm(today(), _load(day)))


@bp.post("/special-days/<day:day>/removal")
@needs_role("manager")
@retrying
def create_special_day_removal(day: str) -> Response:
    """Let the date have its weekly hours again; for a while it can be put back."""
    own, of = _load(day), g.whose.resource_id
    with_impact(
        lambda: clear_special_day(g.business.id, own.on, of, by=actor(), now=clock.now()),
        around_days(g.business, own.on, own.on, of),
        back=url_for(".edit_special_day", day=own.on),
    )
    db.session.commit()
    removed.remember_day(own)
    return hx.go_to(url_for(".index_special_days"))


def _save(form: SpecialDayForm) -> Response:
    if form.redraws():
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    try:
        _change(form)
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), refusal.status)
    outside = outside_on(form.day.on).count
    db.session.commit()
    flash(saved(outside), "warning" if outside else "good")
    return hx.go_to(
        url_for(".edit_special_day", day=form.day.on) if outside else url_for(".index_special_days")
    )


def _change(form: SpecialDayForm) -> None:
    of, first, last = g.whose.resource_id, *sorted((form.day.on, form.was or form.day.on))
    with_impact(
        lambda: change_special_day(g.business.id, form.was, form.day, of, by=actor(), now=clock.now()),
        around_days(g.business, first, last, of),
    )


def _page(form: SpecialDayForm, status: int = 200, outside: Listed | None = None) -> Response:
    page = render_template("business_hours/special_day.html", form=form, whose=g.whose, outside=outside)
    return make_response(page, status)


def _load(text: str) -> OwnDay:
    try:
        return find_special_day(g.business.id, read_date(text), g.whose.resource_id) or abort(404)
    except NoSuchTime:
        abort(404)
