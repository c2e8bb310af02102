"""The widget on an owner's own website: what to put there, who may show it, and how it does."""

from flask import Blueprint, Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.sharing import home_origin, whole
from app.sites.allowing import allow_site, disallow_site, let_any_site_in
from app.sites.finding import origins_of
from app.sites.forms import AnywhereForm, OriginForm, SiteForm, WishForm
from app.sites.health import health_of
from app.sites.origins import shown
from app.sites.seeing import forget_sighting, sightings_of
from app.sites.snippets import Snippet
from app.sites.suggesting import suggested_site

bp = Blueprint("sites", __name__, url_prefix="/manage/<slug>/website")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """What to put on a website, where it may be shown and how it does there."""
    if hx.wants_partial():
        return make_response(render_template("sites/_snippet.html", **_snippet()))
    return _page(SiteForm())


@bp.post("/sites")
@needs_role("manager")
@retrying
def create_site() -> Response:
    """One more website that may show it."""
    form = SiteForm()
    try:
        origin = _allow(form.website.data or "")
    except DomainError as refused:
        undo()
        return _page(form.refuse(refused), refused.status)
    db.session.commit()
    flash(_("%(website)s may show your booking page now.", website=shown(origin)), "good")
    return _back()


@bp.post("/sites/removal")
@needs_role("manager")
@retrying
def create_site_removal() -> Response:
    """One less."""
    origin = OriginForm().origin.data or ""
    if disallow_site(g.business, origin, by=actor(), now=clock.now()):
        flash(_("%(website)s cannot show your booking page any more.", website=shown(origin)), "good")
    db.session.commit()
    return _back()


@bp.post("/anywhere")
@needs_role("manager")
@retrying
def update_anywhere() -> Response:
    """Any website, or only those on the list."""
    let_any_site_in(g.business, bool(AnywhereForm().anywhere.data), by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Saved."), "good")
    return _back()


@bp.post("/sightings/removal")
@needs_role("manager")
def create_sighting_removal() -> Response:
    """Put away what is known of a website."""
    forget_sighting(g.business.id, OriginForm().origin.data or "")
    db.session.commit()
    return _back()


def _allow(typed: str) -> str:
    return allow_site(g.business, typed, home=home_origin(), by=actor(), now=clock.now())


def _back() -> Response:
    return hx.go_to(url_for(".index", _anchor="websites"))


def _page(form: SiteForm, status: int = 200) -> Response:
    listed = origins_of(g.business.id)
    shown_with = {
        "form": form,
        "health": health_of(listed, sightings_of(g.business.id), anywhere=g.business.framed_anywhere),
        "suggested": suggested_site(g.business, listed, home_origin()),
        "home": home_origin(),
    }
    return make_response(render_template("sites/index.html", **shown_with, **_snippet()), status)


def _snippet() -> dict[str, object]:
    """The form of what is wished for, and what it comes to."""
    form = WishForm(g.business, request.args)
    slug, wish = g.business.slug, form.wish
    page = "ordering.menu" if form.is_for_orders else "flow.new"
    snippet = Snippet(
        home=whole(""),
        slug=slug,
        wish=wish,
        words=form.words,
        page=whole(url_for(page, slug=slug, **wish.choice)),
        frame=url_for(f"widget.{page}", slug=slug, **wish.choice, **wish.looks),
    )
    return {"wish_form": form, "snippet": snippet}
