"""The live board: what is to be done, in columns by state, and what of it is late."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import selectinload

from app.businesses.models import Business
from app.core.db import db
from app.orders.bills import bills_of
from app.orders.due_times import slowest
from app.orders.models import ON_THE_BOARD, Order, OrderSettings
from app.payments.models import Invoice
from app.schedule.business_days import day_begins_of
from app.schedule.wall_clock import local_date
from app.services.models import ServiceItem

MOST = 500
MOST_DONE = 30
# Whoever waits so long for an answer should not.
UNANSWERED = timedelta(minutes=5)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order on the board. It should be begun by `begins_at` and be done with by `ends_at` (UTC).

    `urgency`: "late", "unanswered", "now" (it is time to begin) or nothing; `minutes` belong to the first two.
    """

    order: Order
    bill: Invoice | None
    begins_at: datetime
    ends_at: datetime
    urgency: str = ""
    minutes: int = 0

    @property
    def open_cents(self) -> int:
        """What is still to be paid for it (minor units)."""
        return self.bill.open_cents if self.bill else self.order.total_cents

    @property
    def is_pressing(self) -> bool:
        """Whether somebody should look at it before the others."""
        answer_is_due = self.urgency == "unanswered" and self.minutes * _MINUTE >= UNANSWERED
        return self.urgency == "late" or answer_is_due


@dataclass(frozen=True, slots=True)
class Column:
    """What is in one state: what today is about, and `later` what nobody has to touch before the days after."""

    status: str
    tickets: Sequence[Ticket]
    later: Sequence[Ticket]

    @property
    def count(self) -> int:
        """All of it."""
        return len(self.tickets) + len(self.later)


@dataclass(frozen=True, slots=True)
class Board:
    """All that is to be done. Nothing on it changes by itself before `stands_until` (UTC).

    The business day ends at `ends_at` (UTC). `done` are the last that were handed over today, of `done_count`;
    `is_cut`: there are more orders than are shown.
    """

    columns: Sequence[Column]
    done: Sequence[Order]
    done_count: int
    stands_until: datetime
    ends_at: datetime
    is_cut: bool

    @property
    def waiting(self) -> int:
        """How many wait for an answer."""
        return self.columns[0].count


def board_of(business: Business, settings: OrderSettings | None, now: datetime) -> Board:
    """The board as it is now. Six statements, however much is ordered."""
    settings = settings or OrderSettings(prepare_min=0, way_min=0)
    begin, end = _day(business, now)
    live = select(Order).where(Order.business_id == business.id, Order.status.in_(ON_THE_BOARD))
    rows = db.session.scalars(
        live.order_by(Order.due_at, Order.id).limit(MOST + 1).options(selectinload(Order.lines))
    ).all()
    bills, slow = bills_of(business.id, rows[:MOST]), slow_items(business.id)
    tickets = [ticket_of(it, bills.get(it.id), settings, slow, now) for it in rows[:MOST]]
    done, done_count = _done(business.id, begin, end)
    return Board(
        [_column(status, tickets, end) for status in ON_THE_BOARD],
        done,
        done_count,
        min(_changes(tickets, now), default=end),
        end,
        len(rows) > MOST,
    )


def ticket_of(
    order: Order, bill: Invoice | None, settings: OrderSettings, slow: Mapping[int, int], now: datetime
) -> Ticket:
    """An order as the board shows it; `slow` are the minutes of items that have their own.

    What is brought has to leave in time. What is ready to be picked up is late no more: its customer may be.
    """
    made = slowest([slow.get(line.item_id) for line in order.lines], settings.prepare_min)
    is_brought = order.way == "delivery" and order.status != "ready"
    ends_at = order.due_at - timedelta(minutes=settings.way_min if is_brought else 0)
    begins_at = ends_at - timedelta(minutes=made)
    urgency, since = "", now
    if now >= ends_at + _MINUTE and (order.status, order.way) != ("ready", "pickup"):
        urgency, since = "late", ends_at
    elif order.status == "placed" and (order.asap or now >= begins_at):
        urgency, since = "unanswered", order.placed_at if order.asap else max(order.placed_at, begins_at)
    elif order.status == "accepted" and now >= begins_at:
        urgency = "now"
    return Ticket(order, bill, begins_at, ends_at, urgency, (now - since) // _MINUTE)


def waiting_orders(business_id: int) -> int | None:
    """How many orders wait for an answer; None for a business that takes none. One statement."""
    return db.session.scalar(select(count_waiting(business_id)))


def count_waiting(business_id: int) -> ScalarSelect[Any]:
    """The same, as a part of a statement: NULL for a business that takes no orders."""
    waiting = select(func.count()).where(Order.business_id == business_id, Order.status == "placed")
    taken = OrderSettings.pickup | OrderSettings.delivery | OrderSettings.at_table
    live = select(Order.id).where(Order.business_id == business_id, Order.status.in_(ON_THE_BOARD)).exists()
    found = select(waiting.scalar_subquery()).where(OrderSettings.business_id == business_id, taken | live)
    return found.scalar_subquery()


def _day(business: Business, now: datetime) -> tuple[datetime, datetime]:
    """When the business day begins and ends (UTC)."""
    today = local_date(now, business.zone)
    begins = day_begins_of(business, today - _DAY, today + _DAY)
    day = today if now >= begins[today] else today - _DAY
    return begins[day], begins[day + _DAY]


def _column(status: str, tickets: Sequence[Ticket], end: datetime) -> Column:
    those = [it for it in tickets if it.order.status == status]
    return Column(
        status,
        [it for it in those if _is_of_today(it, end)],
        [it for it in those if not _is_of_today(it, end)],
    )


def _is_of_today(it: Ticket, end: datetime) -> bool:
    """Whether somebody has it in hand, or has to before the day ends.

    What takes long may be due on another day, and has to be begun today; what is ready for one waits for its day.
    """
    if it.order.status == "preparing":
        return True
    return (it.order.due_at if it.order.status == "ready" else it.begins_at) < end


def slow_items(business_id: int) -> dict[int, int]:
    """The minutes of the items that say how long they take."""
    rows = select(ServiceItem.id, ServiceItem.prepare_min).where(
        ServiceItem.business_id == business_id, ServiceItem.prepare_min.is_not(None)
    )
    return {row.id: row.prepare_min for row in db.session.execute(rows)}


def _done(business_id: int, begin: datetime, end: datetime) -> tuple[list[Order], int]:
    """The last that were handed over in a day, and how many there are: one statement, by the time they were due."""
    rows = (
        select(Order, func.count().over().label("many"))
        .where(
            Order.business_id == business_id,
            Order.status == "fulfilled",
            Order.due_at.between(begin - _DAY, end + _DAY),
            Order.ended_at >= begin,
        )
        .order_by(Order.ended_at.desc(), Order.id.desc())
        .limit(MOST_DONE)
    )
    found = db.session.execute(rows).all()
    return [it.Order for it in found], found[0].many if found else 0


def _changes(tickets: Sequence[Ticket], now: datetime) -> Iterator[datetime]:
    """When something on the board becomes pressing, or one minute more so."""
    if any(it.urgency in ("late", "unanswered") for it in tickets):
        yield now + _MINUTE
    for it in tickets:
        yield from (at for at in (it.begins_at, it.ends_at + _MINUTE) if at > now)
