"""What everybody reads of a business: its reviews, and the way to say that one should not be there."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request, url_for

from app.businesses.guards import find_shown_business
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying
from app.core.limits import limiter
from app.reviews.answering import report
from app.reviews.finding import find_shown
from app.reviews.forms.answering import VisitorReportForm
from app.reviews.forms.listing import AskedForm
from app.reviews.listing import how_many, names_of, shown_reviews, told_of
from app.reviews.models import Review
from app.reviews.ratings import BUSINESS, Stars, all_stars

bp = Blueprint("public_reviews", __name__, url_prefix="/b/<slug>/reviews")


@bp.url_value_preprocessor
def load_business_of_address(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address."""
    g.business = find_shown_business((values or {}).pop("slug")) or abort(404)


@bp.url_defaults
def same_business(_endpoint: str, values: dict[str, Any]) -> None:
    """Links inside stay with the business."""
    if "business" in g:
        values.setdefault("slug", g.business.slug)


@bp.get("")
def index() -> Response:
    """All of them, in the order and with the limits the address asks for."""
    stars = all_stars(g.business.id)
    total = stars.get((BUSINESS, 0), Stars())
    form = AskedForm(request.args, names_of(g.business.id, stars) if total.count else {})
    known = how_many(total, form.asked) if total.count else 0
    return hx.render(
        "reviews/index.html",
        "reviews/_reviews.html",
        business=g.business,
        stars=total,
        form=form,
        found=shown_reviews(g.business.id, form.asked, form.page_number, known),
        done=request.args.get("done"),
    )


@bp.get("/<uuid:uid>/report")
def new_report(uid: uuid.UUID) -> Response:
    """A form in which a visitor says what is wrong with a review."""
    return _report(_load(uid), _form())


@bp.post("/<uuid:uid>/report")
@limiter.limit("5 per minute; 20 per hour")
@retrying
def create_report(uid: uuid.UUID) -> Response:
    """Keep it until somebody has looked at it. The review stays meanwhile."""
    written, form = _load(uid), _form()
    if not form.validate():
        return _report(written, form, 422)
    report(written, form.reason.data, form.note.data, by=VISITOR, now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".index", done="reported"))


def _load(uid: uuid.UUID) -> Review:
    return find_shown(g.business.id, uid) or abort(404)


def _form() -> VisitorReportForm:
    return VisitorReportForm(g.business, clock.now(), current_app.config["MINIMUM_FILL_SECONDS"])


def _report(written: Review, form: VisitorReportForm, status: int = 200) -> Response:
    page = render_template("reviews/report.html", business=g.business, form=form, told=told_of(written))
    return make_response(page, status)
