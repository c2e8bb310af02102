"""The room, and what its pages share."""

from flask import Blueprint, Response, make_response, render_template
from flask_wtf import FlaskForm

from app.core.db import undo
from app.core.errors import DomainError

bp = Blueprint("auth", __name__)


def form_page(
    template: str, form: FlaskForm, status: int = 200, refusal: DomainError | None = None, **more: object
) -> Response:
    """The page of a form, with what was typed and why it was refused."""
    if refusal:
        undo()
    page = render_template(template, form=form, refusal=refusal, **more)
    return make_response(page, status, refusal.headers if refusal else {})


def dead_end(refusal: DomainError, again: str) -> Response:
    """The page of a link that does nothing any more: why, and where to get a new one."""
    undo()
    return make_response(render_template("auth/dead_link.html", refusal=refusal, again=again), refusal.status)
