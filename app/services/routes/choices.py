"""What is chosen with an item, as its page changes it."""

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.ordering import direction_of
from app.services.choosing import (
    add_choice,
    change_choosing,
    find_choice,
    move_choosing,
    take_off,
)
from app.services.forms.items import ChoiceForm, OptionForm
from app.services.models import ItemChoice
from app.services.routes.item_pages import item_page
from app.services.routes.items import bp, load_item


@bp.post("/items/<id:item_id>/choices")
@needs_role("manager")
@retrying
def create_choice(item_id: int) -> Response:
    """Let customers choose one thing more."""
    item = load_item(item_id)
    form = ChoiceForm(formdata=request.form)
    if not form.validate():
        return item_page(item_id, wrong=form, status=422)
    try:
        choice = add_choice(item, form.wish, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return item_page(item_id, wrong=refused(form, refusal), status=refusal.status)
    db.session.commit()
    return back_to(choice)


@bp.post("/item-choices/<id:choice_id>")
@needs_role("manager")
@retrying
def update_choice(choice_id: int) -> Response:
    """Ask it in other words, or let them choose more or fewer."""
    choice = load_choice(choice_id)
    form = ChoiceForm(choice, request.form)
    if not form.validate():
        return item_page(choice.item_id, wrong=form, status=422)
    change_choosing(choice, form.wish, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s is saved.", name=choice.name), "good")
    return back_to(choice)


@bp.post("/item-choices/<id:choice_id>/position")
@needs_role("manager")
@retrying
def update_choice_position(choice_id: int) -> Response:
    """Ask it sooner or later."""
    choice = load_choice(choice_id)
    direction = direction_of(request.form.get("move")) or abort(422)
    move_choosing(choice, direction, by=actor(), now=clock.now())
    db.session.commit()
    return back_to(choice)


@bp.post("/item-choices/<id:choice_id>/removal")
@needs_role("manager")
@retrying
def create_choice_removal(choice_id: int) -> Response:
    """Ask it no more."""
    choice = load_choice(choice_id)
    take_off(choice, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s is not asked any more.", name=choice.name), "good")
    return hx.go_to(url_for(".edit", item_id=choice.item_id))


def load_choice(choice_id: int) -> ItemChoice:
    """A choice of this business that is still made, or there is no such page."""
    return find_choice(g.business.id, choice_id) or abort(404)


def back_to(choice: ItemChoice) -> Response:
    """The page of the item, at the choice."""
    return hx.go_to(url_for(".edit", item_id=choice.item_id, _anchor=f"choice-{choice.id}"))


def refused(form: ChoiceForm | OptionForm, refusal: DomainError) -> ChoiceForm | OptionForm:
    """Show a refusal beside the name."""
    form.name.errors = [str(refusal.message)]
    return form
