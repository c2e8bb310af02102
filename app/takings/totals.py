"""The sums of a period: one statement, however many payments there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Date, Numeric, Text, case, cast, func, null, select, union_all

from app.businesses.models import Business
from app.core.db import db
from app.payments.finding import OF_REFUND, way_back
from app.payments.models import Payment, Refund
from app.schedule.periods import Period
from app.takings.entries import came_in, parts_of, went_back

Key: TypeAlias = date | str | None


@dataclass(frozen=True, slots=True)
class Sum:
    """What came in and what went back (minor units, both above nothing) for one key and in one currency."""

    key: Key
    currency: str
    came: int
    went: int

    @property
    def left(self) -> int:
        return self.came - self.went


@dataclass(frozen=True, slots=True)
class Takings:
    """The same payments and refunds, added up in each way somebody asks for.

    By services as they were called when they were booked, by whoever performed them (None where nobody does). Days are
    in their order, elsewhere what brought the most comes first.
    """

    in_all: Sequence[Sum]
    by_day: Sequence[Sum]
    by_method: Sequence[Sum]
    by_service: Sequence[Sum]
    by_person: Sequence[Sum]


def totals_of(business: Business, period: Period) -> Takings:
    """The entries of a period added up; what was paid for several things is divided as `app.core.money.split` does."""
    came, went = defaultdict[str, Counter[Any]](Counter), defaultdict[str, Counter[Any]](Counter)
    for row in db.session.execute(_sums(business, period)):
        keys = {"service": row.service, "person": row.person}
        if row.day:
            keys = {"all": None, "day": row.day, "method": row.method}
        for kind, key in keys.items():
            came[kind][key, row.currency] += int(row.came)
            went[kind][key, row.currency] += int(row.went)
    all_, days, *rest = (_paired(came[it], went[it]) for it in ("all", "day", "method", "service", "person"))
    return Takings(_in_order(all_), _in_order(days), *(_largest_first(it) for it in rest))


def _paired(came: Mapping[Any, int], went: Mapping[Any, int]) -> list[Sum]:
    return [Sum(key, currency, came[key, currency], went[key, currency]) for key, currency in came]


def _sums(business: Business, period: Period) -> Any:
    """By day and method, which are the same for all of an entry, and by service and person, which are not."""
    moved = _moved(business, period)
    parts = parts_of(business.id, select(moved.c.invoice_id)).cte("parts")
    day = cast(func.timezone(business.zone, moved.c.at), Date).label("day")
    by_time = select(
        *(day, moved.c.method, cast(null(), Text).label("service"), cast(null(), Text).label("person")),
        moved.c.currency,
        *_came_and_went(func.abs(moved.c.cents), moved.c.cents),
    ).group_by(day, moved.c.method, moved.c.currency)
    shares = union_all(_whole(moved, parts), _divided(moved, parts)).subquery().c
    by_part = select(
        *(null(), null(), shares.service, shares.person),
        shares.currency,
        *_came_and_went(shares.share, shares.cents),
    ).group_by(shares.service, shares.person, shares.currency)
    return union_all(by_time, by_part)


def _came_and_went(size: Any, cents: Any) -> Sequence[Any]:
    return [
        func.coalesce(func.sum(size).filter(is_meant), 0).label(name)
        for name, is_meant in (("came", cents > 0), ("went", cents <= 0))
    ]


def _moved(business: Business, period: Period) -> Any:
    """A row for each payment and refund."""
    came = select(
        *(Payment.invoice_id, Payment.currency, Payment.method, Payment.succeeded_at.label("at")),
        Payment.received_cents.label("cents"),
    ).where(came_in(business, period))
    went = (
        select(Payment.invoice_id, Payment.currency, way_back(), Refund.created_at, -Refund.amount_cents)
        .join_from(Refund, Payment, OF_REFUND)
        .where(went_back(business, period))
    )
    both = union_all(came, went).subquery()
    return select(both, func.row_number().over().label("entry")).cte("moved")


def _whole(moved: Any, parts: Any) -> Any:
    """What was for one thing alone, or for nothing."""
    alone = (
        select(
            parts.c.invoice_id,
            func.min(parts.c.service).label("service"),
            func.min(parts.c.person).label("person"),
            func.count().label("number"),
        )
        .group_by(parts.c.invoice_id)
        .subquery()
    )
    share = cast(func.abs(moved.c.cents), Numeric).label("share")
    return (
        select(moved.c.currency, moved.c.cents, share, alone.c.service, alone.c.person)
        .outerjoin(alone, alone.c.invoice_id == moved.c.invoice_id)
        .where(func.coalesce(alone.c.number, 1) == 1)
    )


def _divided(moved: Any, parts: Any) -> Any:
    """What of each entry is for which of several; what whole units leave over goes where most was cut off."""
    entry, part = moved.c, parts.c
    of_entry = {"partition_by": entry.entry}
    several = select(part.invoice_id).group_by(part.invoice_id).having(func.count() > 1)
    weighed = (
        select(
            *(entry.entry, entry.currency, entry.cents, cast(func.abs(entry.cents), Numeric).label("size")),
            *(part.service, part.person, part.position, part.line, part.weight),
            func.sum(part.weight).over(**of_entry).label("weights"),
            func.count().over(**of_entry).label("number"),
        )
        .join(parts, part.invoice_id == entry.invoice_id)
        .where(entry.invoice_id.in_(several))
        .subquery()
    )
    it = weighed.c
    product = it.size * case((it.weights > 0, it.weight), else_=1)
    by = case((it.weights > 0, it.weights), else_=it.number)
    exact = select(*it, func.div(product, by).label("whole"), func.mod(product, by).label("cut")).subquery()
    it = exact.c
    place = func.row_number().over(partition_by=it.entry, order_by=(it.cut.desc(), it.position, it.line))
    left_over = it.size - func.sum(it.whole).over(partition_by=it.entry)
    share = it.whole + case((place <= left_over, 1), else_=0)
    return select(it.currency, it.cents, share.label("share"), it.service, it.person)


def _in_order(sums: Iterable[Sum]) -> list[Sum]:
    return sorted(sums, key=lambda it: (str(it.key), it.currency))


def _largest_first(sums: Iterable[Sum]) -> list[Sum]:
    return sorted(sums, key=lambda it: (-it.left, str(it.key or ""), it.currency))
