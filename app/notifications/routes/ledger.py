"""Every message of a business: what was said to whom, what is planned, and what became of it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.appointments.told import subjects_of
from app.audit.models import record
from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.notifications import looking_after
from app.notifications.forms.find import FindForm
from app.notifications.listing import find_message, find_messages, gone_wrong, titles_of_kinds
from app.notifications.models import Notification
from app.notifications.showing import shown
from app.orders.told import orders_about

bp = Blueprint("notifications", __name__, url_prefix="/manage/<slug>/notifications")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """All messages, the newest first, or those that are looked for."""
    form = FindForm(request.args)
    found = find_messages(g.business.id, form.wish, form.number)
    page = render_template(
        "notifications/index.html",
        found=found,
        wish=form.wish,
        kinds=titles_of_kinds(),
        subjects=_subjects(found.rows),
        wrong=gone_wrong(g.business.id, clock.now()),
    )
    return make_response(page)


@bp.get("/<id:message_id>")
@needs_role("manager")
def show(message_id: int) -> Response:
    """One message: to whom, when, what became of it, and what it says."""
    return _page(_find(message_id))


@bp.get("/<id:message_id>/page")
@needs_role("manager")
def show_page(message_id: int) -> Response:
    """The mail as a mail program shows it, in a frame: with styles inside, and with nothing that runs."""
    written = shown(_find(message_id))
    g.layout = "letter"
    return make_response(written.page) if written and written.page else abort(404)


@bp.post("/<id:message_id>/copies")
@needs_role("manager")
@retrying
def create_copy(message_id: int) -> Response:
    """Send it again."""
    row, now = _find(message_id), clock.now()
    try:
        copy = looking_after.send_again(row, now=now)
    except DomainError as refusal:
        return _refused(message_id, refusal)
    _record("notification.sent_again", copy)
    db.session.commit()
    flash(_("It is on its way once more."), "good")
    return hx.go_to(url_for(".show", message_id=copy.id))


@bp.post("/<id:message_id>/omission")
@needs_role("manager")
@retrying
def create_omission(message_id: int) -> Response:
    """Leave a planned message out."""
    row = _find(message_id)
    try:
        looking_after.leave_out(row, actor().name)
    except DomainError as refusal:
        return _refused(message_id, refusal)
    _record("notification.left_out", row)
    db.session.commit()
    flash(_("It will not be sent."), "good")
    return hx.go_to(url_for(".show", message_id=row.id))


@bp.post("/acknowledgement")
@needs_role("manager")
@retrying
def create_acknowledgement() -> Response:
    """What went wrong was seen, so nobody is reminded of it any more."""
    looking_after.acknowledge(g.business.id, now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".index"))


def _find(message_id: int) -> Notification:
    return find_message(g.business.id, message_id) or abort(404)


def _subjects(rows: Sequence[Notification]) -> dict[int, Any]:
    """The bookings and orders these messages are about, by the message's id: two statements at most."""
    return {**subjects_of(g.business.id, rows), **orders_about(g.business.id, rows)}


def _record(action: str, row: Notification) -> None:
    record(action, "notification", row.id, by=actor(), at=clock.now(), business_id=g.business.id)


def _refused(message_id: int, refusal: DomainError) -> Response:
    undo()
    return _page(_find(message_id), refusal.status, refusal)


def _page(row: Notification, status: int = 200, refusal: DomainError | None = None) -> Response:
    g.layout = "mailbox"
    context: dict[str, Any] = {
        "message": row,
        "written": shown(row),
        "subject": _subjects([row]).get(row.id),
        "why_not": looking_after.why_not_again(row, clock.now()),
        "refusal": refusal,
    }
    return make_response(render_template("notifications/show.html", **context), status)
