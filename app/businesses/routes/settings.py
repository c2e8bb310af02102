"""What members say about their business: details, booking rules, texts."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.changing import Keeping, change_business
from app.businesses.forms.business import BusinessForm
from app.businesses.forms.policy import PolicyForm, window_in_words
from app.businesses.forms.texts import TextsForm
from app.businesses.guards import members_only, needs_role
from app.businesses.public_holidays import asks_for_holidays
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.zone_page import with_zone

bp = Blueprint("settings", __name__, url_prefix="/manage/<slug>/settings")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
@asks_for_holidays
def edit() -> Response:
    """What the business is, where it is and how to reach it."""
    return _details(BusinessForm(g.business))


@bp.post("")
@needs_role("manager")
@retrying
@asks_for_holidays
def update() -> Response:
    """Keep the details of the business."""
    form = BusinessForm(g.business)
    if not form.validate():
        return _details(form, 422)
    try:
        with_zone(lambda keeping: _change(form.columns, keeping), form.zone.data)
    except DomainError as refused:
        db.session.rollback()
        return _details(form.refuse(refused), refused.status)
    db.session.commit()
    return saved(".edit")


@bp.get("/policy")
@needs_role("manager")
def edit_policy() -> Response:
    """How early, how late and how much customers may book."""
    return _policy(PolicyForm(g.business))


@bp.post("/policy")
@needs_role("manager")
@retrying
def update_policy() -> Response:
    """Keep the rules for booking."""
    form = PolicyForm(g.business)
    if not form.validate():
        return _policy(form, 422)
    try:
        change_business(g.business, form.columns, by=actor(), now=clock.now())
    except DomainError as refused:
        db.session.rollback()
        return _policy(form.refuse(refused), refused.status)
    db.session.commit()
    return saved(".edit_policy")


@bp.get("/texts")
@needs_role("manager")
def edit_texts() -> Response:
    """The imprint, the privacy notice and the terms."""
    return _texts(TextsForm(obj=g.business))


@bp.post("/texts")
@needs_role("manager")
def update_texts() -> Response:
    """Keep the texts the law asks for."""
    form = TextsForm(obj=g.business)
    if not form.validate():
        return _texts(form, 422)
    change_business(g.business, form.columns, by=actor(), now=clock.now())
    db.session.commit()
    return saved(".edit_texts")


def saved(endpoint: str) -> Response:
    """Back to the page whose form was kept, which says so."""
    flash(_("Saved."), "good")
    return hx.go_to(url_for(endpoint))


def form_page(template: str, form: Any, status: int = 200, **more: Any) -> Response:
    """A page of the settings with its form."""
    return make_response(render_template(f"businesses/{template}.html", form=form, **more), status)


def _change(columns: Mapping[str, Any], keeping: Keeping | None) -> None:
    change_business(g.business, columns, keeping=keeping, by=actor(), now=clock.now())


def _details(form: BusinessForm, status: int = 200) -> Response:
    return form_page("details", form, status)


def _policy(form: PolicyForm, status: int = 200) -> Response:
    return form_page("policy", form, status, in_words=window_in_words(g.business))


def _texts(form: TextsForm, status: int = 200) -> Response:
    return form_page("texts", form, status)
