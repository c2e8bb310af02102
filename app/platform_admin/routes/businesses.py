"""All businesses, and switching one off or on."""

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import proved_only
from app.businesses.joining import members_of
from app.businesses.models import Business
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.platform_admin import deciding
from app.platform_admin.forms import FindForm, ReinstatementForm, SuspensionForm
from app.platform_admin.listing import businesses_like, counts_of, decisions, one_of_all
from app.platform_admin.routes.blueprint import bp, in_words, platform
from app.platform_admin.wording import STATES
from app.reviews.ratings import all_stars

LATEST = 10


@bp.get("")
def index() -> Response:
    """All businesses, or those somebody looks for."""
    form = FindForm(request.args)
    found = businesses_like(form.typed, form.chosen, form.number)
    page = render_template("platform_admin/index.html", form=form, found=found, states=STATES)
    return make_response(page)


@bp.get("/businesses/<id:business_id>")
def show(business_id: int) -> Response:
    """One of them: who works there, what was decided about it, and switching it off or on."""
    business = _load(business_id)
    return _page(business, SuspensionForm(formdata=None), ReinstatementForm(formdata=None))


@bp.post("/businesses/<id:business_id>/suspension")
@proved_only
@retrying
def create_suspension(business_id: int) -> Response:
    """Switch it off."""
    business, form = _load(business_id), SuspensionForm()
    other = ReinstatementForm(formdata=None)
    if not form.validate():
        return _page(business, form, other, 422)
    try:
        deciding.suspend(business, form.reason(business.language), by=platform(), now=clock.now())
    except DomainError as refused:
        undo()
        return _page(_load(business_id), form, other, refused.status, refused)
    db.session.commit()
    flash(_("It is suspended."), "good")
    return hx.go_to(url_for(".show", business_id=business_id))


@bp.post("/businesses/<id:business_id>/suspension/removal")
@proved_only
@retrying
def create_suspension_removal(business_id: int) -> Response:
    """Let it be what it was before."""
    business, form = _load(business_id), ReinstatementForm()
    other = SuspensionForm(formdata=None)
    if not form.validate():
        return _page(business, other, form, 422)
    try:
        deciding.reinstate(business, str(form.words.data), by=platform(), now=clock.now())
    except DomainError as refused:
        undo()
        return _page(_load(business_id), other, form, refused.status, refused)
    db.session.commit()
    flash(_("The suspension is lifted."), "good")
    return hx.go_to(url_for(".show", business_id=business_id))


def _load(business_id: int) -> Business:
    return one_of_all(business_id) or abort(404)


def _page(
    business: Business,
    suspension: SuspensionForm,
    reinstatement: ReinstatementForm,
    status: int = 200,
    refusal: DomainError | None = None,
) -> Response:
    booked, ordered, last = counts_of(business.id)
    page = render_template(
        "platform_admin/show.html",
        it=business,
        members=members_of(business.id),
        booked=booked,
        ordered=ordered,
        last=last,
        stars=all_stars(business.id).get(("business", 0)),
        events=in_words(decisions(None, business_id=business.id, most=LATEST)[:LATEST]),
        suspension=suspension,
        reinstatement=reinstatement,
        refusal=refusal,
        states=STATES,
    )
    return make_response(page, status)
