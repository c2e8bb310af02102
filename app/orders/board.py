"""The live board: what is to be done, in columns by state, and what of it is late."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, ScalarSelect, bindparam, func, select
from sqlalchemy.orm import selectinload

from app.businesses.models import Business
from app.core.db import db
from app.orders.bills import bills_of
from app.orders.due_times import slowest
from app.orders.models import ON_THE_BOARD, Order, OrderLine, OrderSettings
from app.orders.urgency import MINUTE, Urgency, urgency_of
from app.payments.models import Invoice
from app.schedule.business_days import day_begins_of
from app.schedule.wall_clock import local_date
from app.services.models import ServiceItem

MOST = 500
MOST_DONE = 30
# What is done next is shown in full; whatever comes after it in the same column, in a line. So is most that is folded.
IN_FULL, LATER_IN_FULL = 12, 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order on the board in full, and `when` it should be begun and done with."""

    order: Order
    bill: Invoice | None
    when: Urgency

    @property
    def open_cents(self) -> int:
        """What is still to be paid for it (minor units)."""
        return self.bill.open_cents if self.bill else self.order.total_cents


@dataclass(frozen=True, slots=True)
class Line:
    """An order on the board in a line: its id, number, status, way, due_at, contact_name and so on in `row`."""

    row: Row[*tuple[Any, ...]]
    when: Urgency


@dataclass(frozen=True, slots=True)
class Stack:
    """Orders by the time they are due, the first of them in full."""

    tickets: Sequence[Ticket]
    more: Sequence[Line]

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.tickets) + len(self.more)


@dataclass(frozen=True, slots=True)
class Column:
    """What is in one state: what today is about, and `later` what nobody has to touch before the days after."""

    status: str
    today: Stack
    later: Stack

    @property
    def count(self) -> int:
        """All of it."""
        return self.today.count + self.later.count


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
    rows = db.session.execute(_LIVE.limit(MOST + 1), {"business": business.id}).all()
    lines = [Line(it, _when(it, settings, now)) for it in rows[:MOST]]
    stacks = {
        (status, is_today): [
            it for it in lines if it.row.status == status and _is_of_today(it, end) is is_today
        ]
        for status in ON_THE_BOARD
        for is_today in (True, False)
    }
    first = [
        it
        for (_status, is_today), those in stacks.items()
        for it in those[: IN_FULL if is_today else LATER_IN_FULL]
    ]
    tickets = _in_full(business.id, first)
    done, done_count = _done(business.id, begin, end)
    return Board(
        [
            Column(status, *(_stack(stacks[status, is_today], tickets) for is_today in (True, False)))
            for status in ON_THE_BOARD
        ],
        done,
        done_count,
        min(_changes(lines, now), default=end),
        end,
        len(rows) > MOST,
    )


def ticket_of(
    order: Order, bill: Invoice | None, settings: OrderSettings, slow: Mapping[int, int], now: datetime
) -> Ticket:
    """An order as its page shows it; `slow` are the minutes of items that have their own."""
    made = slowest([slow.get(line.item_id) for line in order.lines], settings.prepare_min)
    return Ticket(order, bill, urgency_of(order, made, settings.way_min, now))


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


def _when(row: Row[*tuple[Any, ...]], settings: OrderSettings, now: datetime) -> Urgency:
    return urgency_of(row, slowest([row.longest], settings.prepare_min), settings.way_min, now)


def _in_full(business_id: int, lines: Sequence[Line]) -> Mapping[int, Ticket]:
    """These orders with all that is on their cards, by id."""
    whens = {it.row.id: it.when for it in lines}
    rows = select(Order).where(Order.business_id == business_id, Order.id.in_(whens))
    orders = db.session.scalars(rows.options(selectinload(Order.lines))).all() if whens else []
    bills = bills_of(business_id, orders)
    return {it.id: Ticket(it, bills.get(it.id), whens[it.id]) for it in orders}


def _stack(lines: Sequence[Line], tickets: Mapping[int, Ticket]) -> Stack:
    first = [tickets[it.row.id] for it in lines if it.row.id in tickets]
    return Stack(first, [it for it in lines if it.row.id not in tickets])


def _is_of_today(it: Line, end: datetime) -> bool:
    """Whether somebody has it in hand, or has to before the day ends.

    What takes long may be due on another day, and has to be begun today; what is ready for one waits for its day.
    """
    if it.row.status == "preparing":
        return True
    return (it.row.due_at if it.row.status == "ready" else it.when.begins_at) < end


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


def _changes(lines: Sequence[Line], now: datetime) -> Iterator[datetime]:
    """When something on the board becomes pressing, or one minute more so."""
    if any(it.when.urgency in ("late", "unanswered") for it in lines):
        yield now + MINUTE
    for it in lines:
        yield from (at for at in (it.when.begins_at, it.when.ends_at + MINUTE) if at > now)


_LONGEST = (
    select(func.max(ServiceItem.prepare_min))
    .join(
        OrderLine,
        (OrderLine.business_id == ServiceItem.business_id) & (OrderLine.item_id == ServiceItem.id),
    )
    .where(OrderLine.business_id == Order.business_id, OrderLine.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)
# What is known of an order without what is in it; `longest` are the minutes of its slowest item, if any says so.
_LIVE = (
    select(
        Order.id,
        Order.number,
        Order.status,
        Order.way,
        Order.asap,
        Order.due_at,
        Order.placed_at,
        Order.contact_name,
        _LONGEST.label("longest"),
    )
    .where(Order.business_id == bindparam("business"), Order.status.in_(ON_THE_BOARD))
    .order_by(Order.due_at, Order.id)
)
