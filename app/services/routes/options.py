"""The options of what is chosen with an item, as its page changes them."""

from flask import Response, abort, flash, g, request
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.ordering import direction_of
from app.services.choosing import add_option, change_choosing, find_option, move_choosing, take_off
from app.services.forms.items import OptionForm
from app.services.models import ItemOption
from app.services.routes.choices import back_to, load_choice, refused
from app.services.routes.item_pages import item_page
from app.services.routes.items import bp


@bp.post("/item-choices/<id:choice_id>/options")
@needs_role("manager")
@retrying
def create_option(choice_id: int) -> Response:
    """Offer one thing more to choose."""
    choice = load_choice(choice_id)
    item_id, form = choice.item_id, OptionForm(g.business.currency, choice.id, formdata=request.form)
    if not form.validate():
        return item_page(item_id, wrong=form, status=422)
    try:
        add_option(choice, form.wish, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return item_page(item_id, wrong=refused(form, refusal), status=refusal.status)
    db.session.commit()
    return back_to(choice)


@bp.post("/item-options/<id:option_id>")
@needs_role("manager")
@retrying
def update_option(option_id: int) -> Response:
    """Call it something else, or take more or less for it."""
    option = _option(option_id)
    choice = load_choice(option.choice_id)
    form = OptionForm(g.business.currency, choice.id, option, request.form)
    if not form.validate():
        return item_page(choice.item_id, wrong=form, status=422)
    change_choosing(option, form.wish, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s is saved.", name=option.name), "good")
    return back_to(choice)


@bp.post("/item-options/<id:option_id>/position")
@needs_role("manager")
@retrying
def update_option_position(option_id: int) -> Response:
    """Offer it sooner or later."""
    option = _option(option_id)
    direction = direction_of(request.form.get("move")) or abort(422)
    move_choosing(option, direction, by=actor(), now=clock.now())
    db.session.commit()
    return back_to(load_choice(option.choice_id))


@bp.post("/item-options/<id:option_id>/removal")
@needs_role("manager")
@retrying
def create_option_removal(option_id: int) -> Response:
    """Offer it no more."""
    option = _option(option_id)
    take_off(option, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s is not offered any more.", name=option.name), "good")
    return back_to(load_choice(option.choice_id))


def _option(option_id: int) -> ItemOption:
    return find_option(g.business.id, option_id) or abort(404)
