"""Public holidays: what would happen on each, and closing on several at once."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, flash, g, make_response, render_template, url_for

from app.appointments.impact.around import around_days
from app.appointments.upcoming import bookings_outside
from app.auth.guards import actor
from app.business_hours.forms.holidays import HolidaysForm
from app.business_hours.routes.whose import bp, saved
from app.business_hours.special import close_days
from app.businesses.guards import needs_role
from app.businesses.public_holidays import asks_for_holidays, public_holidays, regions_of
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.intervals import Interval
from app.impact_page import with_impact
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.open_time import is_closed_on, weekly_hours
from app.schedule.wall_clock import local_date

AHEAD = timedelta(days=548)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday and its hours (minutes from midnight): decided, or only those of its weekday."""

    on: date
    name: str
    is_decided: bool
    intervals: list[Interval]


@bp.get("/public-holidays")
@needs_role("manager")
@asks_for_holidays
def index_holidays() -> Response:
    """Those of the next eighteen months, with what would happen on each."""
    days = _holidays()
    return _page(days, _form(days))


@bp.post("/public-holidays")
@needs_role("manager")
@retrying
@asks_for_holidays
def create_holidays() -> Response:
    """Close on all that were chosen, with what was decided about what is booked then."""
    days = _holidays()
    form = _form(days)
    if not form.validate():
        return _page(days, form, 422)
    _close(form)
    outside = bookings_outside(g.business, g.whose.resource_id, now=clock.now())
    db.session.commit()
    flash(saved(outside.count), "warning" if outside.count else "good")
    return hx.go_to(url_for(".index_special_days"))


def _holidays() -> list[Holiday]:
    """Each with its hours: one statement for all of them."""
    business, resource = g.business, g.whose.resource_id
    first = local_date(clock.now(), business.zone)
    names = public_holidays(business.country, business.region, first, first + AHEAD, business.language)
    calendar = Calendar(business.zone, first, first + AHEAD)
    calendar = with_hours(calendar, business.id, () if resource is None else (resource,))
    return [_holiday(calendar, resource, day, name) for day, name in names.items()]


def _holiday(calendar: Calendar, resource: int | None, day: date, name: str) -> Holiday:
    """A closed business is closed for everybody in it, whatever their own hours are."""
    of = resource if resource in calendar.week else None
    special = calendar.special.get(resource, {}).get(day)
    if is_closed_on(calendar, None, day) or is_closed_on(calendar, resource, day):
        return Holiday(day, name, True, [])
    if special is not None:
        return Holiday(day, name, True, sorted(special))
    if resource is None or of is None:
        shop = calendar.special.get(None, {}).get(day)
        if shop is not None:
            return Holiday(day, name, False, sorted(shop))
    return Holiday(day, name, False, sorted(weekly_hours(calendar, of, day, day.weekday())))


def _close(form: HolidaysForm) -> None:
    of, first, last = g.whose.resource_id, min(form.chosen), max(form.chosen)
    with_impact(
        lambda: close_days(g.business.id, form.chosen, of, by=actor(), now=clock.now()),
        around_days(g.business, first, last, of),
    )


def _form(days: list[Holiday]) -> HolidaysForm:
    """Open days are proposed; a day without hours needs no closing, and may be closed all the same."""
    names = {it.on: it.name for it in days if not it.is_decided}
    return HolidaysForm(names, [it.on for it in days if not it.is_decided and it.intervals])


def _page(days: list[Holiday], form: HolidaysForm, status: int = 200) -> Response:
    regions = regions_of(g.business.country)
    page = render_template(
        "business_hours/holidays.html",
        whose=g.whose,
        days=days,
        form=form,
        region=next((it.name for it in regions if it.code == g.business.region), None),
        has_regions=bool(regions),
    )
    return make_response(page, status)
