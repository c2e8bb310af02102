"""The reviews of a business as its members see them. Staff read what is about them; nobody hides one."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.numbered import address_of_each
from app.reviews.answering import reply, report
from app.reviews.finding import find_review
from app.reviews.forms.answering import REASON_WORDS, MemberReportForm, ReplyForm
from app.reviews.forms.listing import AskedForm
from app.reviews.listing import count_states, how_many_own, names_of, own_reviews
from app.reviews.models import Review
from app.reviews.ratings import BUSINESS, PERSON, Stars, all_stars
from app.staff.roster import staff_member_of

bp = Blueprint("manage_reviews", __name__, url_prefix="/manage/<slug>/reviews")
bp.before_request(members_only)


@bp.get("")
def index() -> Response:
    """All of them, with what waits for an answer."""
    return _page()


@bp.post("/<id:review_id>/reply")
@needs_role("manager")
@retrying
def create_reply(review_id: int) -> Response:
    """Answer, or answer something else."""
    written, form = _load(review_id), ReplyForm()
    if not form.validate():
        return _page(review_id, form, 422)
    try:
        reply(written, form.words.data, by=actor(), now=clock.now())
    except DomainError as refused:
        undo()
        form.words.errors = [str(refused.message)]
        return _page(review_id, form, refused.status)
    db.session.commit()
    flash(_("Your answer stands below the review."), "good")
    return _back(review_id)


@bp.post("/<id:review_id>/reply/removal")
@needs_role("manager")
@retrying
def create_reply_removal(review_id: int) -> Response:
    """Take the answer back."""
    reply(_load(review_id), None, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Your answer is taken back."), "good")
    return _back(review_id)


@bp.post("/<id:review_id>/report")
@needs_role("manager")
@retrying
def create_report(review_id: int) -> Response:
    """Ask for it to be looked at. It is shown until that is decided."""
    written, form = _load(review_id), MemberReportForm()
    if not form.validate():
        return _page(review_id, form, 422)
    report(written, form.reason.data, form.note.data, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Reported. Somebody at Daybook looks at it; until then it stays."), "good")
    return _back(review_id)


def _load(review_id: int) -> Review:
    return find_review(g.business.id, review_id) or abort(404)


def _back(review_id: int) -> Response:
    """The list as it was looked at."""
    form = AskedForm(request.args, names_of(g.business.id, all_stars(g.business.id)))
    return hx.go_to(url_for(".index", _anchor=f"review-{review_id}", **form.address()))


def _person() -> int | None:
    """Whose reviews alone are shown; None for all. Nobody's (0) for staff who are nobody on the calendar."""
    if g.membership.is_at_least("manager"):
        return None
    own = staff_member_of(g.business.id, current_user.id)
    return own.resource_id if own else 0


def _page(
    wrong_id: int | None = None, wrong: ReplyForm | MemberReportForm | None = None, status: int = 200
) -> Response:
    """The list; `wrong` is the form of a review that could not be kept."""
    person, stars = _person(), all_stars(g.business.id)
    form = AskedForm(request.args, {} if person is not None else names_of(g.business.id, stars))
    mine = stars.get((BUSINESS, 0) if person is None else (PERSON, person), Stars())
    # Not everybody who rates a visit rates the person.
    counts = count_states(g.business.id, person, mine.count if person is None else None)
    known = how_many_own(counts, form.asked)
    found = own_reviews(g.business.id, form.asked, form.page_number, person, known)
    context: dict[str, Any] = {
        "stars": mine,
        "counts": counts,
        "found": found,
        "may_answer": person is None,
        "at": _addresses(form.address(page=found.number if found.number > 1 else None)),
        "to_visit": address_of_each("appointments.show", "appointment_id"),
    }
    page = render_template(
        "reviews/desk.html", form=form, wrong_id=wrong_id, wrong=wrong, reasons=REASON_WORDS, **context
    )
    return make_response(page, status)


def _addresses(here: Mapping[str, Any]) -> dict[str, str]:
    """Where the forms of each review go, which come back to the list as it is looked at (`here`)."""
    pages = ("create_reply", "create_reply_removal", "create_report")
    return {page: address_of_each(f".{page}", "review_id", **here) for page in pages}
