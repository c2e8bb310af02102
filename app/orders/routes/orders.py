"""The page of an order, for whoever ordered: what becomes of it, and taking it back."""

from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for

from app.businesses.finding import load_business
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.framing import is_framed, visitor
from app.core.limits import limiter
from app.orders.billing import find_bill
from app.orders.cancelling import can_cancel, cancel
from app.orders.finding import find_order
from app.orders.models import Order
from app.orders.words import STATUSES, STEPS

bp = Blueprint("orders", __name__)


@bp.url_value_preprocessor
def leave_business_to_token(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """In a frame the name of a business stands in the address, which must be that of the order."""
    (values or {}).pop("slug", None)


@bp.get("/orders/<token>")
def show(token: str) -> Response:
    """What was ordered, and how far it is."""
    return _show(_load(token), token)


@bp.post("/orders/<token>/cancellation")
@limiter.limit("30 per minute")
@retrying
def create_cancellation(token: str) -> Response:
    """Take an order back that nobody has accepted yet."""
    order = _load(token)
    try:
        cancel(order, by=visitor(), now=clock.now())
    except DomainError as refused:
        undo()
        return _show(_load(token), token, str(refused.message), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".show", token=token))


def _load(token: str) -> Order:
    order = find_order(token) or abort(404)
    is_of_another = is_framed() and ("business" not in g or g.business.id != order.business_id)
    if is_of_another:
        abort(404)
    g.business = load_business(order.business_id)
    return order


def _show(order: Order, token: str, problem: str | None = None, status: int = 200) -> Response:
    return hx.render(
        "orders/show.html",
        "orders/_order.html",
        status,
        business=g.business,
        order=order,
        bill=find_bill(order),
        token=token,
        problem=problem,
        done=request.args.get("done"),
        can_cancel=can_cancel(order),
        statuses=STATUSES,
        steps=STEPS,
    )
