"""The last step of an order: its customer has it, or it is declined or cancelled with a reason."""

from typing import Any

from flask import Response, g, request, url_for

from app.auth.guards import actor
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.orders.billing import find_bill, paid_and_left
from app.orders.forms.board import EndingForm, HandoverForm, OrderPaymentForm
from app.orders.models import TRANSITIONS, Order
from app.orders.routes.room import bp, go_on, load, may_give_back, words
from app.orders.serving import end_order, ending_of, hand_over, take_for_order
from app.payments.wording import METHODS


@bp.get("/<id:order_id>/handover/new")
def new_handover(order_id: int) -> Response:
    """What is left to pay, and how it is paid."""
    order = load(order_id)
    if "fulfilled" not in TRANSITIONS[order.status]:
        return _gone(order)
    return _view("handover", order, HandoverForm(_open_cents(order)))


@bp.post("/<id:order_id>/handover")
@retrying
def create_handover(order_id: int) -> Response:
    """Its customer has it."""
    order, form = load(order_id), HandoverForm()
    if not form.validate():
        return _view("handover", order, form, 422)
    try:
        hand_over(g.business, order, by=actor(), now=clock.now(), **form.handed_over)
    except DomainError as refusal:
        undo()
        return _view("handover", load(order_id), form.refuse(refusal), refusal.status)
    db.session.commit()
    return go_on(order)


@bp.get("/<id:order_id>/ending/new")
def new_ending(order_id: int) -> Response:
    """Why it is declined or cancelled, and what becomes of its money."""
    order = load(order_id)
    return _view("ending", order, EndingForm(order.status)) if ending_of(order) else _gone(order)


@bp.post("/<id:order_id>/ending")
@retrying
def create_ending(order_id: int) -> Response:
    """It is not made, or not any more. What was paid goes back, which takes a manager."""
    order, form = load(order_id), EndingForm()
    if not form.validate():
        return _view("ending", order, form, 422)
    who: dict[str, Any] = {"may_give_back": may_give_back(), "by": actor(), "now": clock.now()}
    try:
        end_order(order, form.was.data, form.reason.data, **who)
    except DomainError as refusal:
        undo()
        return _view("ending", load(order_id), form.refuse(refusal), refusal.status)
    db.session.commit()
    return go_on(order)


@bp.get("/<id:order_id>/payments/new")
def new_payment(order_id: int) -> Response:
    """How much was paid, and how."""
    order = load(order_id)
    return _view("payment", order, OrderPaymentForm(order.currency, _open_cents(order)))


@bp.post("/<id:order_id>/payments")
@retrying
def create_payment(order_id: int) -> Response:
    """It was paid at the shop."""
    order = load(order_id)
    form = OrderPaymentForm(order.currency, _open_cents(order))
    if not form.validate():
        return _view("payment", order, form, 422)
    try:
        take_for_order(g.business, order, by=actor(), now=clock.now(), **form.taken)
    except DomainError as refusal:
        undo()
        return _view("payment", load(order_id), form.refuse(refusal), refusal.status)
    db.session.commit()
    return hx.follow(url_for(".show", order_id=order.id))


def _view(name: str, order: Order, form: Any, status: int = 200) -> Response:
    """A page, or what of it stands in the dialog of the board."""
    return hx.render(
        f"orders/board/{name}.html",
        f"orders/board/_{name}.html",
        status,
        business=g.business,
        order=order,
        form=form,
        open_cents=_open_cents(order),
        kept_cents=paid_and_left(order)[0],
        back=request.values.get("back"),
        may_give_back=may_give_back(),
        methods=METHODS,
        **words(),
    )


def _gone(order: Order) -> Response:
    """Somebody else was faster: the page it is on now."""
    return hx.go_to(url_for(".show", order_id=order.id))


def _open_cents(order: Order) -> int:
    """What is left to pay for it, and for the visit it came with (minor units)."""
    bill = find_bill(order)
    return bill.open_cents if bill else order.total_cents
