"""The page of one item: what it is, and what is chosen with it."""

from flask import Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from wtforms import Form

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.files import takes_files
from app.services.choosing import choices_of
from app.services.forms.items import ChoiceForm, ItemForm, OptionForm
from app.services.models import Service, ServiceItem
from app.services.routes.items import bp, load_item
from app.services.routes.listing import load_service
from app.services.selling import add_item, change_item


@bp.get("/services/<id:service_id>/items/new")
@needs_role("manager")
def new(service_id: int) -> Response:
    """An empty form."""
    service = load_service(service_id)
    return _page(service, ItemForm(g.business))


@bp.post("/services/<id:service_id>/items")
@needs_role("manager")
@takes_files
@retrying
def create(service_id: int) -> Response:
    """Put an item on the menu, and go on to what is chosen with it."""
    service = load_service(service_id)
    form = ItemForm(g.business)
    if not form.validate():
        return _page(service, form, status=422)
    try:
        item = add_item(service, form.wish, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(load_service(service_id), form.refuse(refusal), status=refusal.status)
    db.session.commit()
    flash(_("%(name)s is on the menu. Below you can add sizes and extras.", name=item.name), "good")
    return hx.go_to(url_for(".edit", item_id=item.id))


@bp.get("/items/<id:item_id>")
@needs_role("manager")
def edit(item_id: int) -> Response:
    """An item with everything that can be said about it."""
    return item_page(item_id)


@bp.post("/items/<id:item_id>")
@needs_role("manager")
@takes_files
@retrying
def update(item_id: int) -> Response:
    """Sell it like this from now on."""
    item = load_item(item_id)
    form = ItemForm(g.business, item)
    if not form.validate():
        return item_page(item_id, form, status=422)
    try:
        change_item(item, form.wish, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return item_page(item_id, form.refuse(refusal), status=refusal.status)
    db.session.commit()
    flash(_("%(name)s is saved.", name=item.name), "good")
    return hx.go_to(url_for(".edit", item_id=item.id))


def item_page(
    item_id: int,
    form: ItemForm | None = None,
    wrong: ChoiceForm | OptionForm | None = None,
    status: int = 200,
) -> Response:
    """The page of an item; `wrong` is the form of a choice or an option that could not be kept."""
    item = load_item(item_id)
    chosen, currency = choices_of(item), g.business.currency
    forms: dict[str, Form] = {"choice-": ChoiceForm()}
    for it in chosen:
        at = it.choice.id
        forms |= {f"choice-{at}-": ChoiceForm(it.choice), f"of-{at}-": OptionForm(currency, at)}
        forms |= {f"option-{line.id}-": OptionForm(currency, at, line) for line in it.options}
    if wrong:
        forms[wrong.name.name.removesuffix("name")] = wrong
    service, form = load_service(item.service_id), form or ItemForm(g.business, item)
    return _page(service, form, item, status, chosen=chosen, forms=forms)


def _page(
    service: Service, form: ItemForm, item: ServiceItem | None = None, status: int = 200, **more: object
) -> Response:
    page = render_template("services/items/edit.html", service=service, form=form, item=item, **more)
    return make_response(page, status)
