"""All orders there ever were, the newest first, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import selectinload

from app.core.db import db
from app.core.paging import Place
from app.orders.models import Order
from app.schedule.periods import Period

PAGE = 50
AT_ONCE = 500
MOST_WORDS = 6
# What somebody typed of a checkout and never sent is no order.
_NEVER = ("held",)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for; nothing given is everything. The period is that in which it was ordered."""

    status: str | None = None
    way: str | None = None
    period: Period | None = None
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of it. `older` says where the next one begins, None on the last."""

    rows: Sequence[Order]
    older: Place | None


def orders_of(business_id: int, wish: Wish, before: Place | None = None, most: int = PAGE) -> Found:
    """What was ordered right `before` an order (its moment and id), or last of all: two statements."""
    found = select(Order).where(_wanted(business_id, wish)).options(selectinload(Order.lines))
    if before:
        found = found.where(tuple_(Order.placed_at, Order.id) < before)
    newest = found.order_by(Order.placed_at.desc(), Order.id.desc()).limit(most + 1)
    rows = db.session.scalars(newest).all()
    last = rows[most - 1] if len(rows) > most else None
    return Found(rows[:most], (last.placed_at, last.id) if last else None)


def each_order(business_id: int, wish: Wish) -> Iterator[Sequence[Order]]:
    """All of it in parts of AT_ONCE, between which a transaction may end. What is ordered meanwhile is not in it."""
    before: Place | None = None
    while True:
        found = orders_of(business_id, wish, before, AT_ONCE)
        yield found.rows
        before = found.older
        if before is None:
            return


def _wanted(business_id: int, wish: Wish) -> ColumnElement[bool]:
    rules = [Order.business_id == business_id, Order.status.not_in(_NEVER)]
    if wish.status:
        rules.append(Order.status == wish.status)
    if wish.way:
        rules.append(Order.way == wish.way)
    if wish.period:
        rules += [Order.placed_at >= wish.period.starts_at, Order.placed_at < wish.period.ends_at]
    return and_(*rules, *(_has(it) for it in wish.words[:MOST_WORDS]))


def _has(word: str) -> ColumnElement[bool]:
    """A word of whoever ordered, of where it goes, or the number of the order."""
    texts = (
        *(Order.contact_name, Order.contact_email, Order.contact_phone),
        *(Order.street, Order.postcode, Order.city, Order.at_table),
    )
    found = [it.icontains(word, autoescape=True) for it in texts]
    digits = word.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        found.append(Order.number == int(digits))
    return or_(*found)
