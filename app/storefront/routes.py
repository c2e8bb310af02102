"""What the world sees: the businesses, and each business's own page."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request, url_for

from app.businesses.guards import find_shown_business
from app.businesses.searching import search, towns
from app.core import clock, hx
from app.core.text import is_web_address
from app.staff.menu import menu_of
from app.storefront.forms import SearchForm
from app.storefront.hours import opening_of

bp = Blueprint("storefront", __name__)


@bp.url_value_preprocessor
def load_business(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address, for every page that belongs to one."""
    if values and "slug" in values:
        g.business = find_shown_business(values.pop("slug")) or abort(404)


@bp.get("/")
def index() -> Response:
    """The businesses that want to be found, by name, town and trade."""
    form = SearchForm(request.args)
    found = search(form.text, form.town.data, form.page_number)
    return hx.render(
        "storefront/index.html", "storefront/_businesses.html", form=form, found=found, towns=towns()
    )


@bp.get("/b/<slug>/")
def show() -> Response:
    """One business: what it offers, who works there, when it is open."""
    address = url_for(".show", slug=g.business.slug, lang=None)
    page = render_template(
        "storefront/show.html",
        business=g.business,
        canonical=current_app.config["PUBLIC_BASE_URL"] + address,
        menu=menu_of(g.business.id),
        opening=opening_of(g.business, clock.now()),
    )
    return make_response(page)


@bp.get("/b/<slug>/<any(imprint, privacy, terms):topic>")
def show_text(topic: str) -> Response:
    """Who is behind a business, and on what terms. What stands elsewhere is linked to and has no page here."""
    text = getattr(g.business, topic)
    if not text or is_web_address(text):
        abort(404)
    page = render_template("storefront/text.html", business=g.business, topic=topic, text=text)
    return make_response(page)
