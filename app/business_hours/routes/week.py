"""The week."""

from flask import Response, flash, g, make_response, render_template, url_for

from app.appointments.impact.around import Around
from app.appointments.upcoming import bookings_outside
from app.auth.guards import actor
from app.business_hours.forms.own_week import OwnWeekForm
from app.business_hours.forms.pasting import PastingForm
from app.business_hours.forms.week import WeekForm
from app.business_hours.pasting import write_week
from app.business_hours.routes.whose import bp, saved
from app.business_hours.seasons import current, seasons_of
from app.business_hours.weekly import rota_of, set_rota, week_of
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.impact_page import with_impact
from app.schedule.wall_clock import local_date


@bp.get("")
@needs_role("manager")
def edit() -> Response:
    """The week, its words, and what is booked outside of it."""
    return week_page(week_form())


@bp.post("")
@needs_role("manager")
@retrying
def update() -> Response:
    """Another week. What is booked stays, and is said."""
    form = week_form()
    if form.redraws():
        return week_page(form)
    if not form.validate():
        return week_page(form, 422)
    try:
        with_impact(lambda: _set(form), Around(g.whose.resource_id))
    except DomainError as refusal:
        return _refused(form, refusal)
    outside = bookings_outside(g.business, g.whose.resource_id, now=clock.now())
    db.session.commit()
    flash(saved(outside.count), "warning" if outside.count else "good")
    return hx.go_to(url_for(".edit"))


def _set(form: WeekForm) -> None:
    set_rota(g.business.id, form.rota, g.whose.resource_id, by=actor(), now=clock.now())


def _refused(form: WeekForm, refusal: DomainError) -> Response:
    undo()
    return week_page(form.refuse(refusal), refusal.status)


def week_form() -> WeekForm:
    """The form with what is saved. Whoever keeps the hours of the business begins with those if they get their own."""
    if g.whose.resource_id is None:
        return WeekForm(week_of(g.business.id))
    return OwnWeekForm(rota_of(g.business.id, g.whose.resource_id), week_of(g.business.id))


def week_page(form: WeekForm, status: int = 200, pasting: PastingForm | None = None) -> Response:
    """The page of the week, with what was pasted beside it."""
    rota, today = rota_of(g.business.id, g.whose.resource_id), local_date(clock.now(), g.business.zone)
    page = render_template(
        "business_hours/week.html",
        form=form,
        pasting=pasting or PastingForm(formdata=None),
        whose=g.whose,
        shop=week_of(g.business.id),
        rota=rota,
        today=today,
        season=current(seasons_of(g.business.id, g.whose.resource_id), today),
        text=write_week(rota[0]) if len(rota) == 1 else None,
        outside=bookings_outside(g.business, g.whose.resource_id, now=clock.now()),
    )
    return make_response(page, status)
