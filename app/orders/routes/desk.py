"""The page of one order, for members: everything about it, its money and history, a note, and its ticket."""

import uuid
from typing import Any

from flask import Response, abort, g, make_response, render_template

from app.audit.models import AuditEvent
from app.auth.guards import actor
from app.core import clock
from app.core.db import db, retrying
from app.history_in_words import action_in_words
from app.orders.billing import subject_of
from app.orders.board import slow_items
from app.orders.finding import order_token
from app.orders.forms.board import NoteForm
from app.orders.history import events_of
from app.orders.models import Order
from app.orders.routes.room import bp, go_on, load, may_give_back, words
from app.orders.ruling import known_settings
from app.orders.serving import note_order
from app.orders.tickets import ticket_of
from app.orders.told import told_about_order
from app.orders.with_visits import visit_of
from app.payments.finding import accounts_of, find_issued
from app.payments.papers import paper_of


@bp.get("/<id:order_id>")
def show(order_id: int) -> Response:
    """All there is to know of an order."""
    return order_page(load(order_id))


@bp.post("/<id:order_id>/note")
@retrying
def update_note(order_id: int) -> Response:
    """What the team tells each other."""
    order, form = load(order_id), NoteForm()
    if not form.validate():
        return order_page(order, status=422, note=form)
    note_order(order, form.member_note.data, by=actor(), now=clock.now())
    db.session.commit()
    return go_on(order)


@bp.get("/<id:order_id>/ticket")
def show_ticket(order_id: int) -> Response:
    """One order on paper, for the kitchen."""
    order = load(order_id)
    page = render_template("orders/board/ticket.html", order=order, now=clock.now(), **words())
    return make_response(page)


@bp.get("/<id:order_id>/invoices/<uuid:invoice>.pdf")
def show_invoice(order_id: int, invoice: uuid.UUID) -> Response:
    """Its invoice, or a credit note, as PDF."""
    kind, uid = subject_of(load(order_id))
    found = find_issued(g.business.id, kind, uid, invoice) or abort(404)
    response = Response(paper_of(found), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{g.business.slug}-{found.uid}.pdf"'
    return response


def order_page(
    order: Order, problem: str | None = None, status: int = 200, note: NoteForm | None = None
) -> Response:
    """The page of an order; with why something was refused."""
    page = render_template(
        "orders/board/show.html",
        business=g.business,
        order=order,
        problem=problem,
        note=note or NoteForm(formdata=None, obj=order),
        token=order_token(order),
        history=[_line(it) for it in events_of(order)],
        messages=told_about_order(order),
        visit=visit_of(order),
        may_give_back=may_give_back(),
        **_money(order),
        **words(),
    )
    return make_response(page, status)


def _money(order: Order) -> dict[str, Any]:
    """What was paid and what is left; `ticket` says how urgent it is."""
    kind, uid = subject_of(order)
    account = accounts_of(order.business_id, kind, [uid]).get(uid)
    bill, settings = account.invoice if account else None, known_settings(order.business_id)
    slow = slow_items(order.business_id)
    return {"account": account, "ticket": settings and ticket_of(order, bill, settings, slow, clock.now())}


def _line(event: AuditEvent) -> dict[str, Any]:
    """Something that happened to it: what, when, by whom and why."""
    is_member = event.actor_kind in ("member", "admin")
    return {
        "title": action_in_words(event.action),
        "at": event.at,
        "who": event.actor_name if is_member else None,
        "reason": event.reason,
    }
