"""The page of an order, for whoever ordered: what becomes of it, and taking it back."""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from app.appointments.finding import receipt_token
from app.businesses.finding import load_business
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.framing import beside, is_framed, visitor
from app.core.limits import limiter
from app.orders.basket import write_basket
from app.orders.billing import ORDER, find_own_bill, paid_and_left
from app.orders.cancelling import can_cancel, cancel
from app.orders.checking_out import order_settings
from app.orders.finding import find_order
from app.orders.menu import menu_of
from app.orders.models import Order
from app.orders.ordering_again import order_again
from app.orders.payable import is_on_its_way, payable, seconds_left
from app.orders.with_visits import visit_of
from app.orders.words import STATUSES, STEPS
from app.payments.finding import issued_for
from app.reviews.finding import review_token, to_review
from app.websites import keep_website, website

bp = Blueprint("orders", __name__)
bp.url_defaults(keep_website)


@bp.url_value_preprocessor
def leave_business_to_token(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """In a frame the name of a business stands in the address, which must be that of the order."""
    (values or {}).pop("slug", None)


@bp.get("/orders/<token>")
def show(token: str) -> Response:
    """What was ordered, and how far it is."""
    return _show(load_of(token), token)


@bp.get("/orders/<token>/basket")
def show_basket(token: str) -> Response:
    """The same once more: in the basket at once, or first what of it cannot be had as it was."""
    order = load_of(token)
    again = order_again(order.lines, menu_of(g.business.id)) if _takes_orders() else None
    basket = write_basket(g.business.id, again.basket) if again else ""
    if again and again.is_same:
        return hx.go_to(url_for(beside("ordering.checkout"), slug=g.business.slug, basket=basket))
    page = render_template(
        "orders/again.html", business=g.business, order=order, again=again, basket=basket, token=token
    )
    return make_response(page)


@bp.post("/orders/<token>/cancellation")
@limiter.limit("30 per minute")
@retrying
def create_cancellation(token: str) -> Response:
    """Take an order back that nobody has accepted yet."""
    order = load_of(token)
    try:
        cancel(order, by=visitor(), now=clock.now())
    except DomainError as refused:
        undo()
        return _show(load_of(token), token, str(refused.message), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".show", token=token))


def load_of(token: str) -> Order:
    """The order of a link, and its business; there is no such page for a link that is wrong or was revoked."""
    order = find_order(token) or abort(404)
    is_of_another = is_framed() and ("business" not in g or g.business.id != order.business_id)
    if is_of_another:
        abort(404)
    g.business = load_business(order.business_id)
    return order


def _takes_orders() -> bool:
    return g.business.status == "open" and order_settings(g.business.id) is not None


def _show(order: Order, token: str, problem: str | None = None, status: int = 200) -> Response:
    """The page; 204 for one that asks whether there is anything new, and there is not."""
    to_pay, papers = payable(g.business, order), issued_for(order.business_id, ORDER, order.uid)
    paid, on_its_way = paid_and_left(order), to_pay is not None and is_on_its_way(to_pay)
    state = (
        order.seq,
        order.status,
        int(order.due_at.timestamp()),
        *paid,
        bool(to_pay),
        on_its_way,
        len(papers),
    )
    seen = "-".join(str(it) for it in state)
    if hx.wants_partial() and not problem and request.args.get("seen") == seen:
        return make_response("", 204)
    return hx.render(
        "orders/show.html",
        "orders/_order.html",
        status,
        business=g.business,
        order=order,
        seen=seen,
        bill=find_own_bill(order),
        visit=visit_of(order),
        visit_token=receipt_token(visit_of(order)[0]) if order.visit else None,
        paid_and_left=paid,
        token=token,
        problem=problem,
        done=request.args.get("done"),
        can_cancel=can_cancel(order),
        statuses=STATUSES,
        steps=STEPS,
        can_order_again=order.ended_at is not None and _takes_orders(),
        to_review=[(it, review_token(it), said) for it, said in to_review([order], clock.now())],
        to_pay=to_pay,
        is_on_its_way=on_its_way,
        seconds=seconds_left(order, clock.now()),
        papers=papers,
        website=website(),
    )
