"""Where a business is found on the web."""

from urllib.parse import urlsplit

from flask import Response, current_app, flash, g, request, url_for
from flask_login import current_user

from app.auth.accounts import load_user
from app.auth.guards import actor, proved_only
from app.businesses.addressing import change_slug, former_slugs
from app.businesses.forms.address import AddressForm
from app.businesses.guards import needs_role
from app.businesses.listing import list_by_owner, list_publicly
from app.businesses.routes.settings import bp, form_page, saved
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.errors import DomainError


@bp.get("/address")
@needs_role("owner")
def edit_address() -> Response:
    """Where customers find the business, and where they still do from before."""
    return _address(AddressForm(obj=g.business))


@bp.post("/address")
@needs_role("owner")
@proved_only
@retrying
def update_address() -> Response:
    """Move to another address; links to the former one lead on."""
    form = AddressForm(obj=g.business)
    if not form.validate():
        return _address(form, 422)
    try:
        change_slug(g.business, str(form.slug.data), by=actor(), now=clock.now())
    except DomainError as refused:
        db.session.rollback()
        return _address(form.refuse(refused), refused.status)
    db.session.commit()
    return saved(".edit_address")


@bp.post("/listing")
@needs_role("owner")
def create_listing() -> Response:
    """Be found by people who search."""
    try:
        list_by_owner(g.business, load_user(current_user.id), by=actor(), now=clock.now())
    except DomainError as refused:
        db.session.rollback()
        flash(str(refused.message), "bad")
        return hx.go_to(url_for(".edit_address"))
    db.session.commit()
    return saved(".edit_address")


@bp.post("/listing/removal")
@needs_role("owner")
def create_listing_removal() -> Response:
    """Be reached by the address only."""
    list_publicly(g.business, False, by=actor(), now=clock.now())
    db.session.commit()
    return saved(".edit_address")


def _address(form: AddressForm, status: int = 200) -> Response:
    host = urlsplit(current_app.config["PUBLIC_BASE_URL"] or request.url_root).netloc
    former = [host + _page(slug) for slug in former_slugs(g.business.id)]
    before = host + _page(g.business.slug).removesuffix(f"{g.business.slug}/")
    user = load_user(current_user.id)
    return form_page("address", form, status, before=before, former=former, user=user)


def _page(slug: str) -> str:
    return url_for("storefront.show", slug=slug)
