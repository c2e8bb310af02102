"""A small kitchen for the tests of orders."""

from dataclasses import dataclass
from typing import Any

from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.orders.basket import Basket, Entry, priced
from app.orders.changing import change_order, lock_order
from app.orders.menu import menu_of
from app.orders.models import Order, OrderSettings
from app.orders.placing import Wanted, place
from app.services.models import ItemChoice, ItemOption, Service, ServiceItem
from tests.factories import Shop, a_shop, add_service

OLIVIA = Contact("Olivia Park", "olivia@example.com", language="en-GB")


@dataclass
class Kitchen:
    """A business that sells pizza in two sizes, with extras, and bottles of which some are left."""

    business: Business
    service: Service
    pizza: ServiceItem
    small: ItemOption
    large: ItemOption
    olives: ItemOption
    bottle: ServiceItem


def a_kitchen(shop: Shop | None = None, **settings: Any) -> Kitchen:
    """Open on weekdays from nine to six; `settings` are columns of OrderSettings."""
    business = (shop or a_shop()).business
    service = add_service(business.id, "Pizza", minutes=30, price_cents=None)
    service.orderable, service.bookable = True, False
    db.session.add(OrderSettings(business_id=business.id, **settings))
    pizza = ServiceItem(business_id=business.id, service_id=service.id, name="Margherita", price_cents=900)
    bottle = ServiceItem(
        business_id=business.id, service_id=service.id, name="Water", price_cents=250, stock=3, position=1
    )
    db.session.add_all([pizza, bottle])
    db.session.flush()
    size = ItemChoice(business_id=business.id, item_id=pizza.id, name="Size", least=1, most=1)
    extras = ItemChoice(business_id=business.id, item_id=pizza.id, name="Extras", least=0, most=2, position=1)
    db.session.add_all([size, extras])
    db.session.flush()
    small = ItemOption(business_id=business.id, choice_id=size.id, name="Small")
    large = ItemOption(business_id=business.id, choice_id=size.id, name="Large", extra_cents=300, position=1)
    olives = ItemOption(business_id=business.id, choice_id=extras.id, name="Olives", extra_cents=100)
    db.session.add_all([small, large, olives])
    db.session.flush()
    return Kitchen(business, service, pizza, small, large, olives, bottle)


def an_order(kitchen: Kitchen, *entries: Entry, contact: Contact = OLIVIA, **wanted: Any) -> Order:
    """An order by the act customers use, now; a large pizza if nothing else is said."""
    basket = Basket(entries or (Entry(kitchen.pizza.id, (kitchen.large.id,)),))
    shown = wanted.pop("shown", priced(basket, menu_of(kitchen.business.id)).total)
    want = Wanted(basket, wanted.pop("way", "pickup"), wanted.pop("due", None), shown, **wanted)
    return place(kitchen.business, want, contact, by=VISITOR, now=clock.now())


def handed_over(kitchen: Kitchen, **wanted: Any) -> Order:
    """An order that has gone its way, as it was wanted."""
    order = an_order(kitchen, **wanted)
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    return order
