"""The first page of a member: what happens today."""

from datetime import date, timedelta

from flask import Blueprint, Response, g, make_response, render_template, request
from flask_login import current_user

from app.appointments.day import bookings_of_day
from app.appointments.statuses import WORDS
from app.businesses.guards import members_only
from app.core import clock
from app.dashboard.forms import DayForm
from app.schedule.business_days import business_day
from app.schedule.wall_clock import FIRST_DATE, LAST_DATE

bp = Blueprint("dashboard", __name__, url_prefix="/manage/<slug>")
bp.before_request(members_only)


@bp.get("/")
def index() -> Response:
    form, now = DayForm(request.args), clock.now()
    status = 200 if form.validate() else 422
    today = business_day(g.business, now)
    day = form.day or today
    bookings = bookings_of_day(g.business, day, now, staff_user_id=_only_own())
    page = render_template(
        "dashboard/index.html",
        form=form,
        day=day,
        today=today,
        now=now,
        bookings=bookings,
        words=WORDS,
        **_around(day),
    )
    return make_response(page, status)


def _only_own() -> int | None:
    """Staff see their own bookings, managers and owners all."""
    return None if g.membership.is_at_least("manager") else current_user.id


def _around(day: date) -> dict[str, date]:
    """The days before and after, as far as there are any."""
    one = timedelta(days=1)
    return {"before": max(day - one, FIRST_DATE), "after": min(day + one, LAST_DATE)}
