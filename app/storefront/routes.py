"""What the world sees: the businesses, and each business's own page."""

from flask import Blueprint, Response, abort, g, make_response, render_template, request

from app.businesses.guards import find_shown_business
from app.businesses.searching import search, towns
from app.core import clock, hx
from app.schedule.business_days import hours_of_week
from app.schedule.wall_clock import local_date
from app.services.offering import bookable_services
from app.staff.team import team
from app.storefront.forms import SearchForm

bp = Blueprint("storefront", __name__)


@bp.get("/")
def index() -> Response:
    """The businesses that want to be found, by name, town and trade."""
    form = SearchForm(request.args)
    found = search(form.text, form.town.data, form.page_number)
    return hx.render(
        "storefront/index.html", "storefront/_businesses.html", form=form, found=found, towns=towns()
    )


@bp.get("/b/<slug>/")
def show(slug: str) -> Response:
    """One business: what it offers, who works there, when it is open."""
    g.business = find_shown_business(slug) or abort(404)
    today = local_date(clock.now(), g.business.zone)
    page = render_template(
        "storefront/show.html",
        business=g.business,
        services=bookable_services(g.business.id),
        people=team(g.business.id),
        week=hours_of_week(g.business, today),
        today=today.weekday(),
    )
    return make_response(page)
