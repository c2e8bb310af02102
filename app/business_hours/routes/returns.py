"""Putting back what was removed last: it closes again, so it asks what becomes of what was booked meanwhile."""

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from app.appointments.impact.around import around_days, around_time_off
from app.auth.guards import actor
from app.business_hours import away
from app.business_hours.routes import removed
from app.business_hours.routes.whose import bp, keepers_only
from app.business_hours.special import change_special_day, find_special_day
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.impact_page import with_impact


@bp.post("/special-days/return")
@needs_role("manager")
@retrying
def create_special_day_return() -> Response:
    """Let a date have the hours again that it had."""
    own, of, back = removed.removed_day(), g.whose.resource_id, url_for(".index_special_days")
    if own and not find_special_day(g.business.id, own.on, of):
        with_impact(
            lambda: change_special_day(g.business.id, None, own, of, by=actor(), now=clock.now()),
            around_days(g.business, own.on, own.on, of),
            back,
        )
        db.session.commit()
        flash(_("Put back."), "good")
    removed.forget("special_day")
    return hx.go_to(back)


@bp.post("/time-off/return")
@keepers_only
@retrying
def create_time_off_return() -> Response:
    """Let time off count again."""
    off, of, back = removed.removed_off(), g.whose.resource_id, url_for(".index_time_off")
    if off:
        with_impact(
            lambda: away.put_back(g.business.id, off, of, by=actor(), now=clock.now()),
            around_time_off(g.business, off, of),
            back,
        )
        db.session.commit()
        flash(_("Put back."), "good")
    removed.forget("time_off")
    return hx.go_to(back)
