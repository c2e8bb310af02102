"""Where a business is found on the web."""

from urllib.parse import urlsplit

from flask import Response, current_app, g, request, url_for

from app.auth.guards import actor
from app.businesses.addressing import change_slug, former_slugs
from app.businesses.forms.address import AddressForm
from app.businesses.guards import needs_role
from app.businesses.routes.settings import bp, form_page, saved
from app.core import clock
from app.core.db import db, retrying
from app.core.errors import DomainError


@bp.get("/address")
@needs_role("owner")
def edit_address() -> Response:
    """Where customers find the business, and where they still do from before."""
    return _address(AddressForm(obj=g.business))


@bp.post("/address")
@needs_role("owner")
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


def _address(form: AddressForm, status: int = 200) -> Response:
    host = urlsplit(current_app.config["PUBLIC_BASE_URL"] or request.url_root).netloc
    former = [host + _page(slug) for slug in former_slugs(g.business.id)]
    before = host + _page(g.business.slug).removesuffix(f"{g.business.slug}/")
    return form_page("address", form, status, before=before, former=former)


def _page(slug: str) -> str:
    return url_for("storefront.show", slug=slug)
