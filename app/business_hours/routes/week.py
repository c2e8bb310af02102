"""The week."""

from flask import Response, flash, g, make_response, render_template, url_for

from app.appointments.upcoming import bookings_outside
from app.auth.guards import actor
from app.business_hours.forms.week import OwnWeekForm, WeekForm
from app.business_hours.routes.whose import bp, saved
from app.business_hours.weekly import Week, set_week, week_of
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying


@bp.get("")
@needs_role("manager")
def edit() -> Response:
    """The week, its words, and what is booked outside of it."""
    return _page(_form(_week()))


@bp.post("")
@needs_role("manager")
@retrying
def update() -> Response:
    """Another week. What is booked stays, and is said."""
    form = _form(_week())
    if form.redraws():
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    set_week(g.business.id, form.week, g.whose.resource_id, by=actor(), now=clock.now())
    outside = bookings_outside(g.business, g.whose.resource_id, now=clock.now())
    db.session.commit()
    flash(saved(outside.count), "warning" if outside.count else "good")
    return hx.go_to(url_for(".edit"))


def _week() -> Week:
    return week_of(g.business.id, g.whose.resource_id)


def _form(week: Week) -> WeekForm:
    """Whoever keeps the hours of the business begins with those when they get their own."""
    if g.whose.resource_id is None:
        return WeekForm(week)
    return OwnWeekForm(week or week_of(g.business.id), keeps="own" if week else "shop")


def _page(form: WeekForm, status: int = 200) -> Response:
    page = render_template(
        "business_hours/week.html",
        form=form,
        whose=g.whose,
        shop=week_of(g.business.id),
        week=_week(),
        outside=bookings_outside(g.business, g.whose.resource_id, now=clock.now()),
    )
    return make_response(page, status)
