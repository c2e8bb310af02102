"""The only writer of allocations. The exclusion constraint judges every row."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.businesses.locking import remember_longest
from app.core.db import db
from app.core.intervals import Interval, intersect, merge, subtract
from app.schedule.models import Allocation
from app.schedule.stretches import Stretch
from app.schedule.wall_clock import epoch_minute, epoch_minute_not_before, utc


class Taken(NamedTuple):
    """A stretch an appointment takes, and whether the customer had asked for its resource."""

    stretch: Stretch
    asked: bool


_TABLE = cast(Table, Allocation.__table__)
_INSERT = insert(_TABLE).on_conflict_do_nothing()
_TAKE = _INSERT.returning(_TABLE.c.id)
_TAKE_OF_MANY = _INSERT.returning(_TABLE.c.appointment_id)


def allocate(
    business_id: int,
    appointment_id: int,
    stretches: Sequence[Stretch],
    asked: Collection[int] = (),
    squeeze: bool = False,
) -> bool:
    """Take these stretches; False when any of them is taken by somebody else.

    `asked` are the resources the customer chose. With `squeeze`, which only a member may say, what is taken is taken
    once more: just the part that overlaps is left out of the guard (`overlap_ok`). Some rows may have gone in
    when it says False, so roll back then, at least to a begin_nested() around this.
    """
    guarded = _guarded(stretches) if squeeze else {}
    rows: list[dict[str, Any]] = [
        {
            "business_id": business_id,
            "appointment_id": appointment_id,
            "resource_id": stretch.resource,
            "need": stretch.need,
            "starts_at": utc(start),
            "ends_at": utc(end),
            "asked": stretch.resource in asked,
            "overlap_ok": overlaps,
        }
        for stretch in stretches
        for start, end, overlaps in _parts(stretch, guarded.get(stretch.resource, []))
    ]
    remember_longest(
        business_id, max((row["ends_at"] - row["starts_at"] for row in rows), default=timedelta())
    )
    return len(db.session.execute(_TAKE, rows).all()) == len(rows)


def taken_by(business_id: int, appointment_id: int) -> list[Taken]:
    """What an appointment takes, or took before it died; by need, resource and start."""
    return taken_by_each(business_id, [appointment_id])[appointment_id]


def taken_by_each(business_id: int, appointment_ids: Collection[int]) -> dict[int, list[Taken]]:
    """The same of several, in one statement."""
    rows = select(
        Allocation.appointment_id,
        Allocation.need,
        Allocation.resource_id,
        Allocation.starts_at,
        Allocation.ends_at,
        Allocation.asked,
    ).where(Allocation.business_id == business_id, Allocation.appointment_id.in_(appointment_ids))
    found: dict[int, list[Taken]] = {it: [] for it in appointment_ids}
    for appointment, need, resource, starts_at, ends_at, asked in db.session.execute(rows):
        stretch = Stretch(need, resource, epoch_minute(starts_at), epoch_minute_not_before(ends_at))
        found[appointment].append(Taken(stretch, asked))
    return {appointment: sorted(those) for appointment, those in found.items()}


def lay_anew(business_id: int, laid: Mapping[int, Sequence[Taken]]) -> None:
    """Let each of these appointments take this instead of what it takes now, all of them at once. Under the lock.

    What two of them take then, or somebody else takes already, is squeezed in. Two statements, and some more for each
    thousand stretches and for each that is squeezed in.
    """
    db.session.execute(
        delete(Allocation).where(Allocation.business_id == business_id, Allocation.appointment_id.in_(laid))
    )
    rows = [
        {
            "business_id": business_id,
            "appointment_id": appointment,
            "resource_id": stretch.resource,
            "need": stretch.need,
            "starts_at": utc(stretch.start),
            "ends_at": utc(stretch.end),
            "asked": asked,
            "overlap_ok": False,
        }
        for appointment, those in laid.items()
        for stretch, asked in those
    ]
    if not rows:
        return
    longest = max(stretch.end - stretch.start for those in laid.values() for stretch, _asked in those)
    remember_longest(business_id, timedelta(minutes=longest))
    took = Counter(db.session.scalars(_TAKE_OF_MANY, rows))
    for appointment, those in laid.items():
        if took[appointment] < len(those):
            release(business_id, appointment)
            asked_for = {stretch.resource for stretch, asked in those if asked}
            allocate(business_id, appointment, [it.stretch for it in those], asked_for, squeeze=True)


def release(business_id: int, appointment_id: int) -> None:
    """Delete what an appointment takes so that it can be laid anew, inside the begin_nested() of both."""
    db.session.execute(delete(Allocation).filter_by(business_id=business_id, appointment_id=appointment_id))


def heal(business_id: int, now: datetime) -> int:
    """Guard again what was squeezed in and has room by now, as far as it is ahead of `now` (UTC); how many stretches.

    Under the schedule lock, after whatever gives time back. Of two that still overlap the first is guarded.
    """
    other = aliased(Allocation)
    in_the_way = exists().where(
        other.resource_id == Allocation.resource_id,
        other.live,
        ~other.overlap_ok,
        other.ends_at > Allocation.starts_at,
        other.starts_at < Allocation.ends_at,
    )
    squeezed = select(Allocation.id).where(
        Allocation.business_id == business_id,
        Allocation.live,
        Allocation.overlap_ok,
        Allocation.ends_at > now,
        ~in_the_way,
    )
    ids = db.session.scalars(squeezed.order_by(Allocation.id)).all()
    return sum(_guard(business_id, allocation_id) for allocation_id in ids)


def _guard(business_id: int, allocation_id: int) -> bool:
    try:
        with db.session.begin_nested():
            row = update(Allocation).filter_by(business_id=business_id, id=allocation_id)
            db.session.execute(row.values(overlap_ok=False))
    except IntegrityError:
        return False
    return True


def _guarded(stretches: Sequence[Stretch]) -> Mapping[int, list[Interval]]:
    """What the constraint already guards of these resources around these stretches, in epoch minutes."""
    since, until = min(it.start for it in stretches), max(it.end for it in stretches)
    rows = db.session.execute(
        select(Allocation.resource_id, Allocation.starts_at, Allocation.ends_at).where(
            Allocation.live,
            ~Allocation.overlap_ok,
            Allocation.resource_id.in_({it.resource for it in stretches}),
            Allocation.ends_at > utc(since),
            Allocation.starts_at < utc(until),
        )
    )
    found: dict[int, list[Interval]] = {}
    for resource, starts_at, ends_at in rows:
        found.setdefault(resource, []).append((epoch_minute(starts_at), epoch_minute_not_before(ends_at)))
    return {resource: merge(intervals) for resource, intervals in found.items()}


def _parts(stretch: Stretch, guarded: list[Interval]) -> Iterator[tuple[int, int, bool]]:
    """(start, end, overlaps) of each part of a stretch that is free, and of each that is guarded already."""
    whole = [(stretch.start, stretch.end)]
    yield from ((start, end, False) for start, end in subtract(whole, guarded))
    yield from ((start, end, True) for start, end in intersect(whole, guarded))
