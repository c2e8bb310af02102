"""Money that needs a look: Stripe is asked again, and members decide what becomes of it."""

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.jobs import ring
from app.money.forms.deciding import AgainForm, DecisionForm
from app.money.forms.listing import PageForm
from app.money.going_back import find_online, undone_refunds_of
from app.money.looking import ToReview, find_review, reviews_of
from app.money.routes.pages import bp
from app.money.visits import places_of
from app.payments.jobs import reconcile_payments, sync_payment
from app.payments.refunding import give_again
from app.payments.stripe.answers import Unreachable
from app.payments.unexpected import decide


@bp.get("/reviews")
@needs_role("manager")
def index_reviews() -> Response:
    """Payments that are not what was asked for, and refunds that failed."""
    return _list()


@bp.post("/reviews/<id:payment_id>/question")
@needs_role("manager")
@retrying
def create_question(payment_id: int) -> Response:
    """Ask Stripe once more what it has; no transaction is open meanwhile."""
    payment = _load(payment_id).payment
    try:
        sync_payment(g.business.id, payment.id)
    except Unreachable:
        undo()
        problem = _("Stripe cannot be reached right now. Nothing has changed; please try again in a moment.")
        return _list(problem, Unreachable.status)
    waits = _load(payment_id).payment.status == "needs_review"
    said = _("Stripe says the same as before.") if waits else _("Stripe says that all is well now.")
    flash(said, "warning" if waits else "good")
    return hx.go_to(url_for(".index_reviews"))


@bp.get("/reviews/<id:payment_id>")
@needs_role("manager")
def show_review(payment_id: int) -> Response:
    """What happened, and what can be done about it."""
    found = _load(payment_id)
    if found.payment.status != "needs_review":
        return hx.go_to(url_for(".index_reviews"))
    return _decision(found, DecisionForm(found.payment, found.invoice))


@bp.post("/reviews/<id:payment_id>")
@needs_role("manager")
@retrying
def create_decision(payment_id: int) -> Response:
    """It is counted, goes back, or is set aside."""
    found = _load(payment_id)
    form = DecisionForm(found.payment, found.invoice)
    if not form.validate() and found.payment.status == "needs_review":
        return _decision(found, form, 422)
    try:
        decide(g.business, found.payment, by=actor(), now=clock.now(), **form.decided)
    except DomainError as refusal:
        undo()
        return _list(str(refusal.message), refusal.status)
    db.session.commit()
    ring(reconcile_payments)
    flash(form.said, "good")
    return hx.go_to(url_for(".index_reviews"))


@bp.post("/refunds/<id:refund_id>/repeat")
@needs_role("manager")
@retrying
def create_repeat(refund_id: int) -> Response:
    """A refund that failed: Stripe tries once more, or a member has handed it out."""
    refund = find_online(g.business.id, refund_id) or abort(404)
    form = AgainForm()
    if not form.validate():
        return _list(_("Please choose one."), 422)
    try:
        give_again(g.business, refund, by_hand=form.is_by_hand, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _list(str(refusal.message), refusal.status)
    db.session.commit()
    ring(reconcile_payments)
    flash(_("Given back.") if form.is_by_hand else _("Stripe has been asked once more."), "good")
    return hx.go_to(url_for(".index_reviews"))


def _load(payment_id: int) -> ToReview:
    return find_review(g.business.id, payment_id) or abort(404)


def _list(problem: str | None = None, status: int = 200) -> Response:
    found = reviews_of(g.business.id, PageForm(request.args).number)
    failed = undone_refunds_of(g.business.id)
    invoices = [*(it.invoice for it in found.rows), *(it.invoice for it in failed)]
    visits = {it.subject_uid for it in invoices}
    shown = {"found": found, "failed": failed, "places": places_of(g.business.id, visits)}
    return make_response(render_template("money/reviews.html", problem=problem, **shown), status)


def _decision(found: ToReview, form: DecisionForm, status: int = 200) -> Response:
    places = places_of(g.business.id, {found.invoice.subject_uid})
    page = render_template("money/review.html", found=found, form=form, places=places)
    return make_response(page, status)
