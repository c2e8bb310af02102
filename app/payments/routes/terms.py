"""What is paid first and what goes back: for everything, and for one service that has it otherwise."""

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.changing import change_business
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.payments.forms.terms import TermsForm
from app.payments.stripe.account import account_of
from app.services.arranging import find_service
from app.services.models import Service
from app.services.offering import change_service
from app.terms_in_words import in_general, without_paying_in_words

bp = Blueprint("payment_terms", __name__, url_prefix="/manage/<slug>")
bp.before_request(members_only)


@bp.get("/settings/payment-terms")
@needs_role("manager")
def edit() -> Response:
    """What is paid first and what goes back, unless a service has it otherwise."""
    return _page(TermsForm(g.business))


@bp.post("/settings/payment-terms")
@needs_role("manager")
@retrying
def update() -> Response:
    """Keep that; what is booked keeps what was agreed."""
    form = TermsForm(g.business)
    if not form.validate():
        return _page(form, 422)
    change_business(g.business, form.columns, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Saved. What is booked already keeps what was agreed."), "good")
    return hx.go_to(url_for(".edit"))


@bp.get("/services/<id:service_id>/payment-terms")
@needs_role("manager")
def edit_of_service(service_id: int) -> Response:
    """The same for one service."""
    return _page(TermsForm(g.business, _load(service_id)))


@bp.post("/services/<id:service_id>/payment-terms")
@needs_role("manager")
@retrying
def update_of_service(service_id: int) -> Response:
    """Keep what is different for this service."""
    service = _load(service_id)
    form = TermsForm(g.business, service)
    if not form.validate():
        return _page(form, 422)
    try:
        change_service(service, by=actor(), now=clock.now(), **form.columns)
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), refusal.status)
    db.session.commit()
    flash(_("Saved. What is booked already keeps what was agreed."), "good")
    return hx.go_to(url_for(".edit_of_service", service_id=service_id))


@bp.post("/settings/payment-terms/meaning", defaults={"service_id": None})
@bp.post("/services/<id:service_id>/payment-terms/meaning")
@needs_role("manager")
def create_meaning(service_id: int | None) -> Response:
    """What customers would read of what is in the form; nothing is kept."""
    form = TermsForm(g.business, _load(service_id) if service_id else None)
    return make_response(render_template("payments/_meaning.html", form=form, **_meaning(form, typed=True)))


def _load(service_id: int) -> Service:
    return find_service(g.business.id, service_id) or abort(404)


def _page(form: TermsForm, status: int = 200) -> Response:
    page = "payments/service_terms.html" if form.service else "payments/terms.html"
    shown = _meaning(form, typed=status != 200)
    return make_response(render_template(page, form=form, service=form.service, **shown), status)


def _meaning(form: TermsForm, *, typed: bool) -> dict[str, object]:
    """The sentences, of what was typed or of what is kept; none of what makes no sense."""
    sentences = in_general(form.terms, g.business.currency) if not typed or form.validate() else []
    service = form.service
    if sentences and service:
        sentences += without_paying_in_words(form.terms, service.price_cents, g.business.currency)
    account = account_of(g.business.id)
    is_test = account is not None and not account.live
    return {"sentences": sentences, "can_ask": account is not None, "is_test": is_test}
