"""The first page of a member: what happens today, or what is left to do before the page opens."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.appointments.day import bookings_of_day
from app.appointments.statuses import MEMBERS_WORDS
from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.dashboard.answered import just_answered
from app.dashboard.chart import bar_chart
from app.dashboard.forms import DayForm
from app.dashboard.opening import close_business, open_business
from app.dashboard.requests import MOST, requests_to
from app.dashboard.setting_up import SetUp, set_up_of
from app.dashboard.today import today_of
from app.formatters import text_direction
from app.schedule.business_days import business_day
from app.schedule.wall_clock import FIRST_DATE, LAST_DATE, local_date

bp = Blueprint("dashboard", __name__, url_prefix="/manage/<slug>")
bp.before_request(members_only)


@bp.get("/")
def index() -> Response:
    """Who comes on a day; `?date=` asks for another than today."""
    return _day_page()


@bp.get("/requests")
def requests() -> Response:
    """Everything that waits for an answer."""
    now = clock.now()
    waiting, today = requests_to(g.membership, now, shown=MOST), local_date(now, g.business.zone)
    answered = just_answered(g.membership, DayForm(request.args).answered_id, now)
    page = render_template("dashboard/requests.html", requests=waiting, today=today, answered=answered)
    return make_response(page)


@bp.post("/opening")
@needs_role("manager")
@retrying
def create_opening() -> Response:
    """Let customers book, or say what is missing."""
    try:
        open_business(g.business, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _day_page(refusal)
    db.session.commit()
    return hx.go_to(url_for(".index", opened=1))


@bp.get("/closing")
@needs_role("owner")
def closing() -> Response:
    """What happens when the page takes a break, and the button."""
    return make_response(render_template("dashboard/closing.html"))


@bp.post("/closing")
@needs_role("owner")
@retrying
def create_closing() -> Response:
    """Take no new bookings; what is booked stays."""
    close_business(g.business, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Your page is closed for new bookings. What is booked stays."), "good")
    return hx.go_to(url_for(".index"))


def _day_page(refusal: DomainError | None = None) -> Response:
    form, now, set_up = DayForm(request.args), clock.now(), _set_up()
    status = 200 if form.validate() else 422
    today = business_day(g.business, now)
    day = form.day or today
    page = render_template(
        "dashboard/index.html",
        form=form,
        day=day,
        today=today,
        now=now,
        words=MEMBERS_WORDS,
        set_up=set_up,
        refusal=refusal,
        answered=just_answered(g.membership, form.answered_id, now),
        **_around(day),
        **_seen(day, today, now, set_up),
    )
    return make_response(page, refusal.status if refusal else status)


def _seen(day: date, today: date, now: datetime, set_up: SetUp | None) -> dict[str, Any]:
    """The bookings of the day; of today all there is to know, unless nothing was ever booked."""
    if set_up and not set_up.has_bookings:
        return {"bookings": [], "seen": None}
    if day != today:
        bookings = bookings_of_day(g.business, day, now, staff_user_id=_only_own())
        return {"bookings": bookings, "seen": None}
    seen = today_of(g.membership, today, now)
    chart = bar_chart(*seen.weeks.counts, rtl=text_direction() == "rtl")
    return {"bookings": seen.bookings, "seen": seen, "chart": chart}


def _set_up() -> SetUp | None:
    """The check list, for those who can open a page that is not."""
    is_theirs = g.business.status == "draft" and g.membership.is_at_least("manager")
    return set_up_of(g.business, clock.now()) if is_theirs else None


def _only_own() -> int | None:
    """Staff see their own bookings, managers and owners all."""
    return None if g.membership.is_at_least("manager") else current_user.id


def _around(day: date) -> dict[str, date]:
    """The days before and after, as far as there are any."""
    one = timedelta(days=1)
    return {"before": max(day - one, FIRST_DATE), "after": min(day + one, LAST_DATE)}
