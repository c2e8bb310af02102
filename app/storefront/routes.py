"""What the world sees: the businesses, and each business's own page."""

from flask import Blueprint, Response, abort, g, make_response, render_template

from app.businesses.finding import find_public_business, listed_businesses
from app.core import clock
from app.schedule.business_days import hours_of_week
from app.schedule.wall_clock import local_date
from app.services.offering import bookable_services
from app.staff.team import team

bp = Blueprint("storefront", __name__)


@bp.get("/")
def index() -> Response:
    """The businesses that want to be found."""
    return make_response(render_template("storefront/index.html", businesses=listed_businesses()))


@bp.get("/b/<slug>/")
def show(slug: str) -> Response:
    """One business: what it offers, who works there, when it is open."""
    g.business = find_public_business(slug) or abort(404)
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
