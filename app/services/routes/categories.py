"""The headings, on one small page."""

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.ordering import direction_of
from app.services.arranging import count_by_category
from app.services.categorizing import (
    add_category,
    categories_of,
    find_category,
    move_category,
    remove_category,
    rename_category,
)
from app.services.forms.category import CategoryForm
from app.services.models import ServiceCategory
from app.services.routes import bp


@bp.get("/categories")
@needs_role("manager")
def categories() -> Response:
    """The headings services stand under, in order."""
    return _page(CategoryForm(formdata=None))


@bp.post("/categories")
@needs_role("manager")
@retrying
def create_category() -> Response:
    """Add a heading, the last on the list."""
    form = CategoryForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        add_category(g.business.id, str(form.name.data), by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), status=refusal.status)
    db.session.commit()
    flash(
        _("%(name)s is on the list. Choose it at the services that belong there.", name=form.name.data),
        "good",
    )
    return hx.go_to(url_for(".categories"))


@bp.post("/categories/<id:category_id>")
@needs_role("manager")
@retrying
def update_category(category_id: int) -> Response:
    """Call a heading something else."""
    category, form = _load(category_id), CategoryForm()
    if not form.validate():
        return _page(CategoryForm(formdata=None), category, form, 422)
    try:
        rename_category(category, str(form.name.data), by=actor(), now=clock.now()) or abort(404)
    except DomainError as refusal:
        undo()
        return _page(CategoryForm(formdata=None), category, form.refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("%(name)s is saved.", name=form.name.data), "good")
    return hx.go_to(url_for(".categories"))


@bp.post("/categories/<id:category_id>/position")
@needs_role("manager")
@retrying
def update_category_position(category_id: int) -> Response:
    """Move a heading up or down by one."""
    category = _load(category_id)
    direction = direction_of(request.form.get("move")) or abort(422)
    move_category(category, direction, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".categories"))


@bp.post("/categories/<id:category_id>/removal")
@needs_role("manager")
@retrying
def create_category_removal(category_id: int) -> Response:
    """Take a heading away; its services stay."""
    category = _load(category_id)
    remove_category(category, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s is gone. Its services are still on your list.", name=category.name), "good")
    return hx.go_to(url_for(".categories"))


def _load(category_id: int) -> ServiceCategory:
    return find_category(g.business.id, category_id) or abort(404)


def _page(
    form: CategoryForm,
    category: ServiceCategory | None = None,
    renaming: CategoryForm | None = None,
    status: int = 200,
) -> Response:
    """The list; `renaming` is the form of one `category` that could not be kept."""
    page = render_template(
        "services/categories.html",
        form=form,
        categories=categories_of(g.business.id),
        counts=count_by_category(g.business.id),
        open_id=category.id if category else None,
        renaming=renaming,
    )
    return make_response(page, status)
