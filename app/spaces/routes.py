"""The rooms of a business."""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.appointments.impact.around import Around
from app.appointments.upcoming import bookings_ahead
from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.impact_page import with_impact
from app.schedule.keeping import change_resource, find_resource, put_back
from app.schedule.models import Resource
from app.schedule.serving import put_away
from app.spaces.forms import RoomForm
from app.spaces.rooms import furnish, rooms

bp = Blueprint("rooms", __name__, url_prefix="/manage/<slug>/rooms")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """Those in use, and those that were put away."""
    away = rooms(g.business.id, active=False)
    return _show("spaces/index.html", rooms=rooms(g.business.id), away=away)


@bp.get("/new")
@needs_role("manager")
def new() -> Response:
    """A form for one more."""
    return _show("spaces/form.html", form=RoomForm(), room=None)


@bp.post("")
@needs_role("manager")
@retrying
def create() -> Response:
    """One more."""
    form = RoomForm()
    if not form.validate():
        return _show("spaces/form.html", 422, form=form, room=None)
    try:
        furnish(g.business.id, str(form.name.data), by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        form.name.errors = [str(refusal.message)]
        return _show("spaces/form.html", refusal.status, form=form, room=None)
    db.session.commit()
    flash(_("%(name)s is there. Services that need a room can use it now.", name=form.name.data), "good")
    return hx.go_to(url_for(".index"))


@bp.get("/<id:resource_id>")
@needs_role("manager")
def edit(resource_id: int) -> Response:
    """Its name, and the way to its hours."""
    room = _load(resource_id)
    return _show("spaces/form.html", form=RoomForm(data={"name": room.name}), room=room)


@bp.post("/<id:resource_id>")
@needs_role("manager")
@retrying
def update(resource_id: int) -> Response:
    """Another name."""
    room, form = _load(resource_id), RoomForm()
    if not form.validate():
        return _show("spaces/form.html", 422, form=form, room=room)
    change_resource(room, by=actor(), now=clock.now(), name=form.name.data)
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".index"))


@bp.get("/<id:resource_id>/removal")
@needs_role("manager")
def new_removal(resource_id: int) -> Response:
    """What is booked in it, and what will happen."""
    room = _load(resource_id)
    ahead = bookings_ahead(g.business.id, resource_id, since=clock.now())
    return _show("spaces/removal.html", room=room, ahead=ahead)


@bp.post("/<id:resource_id>/removal")
@needs_role("manager")
@retrying
def create_removal(resource_id: int) -> Response:
    """Nobody is given it any more. What is booked in it stays."""
    room = _load(resource_id)
    with_impact(
        lambda: put_away(g.business.id, resource_id, by=actor(), now=clock.now()),
        Around(resource_id),
    )
    db.session.commit()
    flash(_("%(name)s is put away.", name=room.name), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<id:resource_id>/return")
@needs_role("manager")
@retrying
def create_return(resource_id: int) -> Response:
    """It is used again."""
    room = _load(resource_id)
    try:
        put_back(g.business.id, resource_id, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        flash(str(refusal.message), "bad")
        return hx.go_to(url_for(".index"))
    db.session.commit()
    flash(_("%(name)s can be used again.", name=room.name), "good")
    return hx.go_to(url_for(".index"))


def _load(resource_id: int) -> Resource:
    return find_resource(g.business.id, resource_id, "space") or abort(404)


def _show(template: str, status: int = 200, **context: Any) -> Response:
    return make_response(render_template(template, **context), status)
