"""What a basket comes to in one way of getting it: its price, when it can be had, and what is in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select

from app.businesses.models import Business
from app.core.db import db
from app.orders.basket import Basket, Priced, priced
from app.orders.billing import can_be_paid, is_prepaid_with_visit
from app.orders.delivering import delivery_fee, missing_for_delivery
from app.orders.due_times import DueTime
from app.orders.menu import Menu, menu_of
from app.orders.models import OrderSettings
from app.orders.timing import due_times_of
from app.services.models import ServiceItem


@dataclass(frozen=True, slots=True)
class Checkout:
    """A basket and how it is wanted. `fee` and `missing` (for a delivery) are minor units.

    `payments`: "later" (when they get it), "online", or both to choose from. `left_out` is what in the basket was
    called that cannot be had any more, `kept` the basket without it.
    """

    settings: OrderSettings
    basket: Priced
    way: str
    ways: Sequence[str]
    fee: int
    missing: int
    times: Sequence[DueTime]
    payments: Sequence[str]
    left_out: Sequence[str]
    kept: Basket

    @property
    def total(self) -> int:
        """What all of it costs (minor units)."""
        return self.basket.total + self.fee

    @property
    def is_fine(self) -> bool:
        """Whether it can be ordered so."""
        return self.basket.is_fine and not self.missing and bool(self.times)

    @property
    def days(self) -> Mapping[date, Sequence[DueTime]]:
        """The times by their business day."""
        return {day: list(those) for day, those in groupby(self.times, key=lambda it: it.day)}


@dataclass(frozen=True, slots=True)
class WithVisit:
    """A basket that is to be booked together with a visit. `first` (minor units) is paid before both count.

    `left_out` is what in it was called that cannot be had any more.
    """

    basket: Basket
    priced: Priced
    first: int
    left_out: Sequence[str]

    @property
    def total(self) -> int:
        """What all of it costs (minor units)."""
        return self.priced.total

    @property
    def kept(self) -> Basket:
        """What a page that says what is gone leads on with."""
        return self.basket.without(self.priced.gone)


def order_settings(business_id: int) -> OrderSettings | None:
    """How a business takes orders; None where it takes none."""
    settings = db.session.get(OrderSettings, business_id)
    return settings if settings is not None and ways_of(settings) else None


def ways_of(settings: OrderSettings) -> list[str]:
    """The ways in which customers get what they order."""
    ways = {"pickup": settings.pickup, "delivery": settings.delivery, "table": settings.at_table}
    return [way for way, is_offered in ways.items() if is_offered]


def look_at(
    business: Business, settings: OrderSettings, menu: Menu, basket: Basket, way: str | None, now: datetime
) -> Checkout:
    """What a basket comes to; in the first way there is, where none that is offered was chosen."""
    ways = ways_of(settings)
    chosen = way if way in ways else ways[0]
    found = priced(basket, menu)
    is_brought = chosen == "delivery"
    return Checkout(
        settings,
        found,
        chosen,
        ways,
        delivery_fee(settings, found.total) if is_brought else 0,
        missing_for_delivery(settings, found.total) if is_brought else 0,
        due_times_of(business, settings, found, chosen, now),
        _payments(business, settings, found.total),
        left_out(business.id, found),
        basket.without(found.gone),
    )


def left_out(business_id: int, found: Priced) -> Sequence[str]:
    """What those things of a basket are called that cannot be had any more: a statement where there are any."""
    gone = {it.item_id for it in found.gone}
    of_them = (ServiceItem.business_id == business_id) & ServiceItem.id.in_(gone)
    names = select(ServiceItem.name).where(of_them).order_by(ServiceItem.position, ServiceItem.id)
    return list(db.session.scalars(names)) if gone else []


def can_come_with_visit(settings: OrderSettings) -> bool:
    """Whether what is ordered can be had at an appointment: somebody who comes picks it up."""
    return settings.pickup


def look_at_with_visit(business: Business, basket: Basket) -> WithVisit | None:
    """What a basket comes to that is booked with a visit; None where nothing is in it or it cannot be had there."""
    settings = order_settings(business.id) if basket.entries else None
    if settings is None or not can_come_with_visit(settings):
        return None
    found = priced(basket, menu_of(business.id))
    is_first = is_prepaid_with_visit(business, settings, found.total)
    return WithVisit(basket, found, found.total if is_first else 0, left_out(business.id, found))


def _payments(business: Business, settings: OrderSettings, total: int) -> list[str]:
    if settings.prepay == "on_site" or not can_be_paid(business, total, business.currency):
        return ["later"]
    return ["online"] if settings.prepay == "online" else ["later", "online"]
