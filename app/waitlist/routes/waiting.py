"""Getting on the list, and the page of who is on it."""

from flask import Response, current_app, g, make_response, render_template, url_for

from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter
from app.waitlist import ending, joining
from app.waitlist.forms.public import ChangeForm, JoinForm
from app.waitlist.routes.blueprint import bp, load_entry
from app.waitlist.showing import shown


@bp.get("/b/<slug>/waitlist")
def new() -> Response:
    """The form, with the service, person and day that were looked at."""
    return _joining(_join_form())


@bp.post("/b/<slug>/waitlist")
@limiter.limit("10 per minute")
@retrying
def create() -> Response:
    """Get on the list, or see what is free already."""
    form = _join_form()
    if not form.validate():
        return _joining(form, 422)
    try:
        joining.join(
            g.business, form.wanted, form.contact, key=form.number or "", by=VISITOR, now=clock.now()
        )
    except DomainError as refused:
        undo(showing_rows=True)
        return _joining(_join_form(checked=True).refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".asked"))


@bp.get("/b/<slug>/waitlist/asked")
def asked() -> Response:
    """The mail says what came of it: whoever gives an address need not be the one it belongs to."""
    return make_response(render_template("waitlist/asked.html", business=g.business))


@bp.get("/waitlist/<token>")
def show(token: str) -> Response:
    """What somebody waits for, and what is offered to them."""
    entry = load_entry(token)
    page = render_template("waitlist/show.html", **shown(g.business, entry, clock.now()), token=token)
    return make_response(page)


@bp.get("/waitlist/<token>/wish")
def edit(token: str) -> Response:
    """Wait for something else."""
    entry = load_entry(token)
    return _changing(token, ChangeForm(g.business, clock.now(), entry))


@bp.post("/waitlist/<token>/wish")
@limiter.limit("30 per minute")
@retrying
def update(token: str) -> Response:
    """Keep what somebody waits for from now on."""
    entry = load_entry(token)
    form = ChangeForm(g.business, clock.now(), entry)
    if not form.validate():
        return _changing(token, form, 422)
    try:
        joining.change(g.business, entry, form.wanted, by=VISITOR, now=clock.now())
    except DomainError as refused:
        undo()
        return _changing(token, form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".show", token=token))


@bp.post("/waitlist/<token>/removal")
@limiter.limit("30 per minute")
@retrying
def create_removal(token: str) -> Response:
    """Wait no longer."""
    entry = load_entry(token)
    ending.leave(g.business, entry, by=VISITOR, now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".show", token=token))


def _join_form(*, checked: bool = False) -> JoinForm:
    form = JoinForm(g.business, clock.now(), current_app.config["MINIMUM_FILL_SECONDS"])
    if checked:
        form.validate()
    return form


def _joining(form: JoinForm, status: int = 200) -> Response:
    page = render_template("waitlist/join.html", form=form, business=g.business)
    return make_response(page, status, form.headers)


def _changing(token: str, form: ChangeForm, status: int = 200) -> Response:
    page = render_template("waitlist/wish.html", form=form, business=g.business, token=token)
    return make_response(page, status, form.headers)
