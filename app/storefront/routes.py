"""What the world sees: the businesses, each business's own page, and what search engines ask for first."""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from app.auth.guards import known_visitor
from app.businesses.guards import find_shown_business
from app.businesses.searching import search, towns
from app.core import clock, hx
from app.core.text import is_web_address
from app.customers.favouring import is_favourite
from app.media import picture
from app.orders.menu import has_menu
from app.reviews.listing import newest_reviews
from app.reviews.ratings import BUSINESS, all_stars
from app.sharing import whole
from app.staff.menu import menu_of
from app.storefront.forms import SearchForm
from app.storefront.hours import opening_of
from app.storefront.linked_data import Addresses, local_business
from app.storefront.listing import count_parts, slugs_of_part

bp = Blueprint("storefront", __name__)
NEWEST = 3  # So many reviews stand on the page of a business itself.


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
    visitor = None if g.get("preview") else known_visitor()
    menu, opening = menu_of(g.business.id), opening_of(g.business, clock.now())
    stars = all_stars(g.business.id)
    total = stars.get((BUSINESS, 0))
    page = render_template(
        "storefront/show.html",
        business=g.business,
        menu=menu,
        opening=opening,
        can_order=has_menu(g.business.id),
        stars=stars,
        reviews=newest_reviews(g.business.id, NEWEST) if total and total.count else [],
        is_favourite=visitor and is_favourite(visitor.id, g.business.id),
        linked_data=None
        if g.get("preview")
        else local_business(g.business, menu, opening, _addresses(), total),
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


@bp.get("/robots.txt")
def robots() -> Response:
    """What search engines need not look at: the members' side, and what belongs to one customer."""
    return _kept(render_template("storefront/robots.txt", sitemap=whole(url_for(".sitemap"))), "text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses of the businesses that want to be found, or of the parts of that list."""
    parts = count_parts()
    if parts == 1:
        return _part(1, whole(url_for(".index", lang=None)))
    addresses = [whole(url_for(".sitemap_part", number=it + 1)) for it in range(parts)]
    return _kept(render_template("storefront/sitemap_index.xml", addresses=addresses), "application/xml")


@bp.get("/sitemap-<id:number>.xml")
def sitemap_part(number: int) -> Response:
    """One part of a long list."""
    return _part(number)


def _part(number: int, *others: str) -> Response:
    slugs = slugs_of_part(number)
    if not slugs and not others:
        abort(404)
    addresses = [*others, *(whole(url_for(".show", slug=it, lang=None)) for it in slugs)]
    return _kept(render_template("storefront/sitemap.xml", addresses=addresses), "application/xml")


def _kept(body: str, mimetype: str) -> Response:
    """The same for everybody, and for an hour."""
    response = Response(body, mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _addresses() -> Addresses:
    """Where a business is found, as the world writes it, in nobody's language."""
    business = g.business
    page, booking = (whole(url_for(it, slug=business.slug, lang=None)) for it in (".show", "flow.new"))
    pictures = [
        whole(picture(key)) if key else None for key in (business.cover or business.logo, business.logo)
    ]
    return Addresses(page, booking, lambda service: f"{booking}?service={service}", *pictures)
