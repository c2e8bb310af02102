"""What is on the menu: the list, and what is done to one of its items from there. Staff say what is sold out."""

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.ordering import direction_of
from app.services.models import ServiceItem
from app.services.routes.listing import load_service
from app.services.selling import (
    find_item,
    move_item,
    retire_item,
    return_item,
    set_sold_out,
    shelves_of,
)

bp = Blueprint("items", __name__, url_prefix="/manage/<slug>")
bp.before_request(members_only)


@bp.get("/items", defaults={"service_id": None})
@bp.get("/services/<id:service_id>/items")
def index(service_id: int | None) -> Response:
    """All that can be ordered, or what can be ordered of one service; `?shown=away` asks for what was taken off."""
    active = request.args.get("shown") != "away"
    page = render_template(
        "services/items/index.html",
        service=load_service(service_id) if service_id else None,
        shelves=shelves_of(g.business.id, service_id, active=active),
        active=active,
        may_change=g.membership.is_at_least("manager"),
    )
    return make_response(page)


@bp.post("/items/<id:item_id>/position")
@needs_role("manager")
@retrying
def update_position(item_id: int) -> Response:
    """Move an item up or down on the menu."""
    item = load_item(item_id)
    direction = direction_of(request.form.get("move")) or abort(422)
    move_item(item, direction, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".index", service_id=item.service_id))


@bp.post("/items/<id:item_id>/sold-out")
@retrying
def update_sold_out(item_id: int) -> Response:
    """Nobody can order it until somebody says so (`sold_out` is y), or they can again."""
    item = load_item(item_id)
    set_sold_out(item, sold_out=request.form.get("sold_out") == "y", by=actor(), now=clock.now())
    db.session.commit()
    words = _("%(name)s is sold out.") if item.sold_out else _("%(name)s can be ordered again.")
    flash(words % {"name": item.name}, "good")
    of_all = "all" in request.form
    return hx.go_to(url_for(".index", service_id=None if of_all else item.service_id))


@bp.post("/items/<id:item_id>/retirement")
@needs_role("manager")
@retrying
def create_retirement(item_id: int) -> Response:
    """Take it off the menu."""
    item = load_item(item_id)
    retire_item(item, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s is off the menu. What is ordered stays ordered.", name=item.name), "good")
    return hx.go_to(url_for(".index", service_id=item.service_id))


@bp.post("/items/<id:item_id>/return")
@needs_role("manager")
@retrying
def create_return(item_id: int) -> Response:
    """Put it on the menu again."""
    item = load_item(item_id)
    try:
        return_item(item, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        flash(str(refusal.message), "bad")
        return hx.go_to(url_for(".index", service_id=load_item(item_id).service_id, shown="away"))
    db.session.commit()
    flash(_("%(name)s is on the menu again.", name=item.name), "good")
    return hx.go_to(url_for(".edit", item_id=item.id))


def load_item(item_id: int) -> ServiceItem:
    """An item of this business, or there is no such page."""
    return find_item(g.business.id, item_id) or abort(404)
