"""Hours that hold between two dates, in place of the usual ones."""

from dataclasses import replace
from datetime import date

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.appointments.impact.around import Around
from app.appointments.upcoming import bookings_outside
from app.auth.guards import actor
from app.business_hours.forms.season import SeasonForm
from app.business_hours.routes.whose import bp, saved, today
from app.business_hours.seasons import Season, change_season, current, end_season, find_season, seasons_of
from app.business_hours.weekly import rota_of, week_of
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError, NoSuchTime
from app.impact_page import with_impact
from app.schedule.wall_clock import read_date


@bp.get("/seasons")
@needs_role("manager")
def index_seasons() -> Response:
    """All of them by time, the one that holds today marked."""
    of, on = (g.business.id, g.whose.resource_id), today()
    seasons = seasons_of(*of)
    page = render_template(
        "business_hours/seasons.html",
        whose=g.whose,
        ahead=[it for it in seasons if not it.last or it.last >= on],
        past=[it for it in reversed(seasons) if it.last and it.last < on],
        current=current(seasons, on),
        usual=rota_of(*of),
        today=on,
    )
    return make_response(page)


@bp.get("/seasons/new")
@needs_role("manager")
def new_season() -> Response:
    """A form for one more, like the usual week, or like another season a year later."""
    return _page(_form(like=_like(request.args.get("like", ""))))


@bp.post("/seasons")
@needs_role("manager")
@retrying
def create_season() -> Response:
    """One more."""
    return _save(_form())


@bp.get("/seasons/<day:day>")
@needs_role("manager")
def edit_season(day: str) -> Response:
    """One."""
    return _page(_form(_load(day)))


@bp.post("/seasons/<day:day>")
@needs_role("manager")
@retrying
def update_season(day: str) -> Response:
    """Other dates or other hours."""
    return _save(_form(_load(day)))


@bp.post("/seasons/<day:day>/removal")
@needs_role("manager")
@retrying
def create_season_removal(day: str) -> Response:
    """Let its dates have the usual hours again."""
    season, of = _load(day), g.whose.resource_id
    with_impact(
        lambda: end_season(g.business.id, season, of, by=actor(), now=clock.now()),
        Around(of),
    )
    db.session.commit()
    flash(_("Removed. The usual hours hold on these dates."), "good")
    return hx.go_to(url_for(".index_seasons"))


def _save(form: SeasonForm) -> Response:
    if form.redraws():
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    try:
        with_impact(lambda: _change(form), Around(g.whose.resource_id))
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), refusal.status)
    outside = bookings_outside(g.business, g.whose.resource_id, now=clock.now()).count
    db.session.commit()
    flash(saved(outside), "warning" if outside else "good")
    return hx.go_to(url_for(".index_seasons"))


def _change(form: SeasonForm) -> None:
    of = g.whose.resource_id
    change_season(g.business.id, form.was, form.season, of, by=actor(), now=clock.now())


def _form(was: Season | None = None, like: Season | None = None) -> SeasonForm:
    """Weeks that take turns are for people and rooms, as all year."""
    of = g.whose.resource_id
    begins = rota_of(g.business.id, of) or [week_of(g.business.id)]
    return SeasonForm(today(), was, begins, like, turns=of is not None)


def _page(form: SeasonForm, status: int = 200) -> Response:
    page = render_template("business_hours/season.html", form=form, whose=g.whose, today=today())
    return make_response(page, status)


def _load(text: str) -> Season:
    try:
        return find_season(g.business.id, read_date(text), g.whose.resource_id) or abort(404)
    except NoSuchTime:
        abort(404)


def _like(text: str) -> Season | None:
    """The season with this key, moved on by a year."""
    try:
        found = find_season(g.business.id, read_date(text), g.whose.resource_id)
    except NoSuchTime:
        return None
    return found and replace(found, first=_next_year(found.first), last=_next_year(found.last))


def _next_year(day: date | None) -> date | None:
    """The same date a year later; 28 February for a leap day."""
    if day is None or day.year >= 2100:
        return day
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + 1, day=last)
