"""The list, for members."""

import secrets
from uuid import UUID

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.ordering import direction_of
from app.waitlist import joining, managing
from app.waitlist.finding import find_held
from app.waitlist.forms.line import PageForm, RemovalForm, WriteDownForm
from app.waitlist.listing import by_service, find_waiting, page_with, waiting_list
from app.waitlist.models import WaitlistEntry
from app.waitlist.showing import shown
from app.waitlist.telling import way_to

bp = Blueprint("waitlist", __name__, url_prefix="/manage/<slug>/waitlist")
bp.before_request(members_only)


@bp.get("")
def index() -> Response:
    """Who waits for what, and what they were offered."""
    found = waiting_list(g.membership, PageForm(request.args).number)
    manages = g.membership.is_at_least("manager")
    sections = by_service(found.rows)
    page = render_template("waitlist/manage/index.html", found=found, sections=sections, manages=manages)
    return make_response(page)


@bp.get("/held/<uuid:visit>")
def show_held(visit: UUID) -> Response:
    """Where on the list somebody stands for whom a time is kept."""
    entry = find_held(g.business.id, visit)
    if entry is None:
        return hx.go_to(url_for(".index"))
    page = page_with(g.membership, entry)
    return hx.go_to(url_for(".index", page=page if page > 1 else None, _anchor=f"entry-{entry.id}"))


@bp.get("/new")
def new() -> Response:
    """Write somebody down."""
    return _writing(WriteDownForm(g.membership, clock.now()))


@bp.post("")
@retrying
def create() -> Response:
    """Put somebody on the list; what is free already is offered to them at once."""
    form = WriteDownForm(g.membership, clock.now())
    if not form.validate():
        return _writing(form, 422)
    key = (form.key.data or "")[:64].ljust(16, "-")
    try:
        joining.write_down(g.business, form.wanted, form.contact, key=key, by=actor(), now=clock.now())
    except DomainError as refused:
        undo()
        return _writing(form.refuse(refused), refused.status)
    db.session.commit()
    flash(_("They are on the list."), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<id:entry_id>/position")
@needs_role("manager")
@retrying
def update_position(entry_id: int) -> Response:
    """One step up or down."""
    direction = direction_of(request.form.get("move"))
    if direction:
        managing.move_in_line(g.business, load_waiting(entry_id), direction, by=actor(), now=clock.now())
        db.session.commit()
    return hx.go_to(url_for(".index"))


@bp.get("/<id:entry_id>/removal")
@needs_role("manager")
def new_removal(entry_id: int) -> Response:
    """Whether to tell them."""
    return _removal(load_waiting(entry_id))


@bp.post("/<id:entry_id>/removal")
@needs_role("manager")
@retrying
def create_removal(entry_id: int) -> Response:
    """Take somebody off the list."""
    form = RemovalForm()
    managing.remove(
        g.business, load_waiting(entry_id), tell=bool(form.tell.data), by=actor(), now=clock.now()
    )
    db.session.commit()
    flash(_("They are off the list."), "good")
    return hx.go_to(url_for(".index"))


def load_waiting(entry_id: int) -> WaitlistEntry:
    """An entry of the list this member sees."""
    return find_waiting(g.membership, entry_id) or abort(404)


def _removal(entry: WaitlistEntry) -> Response:
    words = shown(g.business, entry, clock.now()) | {"reachable": bool(way_to(g.business, entry))}
    return make_response(render_template("waitlist/manage/removal.html", **words, form=RemovalForm()))


def _writing(form: WriteDownForm, status: int = 200) -> Response:
    key = form.key.data or secrets.token_urlsafe(16)
    return make_response(render_template("waitlist/manage/new.html", form=form, key=key), status)
