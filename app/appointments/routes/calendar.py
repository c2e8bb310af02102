"""The team's calendar: days, weeks, months and lists."""

from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, request, url_for
from flask_babel import gettext as _

from app.appointments.calendar.agenda import agenda
from app.appointments.calendar.columns import day_grid, week_grid
from app.appointments.calendar.drawing import Drawing
from app.appointments.calendar.months import month_counts
from app.appointments.calendar.people import team_of
from app.appointments.calendar.period import Period
from app.appointments.calendar.placing import band_classes
from app.appointments.forms.calendar import CalendarForm
from app.appointments.forms.offered import kept_until_in, offered_in
from app.appointments.statuses import MEMBERS_WORDS
from app.auth.guards import unnoticed
from app.businesses.guards import members_only
from app.core import clock, hx
from app.core.changes import changes_of
from app.dates import clock_texts
from app.schedule.business_days import business_day
from app.schedule.wall_clock import local_date

bp = Blueprint("calendar", __name__, url_prefix="/manage/<slug>/calendar")
bp.before_request(members_only)

PAGE, PARTIAL = "appointments/calendar/index.html", "appointments/calendar/_calendar.html"


@bp.get("/")
def show() -> Response:
    """A day, a week, a month or a list, of everybody or of those who were chosen."""
    form = CalendarForm(request.args, _usual_view())
    status = 200 if form.validate() else 422
    return hx.render(PAGE, PARTIAL, status, **_seen(form))


@bp.get("/changes")
@unnoticed
def changes() -> Response:
    """The same again if anything has changed since: 204 if not. An open page asks every other second."""
    form = CalendarForm(request.args, _usual_view())
    same_day = request.args.get("today") == str(local_date(clock.now(), g.business.zone))
    if same_day and request.args.get("since") == str(changes_of(g.business.id)):
        return make_response("", 204)
    return hx.render(PAGE, PARTIAL, 200 if form.validate() else 422, **_seen(form))


def _seen(form: CalendarForm) -> dict[str, Any]:
    """What the page shows. The count of changes is read first, so that what is written meanwhile is shown later."""
    now, count = clock.now(), changes_of(g.business.id)
    today = business_day(g.business, now)
    period = Period(form.chosen_view, form.day or today)
    together = period.view != "day"
    team, address = team_of(g.membership, form.who, together=together), _address()
    words = {status: str(word) for status, word in MEMBERS_WORDS.items()}
    return {
        "business": g.business,
        "form": form,
        "period": period,
        "team": team,
        "shown": {it.id for it in (team.shown_together if together else team.shown)},
        "now": now,
        "today": today,
        "count": count,
        "words": words,
        "kept_until": kept_until_in(g.business.zone),
        "address": address,
        "draw": Drawing(clock_texts(), words, _("Busy"), team.colours, address, offered_in(g.business.zone)),
        "band_classes": band_classes,
        **_view(period, team, now),
    }


def _view(period: Period, team: Any, now: Any) -> dict[str, Any]:
    if period.view == "month":
        return {"counts": month_counts(g.business, team, period.days, now)}
    if period.view == "agenda":
        return {"lists": agenda(g.business, team, period.days, now)}
    if period.view == "week":
        return {"grid": week_grid(g.business, team, period.days, now)}
    return {"grid": day_grid(g.business, team, period.day, now)}


def _address() -> str:
    """What all addresses of appointments begin with: putting each together takes longer than drawing it."""
    if "appointments.show" not in current_app.view_functions:
        return ""
    return url_for("appointments.show", appointment_id=0).removesuffix("0")


def _usual_view() -> str:
    """A list on a phone, where columns are too narrow; browsers of phones have this word in their name."""
    return "agenda" if "Mobi" in request.user_agent.string else "day"
