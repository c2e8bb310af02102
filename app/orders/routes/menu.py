"""What can be ordered, and what goes into the basket."""

from collections import Counter

from flask import Response, abort, g, url_for

from app.core import clock, hx
from app.core.errors import DomainError
from app.core.limits import limiter
from app.numbered import address_of_each
from app.orders.basket import Basket, priced
from app.orders.checking_out import left_out
from app.orders.forms.entry import EntryForm
from app.orders.menu import Menu, MenuItem, menu_of
from app.orders.routes.blueprint import bp, sent_basket, token_of
from app.orders.timing import is_paused


@bp.get("/order")
def menu() -> Response:
    """All that can be ordered, and the basket."""
    return _show("orders/menu.html", menu_of(g.business.id), sent_basket())


@bp.get("/order/items/<id:number>")
def item(number: int) -> Response:
    """One item with all there is to choose; where a script asks, in its place on the menu."""
    menu = menu_of(g.business.id)
    return _item(menu, sent_basket(), EntryForm(_load(menu, number)))


@bp.post("/order/items/<id:number>")
@limiter.limit("120 per minute")
def create_entry(number: int) -> Response:
    """Put so many pieces of it into the basket. Nothing is written down: the basket is in the next address."""
    menu, basket = menu_of(g.business.id), sent_basket()
    form = EntryForm(_load(menu, number))
    if not form.validate():
        return _item(menu, basket, form, 422)
    try:
        basket = basket.with_more(form.entry)
    except DomainError as refused:
        return _item(menu, basket, form.refuse(refused), refused.status)
    page = url_for(".menu", basket=token_of(basket))
    if hx.wants_partial():
        return hx.at_address(_show("orders/menu.html", menu, basket, added=number), page)
    return hx.follow(f"{page}#item-{number}")


def _load(menu: Menu, number: int) -> MenuItem:
    return menu.items.get(number) or abort(404)


def _item(menu: Menu, basket: Basket, form: EntryForm, status: int = 200) -> Response:
    return _show("orders/item.html", menu, basket, status, form)


def _show(
    page: str,
    menu: Menu,
    basket: Basket,
    status: int = 200,
    form: EntryForm | None = None,
    added: int | None = None,
) -> Response:
    """A page, or the menu with what became of it. `form` is open there; `added` was just put into the basket."""
    found = priced(basket, menu)
    token = token_of(basket.without(found.gone))
    pieces = Counter[int]()
    for line in found.lines:
        pieces[line.item.id] += line.entry.quantity
    answer = hx.render(
        page,
        "orders/_ordering.html",
        status,
        menu=menu,
        basket=found,
        pieces=pieces,
        left_out=left_out(g.business.id, found),
        token=token,
        item_page=address_of_each(".item", "number", basket=token),
        bare_page=address_of_each(".item", "number"),
        form=form,
        added=added,
        is_paused=is_paused(g.order_settings, clock.now()),
    )
    answer.headers.update(form.headers if form else {})
    return answer
