"""What had lapsed is paid for after all: it is had as it was ordered, if it could still be ordered for that time."""

from datetime import datetime

from app.businesses.models import Business
from app.core.db import db
from app.orders.checking_out import ways_of
from app.orders.models import Order, OrderSettings
from app.orders.placing import NoOrders, TimeGone
from app.orders.stock import take_pieces_again
from app.orders.timing import is_time_free


def take_again(business: Business, order: Order, now: datetime) -> None:
    """Take the place of an order that had lapsed in its quarter of an hour, and its pieces, once more.

    Under the schedule lock. Raises NoOrders, TimeGone or SoldOut; then the caller rolls back.
    """
    settings = db.session.get_one(OrderSettings, business.id, populate_existing=True)
    if order.way not in ways_of(settings):
        raise NoOrders
    if order.due_at <= now or not is_time_free(business, order, settings, now):
        raise TimeGone
    take_pieces_again(order)
