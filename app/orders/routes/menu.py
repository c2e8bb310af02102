"""What can be ordered, and what goes into the basket."""

from flask import Response, abort, g, make_response, render_template, url_for

from app.core import clock, hx
from app.core.errors import DomainError
from app.core.limits import limiter
from app.numbered import address_of_each
from app.orders.basket import Basket, priced
from app.orders.forms.entry import EntryForm, QuantitiesForm
from app.orders.menu import Menu, MenuItem, menu_of
from app.orders.routes.blueprint import bp, sent_basket, token_of


@bp.get("/order")
def menu() -> Response:
    """All that can be ordered, and the basket."""
    return _menu(menu_of(g.business.id), sent_basket())


@bp.get("/order/items/<id:number>")
def item(number: int) -> Response:
    """One item with all there is to choose."""
    return _item(EntryForm(_load(menu_of(g.business.id), number)), sent_basket())


@bp.post("/order/items/<id:number>")
@limiter.limit("120 per minute")
def create_entry(number: int) -> Response:
    """Put so many pieces of it into the basket. Nothing is written down: the basket is in the next address."""
    basket = sent_basket()
    form = EntryForm(_load(menu_of(g.business.id), number))
    if not form.validate():
        return _item(form, basket, 422)
    try:
        basket = basket.with_more(form.entry)
    except DomainError as refused:
        return _item(form.refuse(refused), basket, refused.status)
    return hx.follow(url_for(".menu", basket=token_of(basket), _anchor=f"item-{number}"))


@bp.post("/order/quantities")
@limiter.limit("120 per minute")
def update_quantities() -> Response:
    """More or less of what is in the basket."""
    basket = QuantitiesForm().changed(sent_basket())
    page = ".checkout" if basket.entries else ".menu"
    return hx.follow(url_for(page, basket=token_of(basket)))


def _load(menu: Menu, number: int) -> MenuItem:
    return menu.items.get(number) or abort(404)


def _menu(menu: Menu, basket: Basket) -> Response:
    is_paused = g.order_settings.paused_until is not None and g.order_settings.paused_until > clock.now()
    return hx.render(
        "orders/menu.html",
        "orders/_ordering.html",
        menu=menu,
        basket=priced(basket, menu),
        token=token_of(basket),
        item_page=address_of_each(".item", "number", basket=token_of(basket)),
        is_paused=is_paused,
    )


def _item(form: EntryForm, basket: Basket, status: int = 200) -> Response:
    page = render_template("orders/item.html", form=form, item=form.item, token=token_of(basket))
    return make_response(page, status, form.headers)
