"""What is ordered together with a visit: it is on its invoice, is had at its time, and follows what becomes of it."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.appointments.billing import issue_finished
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.paying_back import take_companion_off
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.errors import Conflict
from app.customers.meeting import Contact
from app.orders.basket import Basket, Priced
from app.orders.billing import ORDER, check_online, is_prepaid_with_visit, items_of, subject_of
from app.orders.changing import change_order
from app.orders.checking_out import can_come_with_visit
from app.orders.due_times import quarter_of
from app.orders.models import ON_HOLD, ON_THE_BOARD, Order, OrderSettings
from app.orders.placing import BasketChanged, NoOrders, first_status, keep_order, look_into
from app.orders.taking_again import take_again
from app.orders.timing import due_times_of, is_paused, soonest
from app.payments.owing import Item, invoice_of
from app.schedule.wall_clock import epoch_minute, local_date, utc

# Whoever has begun to make it goes on.
_BEGUN = ("preparing", "ready")


class NotAtThatTime(Conflict):
    """The kitchen is closed then, full, or needs longer."""

    message = _(
        "What is in your basket cannot be ready by the end of your appointment. Please choose another time, or book"
        " without it."
    )


class NotWithRequest(Conflict):
    """Nobody knows yet whether the visit takes place."""

    message = _(
        "This appointment has to be confirmed first, so nothing can be ordered with it. Please book without it, and"
        " order once it is confirmed."
    )


class OrderWithVisit:
    """A basket that is ordered with a visit in the making; `shown` is its total as it was read (minor units)."""

    def __init__(self, business: Business, basket: Basket, shown: int | None, contact: Contact) -> None:
        self._business, self._basket, self._shown, self._contact = business, basket, shown, contact
        self._order: Order | None = None

    def take(self, bookings: Sequence[Booking], *, by: Actor, now: datetime) -> Sequence[Item]:
        """Keep the order for the visit: the lines it adds to its invoice. Under the schedule lock.

        Raises NotWithRequest, NoOrders, NothingOrdered, TooExpensive, TooMuchOnline, BasketChanged, NotAtThatTime or
        SoldOut.
        """
        business = self._business
        if any(it.policy.get("approval") for it in bookings):
            raise NotWithRequest
        settings = db.session.get(OrderSettings, business.id, populate_existing=True)
        if settings is None or not can_come_with_visit(settings) or is_paused(settings, now):
            raise NoOrders
        basket = look_into(business.id, self._basket)
        if basket.total != self._shown:
            raise BasketChanged
        self._order = keep_order(
            business,
            basket,
            self._contact,
            way="pickup",
            due_at=due_with(business, settings, basket, bookings, now),
            customer_id=bookings[0].customer_id,
            by=by,
            now=now,
            visit=bookings[0].visit,
        )
        prepaid = is_prepaid_with_visit(business, settings, basket.total)
        if prepaid:
            check_online(basket.total, business.currency)
        return items_of(self._order, prepaid=prepaid)

    def wait(self, *, by: Actor, now: datetime) -> None:
        """Keep its pieces as long as the place of the visit, which waits for its payment."""
        if self._order is not None:
            change_order(self._order, "pending_payment", by=by, now=now)


def due_with(
    business: Business, settings: OrderSettings, basket: Priced, bookings: Sequence[Booking], now: datetime
) -> datetime:
    """When a basket is had with a visit (UTC): as it begins, or as early during it as it can be ready.

    Raises NotAtThatTime.
    """
    begins, ends = _times_of(bookings)
    day = local_date(utc(begins), business.zone)
    times = due_times_of(business, settings, basket, "pickup", now, on=day)
    found = next((it.at for it in times if quarter_of(begins) <= it.at <= ends), None)
    if found is None:
        raise NotAtThatTime
    return utc(found)


def follow_visits(business: Business, visits: Collection[uuid.UUID], now: datetime) -> None:
    """Let orders count, move or end with their visits. Under the schedule lock, after those were changed.

    What somebody has begun to make does not end with them; it is picked up, or a member cancels it.
    """
    for order in _orders_of(business.id, visits, (*ON_HOLD, *ON_THE_BOARD)):
        bookings = visit_of(order)
        live = [it for it in bookings if it.live]
        if not live:
            _end(business, order, bookings, now)
            continue
        _move(order, live, now)
        if order.status in ON_HOLD and all(it.status == "confirmed" for it in live):
            change_order(order, _first_status(business), by=SYSTEM, now=now)


def take_again_with(business: Business, visit: uuid.UUID, now: datetime) -> None:
    """A visit that had lapsed is booked again: so is what was ordered with it. Raises what `take_again` does."""
    for order in _orders_of(business.id, [visit], ["expired"]):
        take_again(business, order, now)
        change_order(order, _first_status(business), by=SYSTEM, now=now)


def settle_with_visit(business: Business, order: Order, *, by: Actor, now: datetime) -> None:
    """Let the money of a visit follow what became of something that was ordered with it. Under the schedule lock.

    Where the visit itself has lapsed, all of its money has been looked after. What is handed over when nothing of the
    visit is still to come was the last thing its invoice waited for.
    """
    if order.status == "fulfilled" and order.visit is not None:
        issue_finished(business, [order.visit], now)
        return
    invoice = invoice_of(business.id, subject_of(order))
    if invoice is not None and order.status in ("declined", "cancelled"):
        key = f"order/{order.id}/{order.seq}"
        take_companion_off(business, invoice, ORDER, order.id, key=key, by=by, now=now, reason=order.reason)


def visit_of(order: Order) -> Sequence[Booking]:
    """The bookings an order came with, by time; none for one that came alone."""
    return bookings_of_visit(order.business_id, order.visit) if order.visit else []


def ends_with_visit(order: Order) -> bool:
    """Whether it is cancelled where its visit is: what somebody has begun to make is not."""
    return order.status not in _BEGUN


def open_orders_of(business_id: int, visit: uuid.UUID) -> Sequence[Order]:
    """What was ordered with a visit and is not over."""
    return [it for it in orders_of_visits(business_id, [visit]) if it.status in (*ON_HOLD, *ON_THE_BOARD)]


def orders_of_visits(business_id: int, visits: Collection[uuid.UUID]) -> Sequence[Order]:
    """What was ordered with these visits, also what has ended. One statement, one more for the lines of any."""
    rows = select(Order).where(Order.business_id == business_id, Order.visit.in_(visits))
    with_lines = rows.options(selectinload(Order.lines)).order_by(Order.id)
    return db.session.scalars(with_lines).all()


def _end(business: Business, order: Order, bookings: Sequence[Booking], now: datetime) -> None:
    if not ends_with_visit(order):
        return
    if order.status in ON_HOLD and all(it.status == "expired" for it in bookings):
        change_order(order, "expired", by=SYSTEM, now=now)
        return
    with force_locale((order.language or business.language).replace("-", "_")):
        reason = gettext("The appointment it was ordered with does not take place.")
    change_order(order, "cancelled", by=SYSTEM, now=now, reason=reason)


def _move(order: Order, live: Sequence[Booking], now: datetime) -> None:
    """Let it be due as its visit begins, or as soon as it can be, where that does not lie in its visit any more."""
    begins, ends = _times_of(live)
    due = epoch_minute(order.due_at)
    if quarter_of(begins) <= due <= ends:
        return
    settings = db.session.get_one(OrderSettings, order.business_id)
    was, order.due_at = order.due_at, max(utc(quarter_of(begins)), soonest(order, settings, now))
    order.seq += 1
    record(
        "order.moved",
        "order",
        order.id,
        by=SYSTEM,
        at=now,
        business_id=order.business_id,
        changes={"due_at": [was, order.due_at]},
    )


def _times_of(bookings: Sequence[Booking]) -> tuple[int, int]:
    """When a visit begins and ends (epoch minutes)."""
    begins = min(it.appointment.starts_at for it in bookings)
    ends = max(it.appointment.ends_at for it in bookings)
    return epoch_minute(begins), epoch_minute(ends)


def _first_status(business: Business) -> str:
    return first_status(db.session.get_one(OrderSettings, business.id))


def _orders_of(business_id: int, visits: Collection[uuid.UUID], statuses: Collection[str]) -> Sequence[Order]:
    """Those of these visits that are in one of these states, locked."""
    rows = select(Order).where(
        Order.business_id == business_id, Order.visit.in_(visits), Order.status.in_(statuses)
    )
    fresh = rows.order_by(Order.id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()
