"""The page on which a customer says what a booking or an order was like, by its link."""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from app.businesses.finding import load_business
from app.core import clock, hx
from app.core.actor import Actor
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.files import takes_albums
from app.core.limits import limiter
from app.orders.models import Order
from app.reviews.decided import decision_about
from app.reviews.finding import Subject, find_subject, pictures_of, review_of
from app.reviews.forms.writing import STARS, ReviewForm
from app.reviews.listing import told_of
from app.reviews.models import Review
from app.reviews.writing import EDITED_WITHIN, can_edit, check_reviewable, edit, performer_of, review

bp = Blueprint("reviews", __name__)


@bp.get("/reviews/<token>")
def write(token: str) -> Response:
    """A form; what was said already; or why nothing can be said."""
    return _page(token, _load(token))


@bp.post("/reviews/<token>")
@limiter.limit("30 per minute")
@takes_albums
@retrying
def create(token: str) -> Response:
    """Say it."""
    subject = _load(token)
    form = ReviewForm(subject, performer_of(subject))
    try:
        check_reviewable(subject, clock.now())
        if review_of(subject) or not form.validate():
            return _page(token, subject, form, 422)
        said = form.said
        review(g.business, _load(token), said, by=_customer(subject), now=clock.now())
    except DomainError as refused:
        undo()
        return _page(token, _load(token), form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".write", token=token, done="written"))


@bp.get("/reviews/<token>/revision")
def edit_review(token: str) -> Response:
    """The form again, with what was said."""
    subject = _load(token)
    written = review_of(subject)
    if written is None or not can_edit(written, clock.now()):
        return hx.go_to(url_for(".write", token=token))
    return _form(token, _form_of(subject, written))


@bp.post("/reviews/<token>/revision")
@limiter.limit("30 per minute")
@takes_albums
@retrying
def update(token: str) -> Response:
    """Say something else, once."""
    subject = _load(token)
    written = review_of(subject) or abort(404)
    form = _form_of(subject, written)
    if not form.validate():
        return _form(token, form, 422)
    try:
        edit(written, form.said, by=_customer(subject), now=clock.now())
    except DomainError as refused:
        undo()
        return _page(token, _load(token), form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".write", token=token, done="changed"))


@bp.post("/reviews/<token>/preview")
@limiter.limit("60 per minute")
@takes_albums
def preview(token: str) -> Response:
    """What others would read; nothing is kept."""
    subject = _load(token)
    written = review_of(subject)
    return _form(token, _form_of(subject, written), is_preview=True)


def _load(token: str) -> Subject:
    subject = find_subject(token) or abort(404)
    g.business = load_business(subject.business_id)
    return subject


def _customer(subject: Subject) -> Actor:
    """Whoever has the link acts as the customer."""
    return Actor("customer", subject.contact_name or "customer")


def _form_of(subject: Subject, written: Review | None) -> ReviewForm:
    kept = pictures_of(written) if written else ()
    return ReviewForm(subject, performer_of(subject), written, kept)


def _page(token: str, subject: Subject, form: ReviewForm | None = None, status: int = 200) -> Response:
    """What there is for whoever has this link now."""
    written, now = review_of(subject), clock.now()
    if written is not None:
        return _said(token, written, form, 409 if form else status)
    try:
        check_reviewable(subject, now)
    except DomainError as refused:
        page = render_template("reviews/closed.html", business=g.business, refused=refused, **_what(subject))
        return make_response(page, refused.status if form else 200)
    return _form(token, form or ReviewForm(subject, performer_of(subject)), status)


def _said(token: str, written: Review, form: ReviewForm | None, status: int) -> Response:
    done = request.args.get("done") if request.method == "GET" else None
    page = render_template(
        "reviews/said.html",
        business=g.business,
        told=told_of(written),
        decision=decision_about(written) if written.status == "hidden" else None,
        token=token,
        problem=form and form.problem,
        done=done if done in ("written", "changed") else None,
        can_edit=can_edit(written, clock.now()),
        until=written.created_at + EDITED_WITHIN,
    )
    return make_response(page, status)


def _form(token: str, form: ReviewForm, status: int = 200, *, is_preview: bool = False) -> Response:
    context: dict[str, Any] = {"business": g.business, "form": form, "token": token, "star_words": STARS}
    context |= _what(form.subject) | {"is_preview": is_preview}
    told = form.preview(g.business, clock.now())
    return hx.render("reviews/write.html", "reviews/_preview.html", status, told=told, **context)


def _what(subject: Subject) -> dict[str, Any]:
    """What it is about: an order by its number, or a service."""
    order = subject if isinstance(subject, Order) else None
    return {"order": order, "booking": None if order else subject, "performer": performer_of(subject)}
