"""What is asked who books: one page for what everybody is asked, one for each service."""

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.ordering import direction_of
from app.services.asking import (
    ask,
    change_question,
    find_question,
    move_question,
    questions_for,
    stop_asking,
)
from app.services.forms.question import QuestionForm
from app.services.models import ServiceQuestion
from app.services.routes import bp
from app.services.routes.listing import load_service


@bp.get("/questions", defaults={"service_id": None})
@bp.get("/<id:service_id>/questions")
@needs_role("manager")
def questions(service_id: int | None) -> Response:
    """What everybody is asked, or those who book one service."""
    return _page(service_id, QuestionForm(formdata=None))


@bp.post("/questions", defaults={"service_id": None})
@bp.post("/<id:service_id>/questions")
@needs_role("manager")
@retrying
def create_question(service_id: int | None) -> Response:
    """Ask everybody, or those who book one service, one thing more."""
    service = load_service(service_id) if service_id else None
    form = QuestionForm()
    if not form.validate():
        return _page(service_id, form, status=422)
    try:
        ask(g.business.id, form.wish, service.id if service else None, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(service_id, form.refuse(refusal), status=refusal.status)
    db.session.commit()
    flash(_("Who books is asked from now on."), "good")
    return hx.go_to(url_for(".questions", service_id=service_id))


@bp.post("/questions/<id:question_id>")
@needs_role("manager")
@retrying
def update_question(question_id: int) -> Response:
    """Ask it in other words or another way."""
    question = _load(question_id)
    form = QuestionForm(question)
    if not form.validate():
        return _page(question.service_id, QuestionForm(formdata=None), question, form, 422)
    try:
        change_question(question, form.wish, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(
            question.service_id, QuestionForm(formdata=None), question, form.refuse(refusal), refusal.status
        )
    db.session.commit()
    flash(_("The question is saved."), "good")
    return hx.go_to(url_for(".questions", service_id=question.service_id))


@bp.post("/questions/<id:question_id>/position")
@needs_role("manager")
@retrying
def update_question_position(question_id: int) -> Response:
    """Ask it sooner or later than the next one."""
    question = _load(question_id)
    direction = direction_of(request.form.get("move")) or abort(422)
    move_question(question, direction, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".questions", service_id=question.service_id))


@bp.post("/questions/<id:question_id>/removal")
@needs_role("manager")
@retrying
def create_question_removal(question_id: int) -> Response:
    """Ask it no more; the answers given so far stay."""
    question = _load(question_id)
    stop_asking(question, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Nobody is asked this any more. Answers given so far stay with their bookings."), "good")
    return hx.go_to(url_for(".questions", service_id=question.service_id))


def _load(question_id: int) -> ServiceQuestion:
    return find_question(g.business.id, question_id) or abort(404)


def _page(
    service_id: int | None,
    form: QuestionForm,
    question: ServiceQuestion | None = None,
    changing: QuestionForm | None = None,
    status: int = 200,
) -> Response:
    """The list with a form for one more; `changing` is the form of one `question` that could not be kept."""
    service = load_service(service_id) if service_id else None
    asked = questions_for(g.business.id, [service.id] if service else [])
    changing_of = {question.id: changing} if question and changing else {}
    page = render_template(
        "services/questions.html",
        service=service,
        form=form,
        shared=[it for it in asked if it.service_id is None],
        own=[it for it in asked if it.service_id is not None],
        forms={it.id: changing_of.get(it.id) or QuestionForm(it, formdata=None) for it in asked},
        open_id=question.id if question else None,
    )
    return make_response(page, status)
