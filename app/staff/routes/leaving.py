"""Somebody leaves, or comes back."""

from flask import Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.appointments.impact.around import Around
from app.appointments.upcoming import bookings_ahead
from app.auth.guards import actor, proved_only
from app.businesses.guards import needs_role
from app.businesses.inviting import GIVES
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.impact_page import with_impact
from app.staff.leaving import dismiss, take_back
from app.staff.roster import Person
from app.staff.routes.room import bp, load, load_row


@bp.get("/<id:resource_id>/departure")
@needs_role("manager")
def new_departure(resource_id: int) -> Response:
    """What is booked with them, and what will happen."""
    _load_below(resource_id)
    return _page(resource_id)


@bp.post("/<id:resource_id>/departure")
@needs_role("manager")
@proved_only
@retrying
def create_departure(resource_id: int) -> Response:
    """Nobody books them any more, and they are signed out. What is booked is asked about first."""
    person = _load_below(resource_id)
    try:
        with_impact(
            lambda: dismiss(g.business, load_row(resource_id), by=actor(), now=clock.now()),
            Around(resource_id),
        )
    except DomainError as refusal:
        undo()
        return _page(resource_id, refusal)
    db.session.commit()
    flash(_("%(name)s is not on the team any more.", name=person.name), "good")
    return hx.go_to(url_for(".index_former"))


@bp.post("/<id:resource_id>/return")
@needs_role("manager")
@retrying
def create_return(resource_id: int) -> Response:
    """They can be booked again."""
    person = load(resource_id)
    try:
        take_back(g.business, load_row(resource_id), by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        flash(str(refusal.message), "bad")
        return hx.go_to(url_for(".index_former"))
    db.session.commit()
    flash(_("%(name)s is back on the team.", name=person.name), "good")
    return hx.go_to(url_for(".edit", resource_id=resource_id))


def _load_below(resource_id: int) -> Person:
    """Somebody whom this member may let go: only an owner lets owners and managers go, others get 403."""
    person = load(resource_id)
    if person.role and person.role not in GIVES[g.membership.role]:
        abort(403)
    return person


def _page(resource_id: int, refusal: DomainError | None = None) -> Response:
    page = render_template(
        "staff/departure.html",
        person=load(resource_id),
        ahead=bookings_ahead(g.business.id, resource_id, since=clock.now()),
        refusal=refusal,
    )
    return make_response(page, refusal.status if refusal else 200)
