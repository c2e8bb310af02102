"""Calendars elsewhere that keep somebody busy: add one, have it read now, remove it."""

from flask import Response, abort, flash, g, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter
from app.feeds.forms import OtherForm
from app.feeds.models import OtherCalendar
from app.feeds.others import add_calendar, find_calendar, read_again, remove_calendar
from app.feeds.routes.feeds import bp, other_form, page


@bp.post("/others")
@limiter.limit("20 per minute")
@retrying
def create_other() -> Response:
    """One more, which is read at once."""
    form = other_form()
    if not form.validate():
        return page(422, other=form)
    try:
        _add(form)
    except DomainError as refusal:
        undo()
        return page(refusal.status, other=form.refuse(refusal))
    db.session.commit()
    flash(_("Added. It is read now, and then every quarter of an hour."), "good")
    return _back()


@bp.post("/others/<id:calendar_id>/reading")
@limiter.limit("20 per minute")
@retrying
def create_reading(calendar_id: int) -> Response:
    """Have it read now."""
    read_again(_load(calendar_id), now=clock.now())
    db.session.commit()
    flash(_("It is being read. Look again in a moment."), "good")
    return _back()


@bp.post("/others/<id:calendar_id>/removal")
@retrying
def create_other_removal(calendar_id: int) -> Response:
    """Forget it, with the time off it brought."""
    remove_calendar(_load(calendar_id), by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Removed. What was in it keeps nobody busy any more."), "good")
    return _back()


def _add(form: OtherForm) -> None:
    name, address = form.name.data or "", form.address.data or ""
    add_calendar(g.membership, form.resource_id, name, address, by=actor(), now=clock.now())


def _load(calendar_id: int) -> OtherCalendar:
    return find_calendar(g.membership, calendar_id) or abort(404)


def _back() -> Response:
    return hx.go_to(url_for(".index", _anchor="others"))
