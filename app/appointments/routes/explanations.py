"""Why a time is not offered: a day of a service, rule by rule."""

from typing import Any

from flask import Blueprint, Response, g, request

from app.appointments.bookable import shown_to
from app.appointments.explaining import Explained, explain
from app.appointments.explaining_visits import explain_visit
from app.appointments.forms.causes import Words
from app.appointments.forms.explanation import ExplanationForm
from app.appointments.overriding import overridable
from app.appointments.scale import Scale
from app.businesses.guards import members_only
from app.core import clock, hx
from app.formatters import text_direction

bp = Blueprint("explanations", __name__, url_prefix="/manage/<slug>/calendar")
bp.before_request(members_only)


@bp.get("/explanation")
def show() -> Response:
    """The day, and one time of it where one is asked about."""
    form = ExplanationForm(g.business, shown_to(g.membership), request.args, clock.now())
    seen = (_seen_visit(form) if form.is_visit else _seen(form)) if form.validate() else {}
    status = 422 if form.errors else 200
    page, partial = "appointments/explanation/page.html", "appointments/explanation/_explanation.html"
    return hx.render(page, partial, status, form=form, business=g.business, **seen)


def _seen(form: ExplanationForm) -> dict[str, Any]:
    assert form.chosen is not None
    asked = next(iter(form.starts), None)
    explained = explain(g.membership, form.chosen.id, form.only, form.date.data, asked, clock.now())
    facts = explained.explanation.facts
    return {
        "service": form.chosen,
        "explained": explained,
        "answers": [explained.answer(start) for start in form.starts],
        "words": Words(facts.service, facts.clock),
        "scale": Scale(*explained.axis(asked), rtl=text_direction() == "rtl"),
        "despite": overridable(g.membership.role),
        "is_manager": g.membership.is_at_least("manager"),
        "own": _own(explained),
    }


def _seen_visit(form: ExplanationForm) -> dict[str, Any]:
    """Of several services which of them is in the way."""
    asked = next(iter(form.starts), None)
    explained = explain_visit(g.membership, form.parts, form.date.data, asked, clock.now())
    return {
        "visit": explained,
        "answers": [(start, explained.obstacle(start)) for start in form.starts],
        "words": [Words(it.facts.service, it.facts.clock) for it in explained.visit.explanations],
    }


def _own(explained: Explained) -> set[int]:
    """Whose time this member may give away, of those the page is about."""
    team = explained.blame.team
    return {it.id for it in team.everybody if it.is_theirs or team.sees_all}
