"""Reviews that wait for a decision."""

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.platform_admin import wording
from app.platform_admin.forms import FindForm, VerdictForm
from app.platform_admin.moderating import Case, find_case, judge, next_one, waiting
from app.platform_admin.routes.blueprint import bp, platform


@bp.get("/reviews")
def reviews() -> Response:
    """What waits, the oldest first."""
    form = FindForm(request.args)
    page = render_template("platform_admin/reviews.html", found=waiting(form.number), wording=wording)
    return make_response(page)


@bp.get("/reviews/<id:business_id>/<id:review_id>")
def review(business_id: int, review_id: int) -> Response:
    """One review, with all there is to judge it by."""
    case = _load(business_id, review_id)
    return _page(case, VerdictForm(case))


@bp.post("/reviews/<id:business_id>/<id:review_id>/decision")
@retrying
def create_decision(business_id: int, review_id: int) -> Response:
    """Show or hide it, and go on with the next."""
    case = _load(business_id, review_id)
    form = VerdictForm(case)
    if not form.validate():
        return _page(case, form, 422)
    try:
        judge(case, form.wish, form.seen.data or "", by=platform(), now=clock.now())
    except DomainError as refused:
        undo()
        fresh = _load(business_id, review_id)
        return _page(fresh, form.seeing(fresh), refused.status, refused)
    db.session.commit()
    return _next()


def _next() -> Response:
    flash(_("Decided."), "good")
    following = next_one()
    if following is None:
        return hx.go_to(url_for(".reviews"))
    return hx.go_to(url_for(".review", business_id=following[0], review_id=following[1]))


def _load(business_id: int, review_id: int) -> Case:
    return find_case(business_id, review_id) or abort(404)


def _page(case: Case, form: VerdictForm, status: int = 200, refusal: DomainError | None = None) -> Response:
    page = render_template(
        "platform_admin/review.html", case=case, form=form, refusal=refusal, wording=wording
    )
    return make_response(page, status)
