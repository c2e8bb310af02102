"""When a basket can be had of a business, by its hours, its rules and what others have ordered."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.businesses.models import Business
from app.core.db import db
from app.orders.basket import Priced
from app.orders.due_times import QUARTER, DueTime, Rules, due_times, quarter_of, slowest
from app.orders.menu import MenuItem
from app.orders.models import KEEPS_PIECES, Order, OrderSettings
from app.schedule.open_time import shop_time
from app.schedule.opening_times import opening_calendar
from app.schedule.wall_clock import DAY, epoch_minute, epoch_minute_not_before, local_date, utc
from app.services.models import ServiceItem


def due_times_of(
    business: Business,
    settings: OrderSettings,
    basket: Priced,
    way: str,
    now: datetime,
    on: date | None = None,
) -> list[DueTime]:
    """The quarters of an hour all of a basket can be had in, this way, earliest first: two statements at most.

    As many days ahead as orders are taken, or those of one day, however far ahead. None at all while no orders are
    taken.
    """
    first = on or local_date(now, business.zone)
    last = first + timedelta(0 if on else settings.advance_days)
    items = [line.item for line in basket.lines]
    return _times(business, settings, items, _takes(settings, basket, way), now, first, last)


def is_time_free(business: Business, order: Order, settings: OrderSettings, now: datetime) -> bool:
    """Whether an order that keeps no place in its quarter of an hour could be had then, by hours, rules and others.

    How long it takes is not asked again.
    """
    those = select(ServiceItem).where(
        ServiceItem.business_id == order.business_id,
        ServiceItem.id.in_({line.item_id for line in order.lines}),
    )
    items, day = db.session.scalars(those).all(), local_date(order.due_at, business.zone)
    due = quarter_of(epoch_minute(order.due_at))
    return any(it.at == due for it in _times(business, settings, items, 0, now, day, day))


def _times(
    business: Business,
    settings: OrderSettings,
    items: Sequence[MenuItem | ServiceItem],
    takes: int,
    now: datetime,
    first: date,
    last: date,
) -> list[DueTime]:
    if is_paused(settings, now):
        return []
    # An evening that lasts past midnight belongs to the day before.
    calendar = opening_calendar(business, first - timedelta(1), last)

    def is_served(due: DueTime) -> bool:
        day, wall = calendar.clock.shows(due.at)
        minute = (day - due.day).days * DAY + wall
        return all(_is_had(it, due.day.weekday(), minute) for it in items)

    return due_times(
        [it for it in shop_time(calendar) if it[3] <= last],
        epoch_minute_not_before(now),
        Rules(takes, settings.per_quarter),
        _taken(business.id, settings, now),
        is_served,
    )


def is_paused(settings: OrderSettings, now: datetime) -> bool:
    """Whether no orders are taken for the moment."""
    return settings.paused_until is not None and settings.paused_until > now


def soonest(order: Order, settings: OrderSettings, now: datetime) -> datetime:
    """The quarter in which an order can be had when it is begun now, whatever the hours and however many others are."""
    those = select(ServiceItem.prepare_min).where(
        ServiceItem.business_id == order.business_id,
        ServiceItem.id.in_({line.item_id for line in order.lines}),
    )
    ready = epoch_minute_not_before(now) + _minutes(settings, db.session.scalars(those).all(), order.way)
    return utc(quarter_of(ready + QUARTER - 1))


def _takes(settings: OrderSettings, basket: Priced, way: str) -> int:
    """Minutes from now until somebody has it."""
    return _minutes(settings, [line.item.prepare_min for line in basket.lines], way)


def _minutes(settings: OrderSettings, items: Sequence[int | None], way: str) -> int:
    """How long it takes to make the slowest of some items; what is brought takes the way, too."""
    return slowest(items, settings.prepare_min) + (settings.way_min if way == "delivery" else 0)


def _is_had(item: MenuItem | ServiceItem, weekday: int, minute: int) -> bool:
    return bool(item.weekdays >> weekday & 1) and item.from_min <= minute <= item.until_min


def _taken(business_id: int, settings: OrderSettings, now: datetime) -> Counter[int]:
    """How many orders are due in each quarter from now on; nothing is asked where any number may be."""
    if settings.per_quarter is None:
        return Counter()
    from_now_on = utc(quarter_of(epoch_minute(now)))
    due = select(Order.due_at).where(
        Order.business_id == business_id, Order.status.in_(KEEPS_PIECES), Order.due_at >= from_now_on
    )
    return Counter(quarter_of(epoch_minute(it)) for it in db.session.scalars(due))
