"""The live board of orders, its steps, and a pause. Everybody who works here may use it."""

from flask import Response, g, make_response, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor, unnoticed
from app.core import clock, hx
from app.core.changes import changes_of
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.orders.forms.board import StepForm
from app.orders.forms.settings import PauseForm
from app.orders.routes.desk import order_page
from app.orders.routes.room import board_page, bp, go_on, is_on_page, load
from app.orders.ruling import pause_orders
from app.orders.serving import advance


@bp.get("")
def index() -> Response:
    """What is to be done, in columns by state."""
    return board_page()


@bp.get("/changes")
@unnoticed
def changes() -> Response:
    """The same again if anything has changed or became late since: 204 if not. An open page asks by itself."""
    until = request.args.get("until", "")
    stands = until.isascii() and until.isdigit() and len(until) < 12 and clock.now().timestamp() < int(until)
    if stands and request.args.get("since") == str(changes_of(g.business.id)):
        return make_response("", 204)
    return board_page()


@bp.post("/<id:order_id>/steps")
@retrying
def create_step(order_id: int) -> Response:
    """One step on, or a ready one back. Who presses second is told what it is."""
    order, form = load(order_id), StepForm()
    if not form.validate():
        return _refused(order_id, _("There is no such step."), 422)
    try:
        advance(order, *form.states, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _refused(order_id, str(refusal.message), refusal.status)
    db.session.commit()
    return go_on(order)


@bp.post("/pause")
@retrying
def create_pause() -> Response:
    """Take no orders for a while."""
    form, now = PauseForm(), clock.now()
    if not form.validate():
        return board_page(422, pause=form)
    pause_orders(g.business.id, form.until_at(g.business, now), by=actor(), now=now)
    db.session.commit()
    return hx.follow(url_for(".index"))


@bp.post("/resumption")
@retrying
def create_resumption() -> Response:
    """Take orders again."""
    pause_orders(g.business.id, None, by=actor(), now=clock.now())
    db.session.commit()
    return hx.follow(url_for(".index"))


def _refused(order_id: int, sentence: str, status: int) -> Response:
    """The page the button stood on, as it is now, and why nothing came of it."""
    return order_page(load(order_id), sentence, status) if is_on_page() else board_page(status, sentence)
