"""An order is placed: judged anew under the lock, its pieces taken, its price from the menu of this moment."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import update

from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.customers.blocking import refuse_blocked
from app.customers.meeting import Contact, meet
from app.orders.basket import Basket, Line, Priced, TooExpensive, priced
from app.orders.billing import bill_of, check_online, is_paid_first
from app.orders.changing import change_order
from app.orders.checking_out import ways_of
from app.orders.delivering import Address, check_area, delivery_fee, missing_for_delivery
from app.orders.menu import menu_of
from app.orders.models import Order, OrderLine, OrderSettings
from app.orders.stock import take_pieces
from app.orders.timing import due_times_of
from app.schedule.wall_clock import utc

# Somebody pays meanwhile; a page of Stripe's lives for half an hour.
KEPT = timedelta(minutes=45)


class NothingOrdered(DomainError):
    """An empty basket."""

    message = _("There is nothing in your basket.")


class NoOrders(DomainError):
    """The business takes none, or not in this way."""

    status = 409
    message = _("Orders of this kind are not taken right now.")


class BasketChanged(Conflict):
    """Something of it is not to be had any more, or costs another amount than was shown."""

    message = _("Your basket has changed since you looked at it. Please look at it again before you order.")


class TimeGone(Conflict):
    """The time that was chosen is full, past or closed by now."""

    message = _("This time is not free any more. Please choose another one.")


class TooLittle(DomainError):
    """Less than what is delivered."""

    message = _("This is less than what we deliver. Please add something, or pick it up.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How somebody wants their basket. `due` is an epoch minute, None for as soon as possible.

    `shown` is the total (minor units, with the delivery) they agreed to. `online`: they want to pay at once.
    """

    basket: Basket
    way: str
    due: int | None
    shown: int
    address: Address | None = None
    table: str | None = None
    online: bool = False


def place(business: Business, wanted: Wanted, contact: Contact, *, by: Actor, now: datetime) -> Order:
    """Place an order, or keep its pieces while it is paid for. Takes the schedule lock.

    Raises NothingOrdered, TooExpensive, TooMuchOnline, NoOrders, BasketChanged, TimeGone, TooLittle, NotDeliveredThere,
    SoldOut or CallUs; then the caller rolls back.
    """
    lock_schedule(business.id)
    settings = _settings(business.id, wanted)
    basket = look_into(business.id, wanted.basket)
    fee = _check_delivery(settings, wanted, basket)
    if basket.total + fee != wanted.shown:
        raise BasketChanged
    due = _due(business, settings, basket, wanted, now)
    customer = meet(business.id, contact, now)
    refuse_blocked(business.id, by=by, contact=contact, customer_id=customer.id)
    order = keep_order(
        business,
        basket,
        contact,
        way=wanted.way,
        due_at=utc(due),
        customer_id=customer.id,
        by=by,
        now=now,
        expires_at=now + KEPT,
        asap=wanted.due is None,
        at_table=wanted.table if wanted.way == "table" else None,
        delivery_cents=fee,
        **_delivered_to(wanted),
    )
    prepaid = is_paid_first(business, settings, order, online=wanted.online)
    if prepaid:
        check_online(order.total_cents, order.currency)
    bill_of(business, order, now, prepaid=prepaid)
    change_order(order, "pending_payment" if prepaid else first_status(settings), by=by, now=now)
    return order


def look_into(business_id: int, basket: Basket) -> Priced:
    """A basket by the menu of now.

    Raises NothingOrdered, TooExpensive, or BasketChanged where something is not to be had.
    """
    found = priced(basket, menu_of(business_id))
    if not basket.entries:
        raise NothingOrdered
    if found.problem:
        raise TooExpensive
    if not found.is_fine:
        raise BasketChanged
    return found


def keep_order(
    business: Business,
    basket: Priced,
    contact: Contact,
    *,
    way: str,
    due_at: datetime,
    customer_id: int | None,
    by: Actor,
    now: datetime,
    delivery_cents: int = 0,
    **more: Any,
) -> Order:
    """Keep what is in a basket for whoever orders it, with a number of its own. Under the schedule lock.

    Raises SoldOut; then the caller rolls back.
    """
    order = Order(
        business_id=business.id,
        uid=uuid.uuid4(),
        number=_next_number(business.id),
        status="held",
        source=by.source,
        customer_id=customer_id,
        contact_name=contact.name,
        contact_email=contact.email,
        contact_phone=contact.phone,
        language=contact.language,
        note=contact.note,
        way=way,
        due_at=due_at,
        currency=business.currency,
        delivery_cents=delivery_cents,
        total_cents=basket.total + delivery_cents,
        placed_at=now,
        **more,
    )
    db.session.add(order)
    db.session.flush()
    _write_lines(order, basket)
    return order


def _settings(business_id: int, wanted: Wanted) -> OrderSettings:
    """How orders are taken; NoOrders where they are not, or not in this way."""
    settings = db.session.get(OrderSettings, business_id, populate_existing=True)
    if settings is None or wanted.way not in ways_of(settings):
        raise NoOrders
    if wanted.way == "table" and wanted.table not in settings.tables:
        raise NoOrders
    return settings


def first_status(settings: OrderSettings) -> str:
    """What an order becomes once it counts: a member accepts it, or it is accepted at once."""
    return "accepted" if settings.accepts_itself else "placed"


def _check_delivery(settings: OrderSettings, wanted: Wanted, basket: Priced) -> int:
    """What bringing it costs (minor units); nothing for whoever fetches it."""
    if wanted.way != "delivery":
        return 0
    if wanted.address is None:
        raise NoOrders
    check_area(settings, wanted.address.postcode)
    if missing_for_delivery(settings, basket.total):
        raise TooLittle
    return delivery_fee(settings, basket.total)


def _due(business: Business, settings: OrderSettings, basket: Priced, wanted: Wanted, now: datetime) -> int:
    """The quarter (epoch minute) it is due in: the chosen one, or the first there is. Raises TimeGone."""
    times = [it.at for it in due_times_of(business, settings, basket, wanted.way, now)]
    if not times or (wanted.due is not None and wanted.due not in times):
        raise TimeGone
    return times[0] if wanted.due is None else wanted.due


def _next_number(business_id: int) -> int:
    """The number of the next order. Whoever takes one has the schedule lock, so they come in their order."""
    one_more = update(OrderSettings).where(OrderSettings.business_id == business_id)
    counted = one_more.values(last_number=OrderSettings.last_number + 1).returning(OrderSettings.last_number)
    return int(db.session.execute(counted).scalar_one())


def _delivered_to(wanted: Wanted) -> dict[str, str]:
    to = wanted.address
    if wanted.way != "delivery" or to is None:
        return {}
    return {"street": to.street, "postcode": to.postcode, "city": to.city}


def _write_lines(order: Order, basket: Priced) -> None:
    """Keep what was ordered as it is called and priced now, and take its pieces. Raises SoldOut."""
    wanted: dict[int, int] = {}
    for line in basket.lines:
        wanted[line.item.id] = wanted.get(line.item.id, 0) + line.entry.quantity
    counted = take_pieces(order.business_id, wanted)
    db.session.add_all(
        _as_row(order, position, line, from_stock=line.item.id in counted)
        for position, line in enumerate(basket.lines)
    )
    db.session.flush()
    db.session.expire(order, ["lines"])


def _as_row(order: Order, position: int, line: Line, *, from_stock: bool) -> OrderLine:
    options = [
        {"id": option.id, "choice": choice, "name": option.name, "extra_cents": option.extra}
        for choice, option in line.options
    ]
    return OrderLine(
        business_id=order.business_id,
        order_id=order.id,
        position=position,
        item_id=line.item.id,
        name=line.item.name,
        options=options,
        quantity=line.entry.quantity,
        unit_cents=line.unit,
        tax_bp=line.item.tax_bp,
        from_stock=from_stock,
        note=line.entry.note,
    )
