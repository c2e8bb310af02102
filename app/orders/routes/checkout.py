"""How the basket is wanted, by whom, and the order itself."""

from typing import Any

from flask import Response, current_app, g, request, url_for

from app.auth.guards import known_visitor
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.framing import beside, visitor
from app.core.idempotency import Once
from app.core.limits import limiter
from app.customers.linking import last_phone
from app.orders import placing
from app.orders.checking_out import can_come_with_visit, look_at
from app.orders.finding import order_of, order_token
from app.orders.forms.checkout import CheckoutForm
from app.orders.forms.entry import Quantities
from app.orders.menu import menu_of
from app.orders.models import Order
from app.orders.placing import BasketChanged
from app.orders.routes.blueprint import bp, sent_basket, token_of
from app.services.offering import bookable_services


@bp.get("/order/checkout")
def checkout() -> Response:
    """The basket, how and when it is wanted, and by whom."""
    return _checkout(_form(request.args.get("way")))


@bp.post("/order/checkout")
@limiter.limit("120 per minute")
def look() -> Response:
    """The same for another way of getting it or other numbers of pieces, with what was typed. Nothing is kept."""
    form = _form(request.form.get("way"))
    basket = form.quantities.basket
    if not basket.entries:
        return hx.go_to(url_for(".menu"))
    page = url_for(".checkout", basket=token_of(basket), way=form.checkout.way)
    return hx.at_address(_checkout(form, 422 if form.quantities.odd else 200), page)


@bp.post("/order/orders")
@limiter.limit("30 per minute")
@retrying
def create() -> Response:
    """Order what is in the basket."""
    form = _form(request.form.get("way"))
    if form.quantities.is_changed:
        return _checkout(form.refuse(BasketChanged()), BasketChanged.status)
    if not form.validate():
        return _checkout(form, 422)
    try:
        order = _place_once(form)
    except DomainError as refused:
        undo(showing_rows=True)
        return _checkout(_form(request.form.get("way")).refuse(refused), refused.status)
    db.session.commit()
    return _ordered(order)


def _place_once(form: CheckoutForm) -> Order | None:
    """The order of this form: the one it made before, if it was sent before; None where that is gone."""
    now = clock.now()
    once = Once(g.business.id, "order", form.number or "", {"form": request.form.to_dict(flat=False)})
    earlier = once.earlier_answer(now)
    if earlier is not None:
        return order_of(g.business.id, earlier["uid"])
    order = placing.place(g.business, form.wanted(), form.contact, by=visitor(), now=now)
    once.answered({"uid": str(order.uid)})
    return order


def _ordered(order: Order | None) -> Response:
    if order is None:
        return hx.go_to(url_for(".menu"))
    if order.status == "pending_payment":
        return hx.go_to(url_for(beside("orders.new_payment"), token=order_token(order)))
    return hx.go_to(url_for(beside("orders.show"), token=order_token(order), done="ordered"))


def _form(way: str | None) -> CheckoutForm:
    """The form for what is in the basket, with the numbers of pieces that came along."""
    now, quantities = clock.now(), Quantities(request.form, sent_basket())
    form = CheckoutForm(g.business, now, current_app.config["MINIMUM_FILL_SECONDS"], _known())
    menu = menu_of(g.business.id)
    form.offer(look_at(g.business, g.order_settings, menu, quantities.basket, way, now), quantities)
    return form


def _checkout(form: CheckoutForm, status: int = 200) -> Response:
    page = hx.render(
        "orders/checkout.html",
        "orders/_checkout.html",
        status,
        form=form,
        checkout=form.checkout,
        token=token_of(form.checkout.kept),
        can_come=_can_come(form),
    )
    page.headers.update(form.headers)
    return page


def _can_come(form: CheckoutForm) -> bool:
    """Whether all of it can be had at an appointment, and there are appointments to book."""
    is_had_there = form.checkout.basket.can_be_had and can_come_with_visit(g.order_settings)
    return is_had_there and bool(bookable_services(g.business.id))


def _known() -> dict[str, Any] | None:
    """What somebody who is signed in need not type."""
    known = known_visitor() if request.method == "GET" else None
    return known and {"name": known.name, "email": known.email, "phone": last_phone(known.id)}
