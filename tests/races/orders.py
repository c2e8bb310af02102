"""What customers and Stripe do to orders in a race, by ids that any process can use."""

import time
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.orders import settling, stock, taking_again, timing
from app.orders.basket import Entry
from app.orders.models import Order, OrderSettings
from app.payments import starting
from app.payments.models import Invoice, Payment
from app.schedule.wall_clock import epoch_minute
from app.services.models import ServiceItem
from tests.appointments.paying import come_in, with_own_keys
from tests.factories import a_shop
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.races.clients import next_open


def sell_one_bottle() -> tuple[int, int]:
    """A business that is paid online first and has one bottle left: its id, and that of the bottle."""
    shop = a_shop()
    kitchen = a_kitchen(shop, prepay="online")
    with_own_keys(shop)
    kitchen.bottle.stock = 1
    return kitchen.business.id, kitchen.bottle.id


def order(business: int, bottle: int) -> int:
    """Somebody orders the bottle; the number of the order."""
    return an_order(_kitchen(business, bottle), Entry(bottle)).id


def sell_one_in_a_quarter() -> tuple[int, int]:
    """The same with bottles enough, and one order in each quarter of an hour."""
    business, bottle = sell_one_bottle()
    db.session.get_one(ServiceItem, (business, bottle)).stock = None
    db.session.get_one(OrderSettings, business).per_quarter = 1
    return business, bottle


def order_for_noon(business: int, bottle: int) -> int:
    """Somebody orders the bottle for twelve o'clock of some day; the number of the order."""
    return an_order(_kitchen(business, bottle), Entry(bottle), due=epoch_minute(next_open(12, 1))).id


def order_for_noon_later(business: int, bottle: int) -> int:
    """The same while somebody else, who has looked, takes their time."""
    time.sleep(0.5)
    return order_for_noon(business, bottle)


def begin(business: int, order_id: int) -> int:
    """They press "pay"; the payment."""
    row = db.session.get_one(Order, (business, order_id))
    invoice = db.session.query(Invoice).filter_by(business_id=business, subject_uid=row.uid).one()
    kitchen = _kitchen(business, row.lines[0].item_id)
    return starting.start(kitchen.business, invoice, live=False, by_page=False, now=clock.now()).id


def pay(business: int, payment: int) -> str:
    """Its money comes in; what became of the order."""
    row = db.session.get_one(Payment, (business, payment))
    come_in(row)
    invoice = db.session.get_one(Invoice, (business, row.invoice_id))
    return str(db.session.query(Order).filter_by(uid=invoice.subject_uid).one().status)


def pay_carelessly(business: int, payment: int) -> str:
    """The same by a program that reads the stock and then writes what it has worked out, and locks nothing."""
    stock.take_pieces = _take_carelessly
    return pay(business, payment)


def pay_slowly(business: int, payment: int) -> str:
    """The same by a program that looks for room in the quarter, and then takes its time."""
    with patch.object(taking_again, "is_time_free", _look_slowly):
        return pay(business, payment)


def lapse(business: int) -> int:
    """The time of whoever was to pay is over."""
    lock_schedule(business)
    over = sa.update(Order).where(Order.business_id == business, Order.status == "pending_payment")
    db.session.execute(over.values(expires_at=clock.now()))
    return settling.let_lapse(business, clock.now(), 10)


def _look_slowly(*asked: Any) -> bool:
    is_free = timing.is_time_free(*asked)
    time.sleep(1)
    return is_free


def _take_carelessly(business_id: int, wanted: dict[int, int]) -> set[int]:
    for item, pieces in wanted.items():
        one = sa.select(ServiceItem.stock).where(
            ServiceItem.business_id == business_id, ServiceItem.id == item
        )
        left = db.session.scalar(one)
        time.sleep(1)
        sell = sa.update(ServiceItem).where(ServiceItem.business_id == business_id, ServiceItem.id == item)
        db.session.execute(sell.values(stock=max(0, (left or 0) - pieces)))
    return set(wanted)


def _kitchen(business: int, bottle: int) -> Kitchen:
    item: Any = db.session.get_one(ServiceItem, (business, bottle))
    nothing: Any = None
    shop = db.session.get_one(Business, business)
    return Kitchen(shop, nothing, nothing, nothing, nothing, nothing, item)
