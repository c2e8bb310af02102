"""The live board: what is to be done, in columns by state, and what of it is late."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Row, ScalarSelect, bindparam, exists, func, select

from app.businesses.models import Business
from app.core.db import db
from app.orders.models import ON_THE_BOARD, Order, OrderLine, OrderSettings
from app.orders.tickets import Ticket, tickets_of
from app.orders.urgency import MINUTE, Urgency, urgency_of
from app.schedule.business_days import day_begins_of
from app.schedule.wall_clock import local_date
from app.services.models import ServiceItem

MOST = 500
MOST_DONE = 30
# What is done next is shown in full, so much in all; whatever comes after it in the same column, in a line.
IN_FULL = 20
_DAY = timedelta(days=1)


class Line(NamedTuple):
    """An order without what is in it: what has to be known to say where it stands on the board."""

    id: int
    number: int
    status: str
    way: str
    asap: bool
    due_at: datetime
    placed_at: datetime
    contact_name: str


class Brief(NamedTuple):
    """What the board shows of an order in a line. There are hundreds: a template takes it apart at once."""

    id: int
    number: int
    contact_name: str
    due_at: datetime
    is_pressing: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """Orders by the time they are due, the first of them in full."""

    tickets: Sequence[Ticket]
    more: Sequence[Brief]

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.tickets) + len(self.more)


# By status, and by whether it is of today.
_Stacks = dict[tuple[str, bool], list[tuple[Line, Urgency]]]


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
    done: Sequence[Row[*tuple[Any, ...]]]
    done_count: int
    stands_until: datetime
    ends_at: datetime
    is_cut: bool

    @property
    def waiting(self) -> int:
        """How many wait for an answer."""
        return self.columns[0].count


def board_of(business: Business, settings: OrderSettings | None, now: datetime) -> Board:
    """The board as it is now. Five statements, however much is ordered; seven where items say how long they take."""
    settings = settings or OrderSettings(prepare_min=0, way_min=0)
    begin, end = _day(business, now)
    rows = db.session.execute(_LIVE.limit(MOST + 1), {"business": business.id}).all()
    slow = slow_items(business.id) if rows and rows[0].has_slow else {}
    lines = _with_urgency(business.id, [Line._make(it[:-1]) for it in rows[:MOST]], slow, settings, now)
    stacks: _Stacks = {(status, is_today): [] for is_today in (True, False) for status in ON_THE_BOARD}
    for line, when in lines:
        stacks[line.status, _is_of_today(line, when, end)].append((line, when))
    tickets = tickets_of(business.id, {line.id: when for line, when in _done_first(stacks)})
    done, done_count = _done(business.id, begin, end)
    return Board(
        [
            Column(status, *(_stack(stacks[status, is_today], tickets) for is_today in (True, False)))
            for status in ON_THE_BOARD
        ],
        done,
        done_count,
        min([end, *_changes(lines, now)]),
        end,
        len(rows) > MOST,
    )


def waiting_orders(business_id: int) -> int | None:
    """How many orders wait for an answer; None for a business that takes none. One statement."""
    return db.session.scalar(select(count_waiting(business_id)))


def count_waiting(business_id: int | BindParameter[int]) -> ScalarSelect[Any]:
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


def _done_first(stacks: _Stacks) -> list[tuple[Line, Urgency]]:
    """What is shown in full: of each stack the first, and of all that is folded as much as there is room for then."""
    open_ones = [those for (status, is_today), those in stacks.items() if is_today or status == "placed"]
    folded = [those for (status, is_today), those in stacks.items() if not is_today and status != "placed"]
    shares = shared_out([len(it) for it in open_ones], IN_FULL)
    more = shared_out([len(it) for it in folded], IN_FULL - sum(shares))
    both = zip(open_ones + folded, shares + more, strict=True)
    return [it for those, share in both for it in those[:share]]


def shared_out(wanted: Sequence[int], most: int) -> list[int]:
    """How many each gets of `most`: nobody more than anybody who still wants some, and nobody more than they want."""
    shares = [0] * len(wanted)
    while (hungry := [it for it, want in enumerate(wanted) if shares[it] < want]) and sum(shares) < most:
        for it in hungry[: most - sum(shares)]:
            shares[it] += 1
    return shares


def _with_urgency(
    business_id: int, lines: Sequence[Line], slow: Mapping[int, int], settings: OrderSettings, now: datetime
) -> list[tuple[Line, Urgency]]:
    longest, made, on_the_way = _longest(business_id, lines, slow), settings.prepare_min, settings.way_min
    return [(it, urgency_of(it, max(made, longest.get(it.id, made)), on_the_way, now)) for it in lines]


def _longest(business_id: int, lines: Sequence[Line], slow: Mapping[int, int]) -> Mapping[int, int]:
    """The minutes of the slowest item of each of these orders that has one of the `slow_items`."""
    if not slow:
        return {}
    orders = [it.id for it in lines]
    rows = select(OrderLine.order_id, OrderLine.item_id).where(
        OrderLine.business_id == business_id, OrderLine.order_id.in_(orders), OrderLine.item_id.in_(slow)
    )
    longest: dict[int, int] = {}
    for order_id, item_id in db.session.execute(rows):
        longest[order_id] = max(slow[item_id], longest.get(order_id, 0))
    return longest


def _stack(lines: Sequence[tuple[Line, Urgency]], tickets: Mapping[int, Ticket]) -> Stack:
    first = [tickets[line.id] for line, _when in lines if line.id in tickets]
    rest = lines[len(first) :]
    return Stack(
        first,
        [
            Brief(it.id, it.number, it.contact_name, it.due_at, when.is_pressing, when.urgency == "late")
            for it, when in rest
        ],
    )


def _is_of_today(line: Line, when: Urgency, end: datetime) -> bool:
    """Whether somebody has it in hand, or has to before the day ends.

    What takes long may be due on another day, and has to be begun today; what is ready for one waits for its day.
    """
    if line.status == "preparing":
        return True
    return (line.due_at if line.status == "ready" else when.begins_at) < end


def slow_items(business_id: int) -> dict[int, int]:
    """The minutes of the items that say how long they take."""
    rows = select(ServiceItem.id, ServiceItem.prepare_min).where(
        ServiceItem.business_id == business_id, ServiceItem.prepare_min.is_not(None)
    )
    return {row.id: row.prepare_min for row in db.session.execute(rows)}


def _done(business_id: int, begin: datetime, end: datetime) -> tuple[Sequence[Row[*tuple[Any, ...]]], int]:
    """The last that were handed over in a day, and how many there are: one statement, by the time they were due."""
    when = {"begin": begin, "due_from": begin - _DAY, "due_until": end + _DAY}
    found = db.session.execute(_LAST_DONE, {"business": business_id, **when}).all()
    return found, found[0].many if found else 0


def _changes(lines: Sequence[tuple[Line, Urgency]], now: datetime) -> Iterator[datetime]:
    """When something on the board becomes pressing, or one minute more so, be it on another day."""
    if any(when.urgency in ("late", "unanswered") for _line, when in lines):
        yield now + MINUTE
    for _line, when in lines:
        yield from (at for at in (when.begins_at, when.ends_at + MINUTE) if at > now)


_HAS_SLOW = (
    exists()
    .where(ServiceItem.business_id == bindparam("business"), ServiceItem.prepare_min.is_not(None))
    .correlate(None)
)
_LIVE = (
    select(*(getattr(Order, field) for field in Line._fields), _HAS_SLOW.label("has_slow"))
    .where(Order.business_id == bindparam("business"), Order.status.in_(ON_THE_BOARD))
    .order_by(Order.due_at, Order.id)
)
_LAST_DONE = (
    select(
        Order.id,
        Order.number,
        Order.contact_name,
        Order.ended_at,
        Order.way,
        Order.total_cents,
        Order.currency,
        func.count().over().label("many"),
    )
    .where(
        Order.business_id == bindparam("business"),
        Order.status == "fulfilled",
        Order.due_at.between(bindparam("due_from"), bindparam("due_until")),
        Order.ended_at >= bindparam("begin"),
    )
    .order_by(Order.ended_at.desc(), Order.id.desc())
    .limit(MOST_DONE)
)
