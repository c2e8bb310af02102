"""Random businesses near the nights on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from app.core.intervals import Interval, merge
from app.schedule.facts import Facts, Hours, Member, Need, ServiceRules
from app.schedule.wall_clock import WallClock

# One hour at 02:00, half an hour, at midnight in the south, across midnight, whole days, and none.
ZONES = [
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Havana",
    "Africa/Cairo",
    "America/New_York",
    "Asia/Kathmandu",
    "UTC",
]
_CHANGES = [
    date(2027, 3, 28),
    date(2027, 10, 31),
    date(2027, 4, 4),
    date(2027, 9, 5),
    date(2027, 10, 3),
    date(2027, 11, 7),
]

days_near_changes = st.builds(
    lambda change, days: change + timedelta(days), st.sampled_from(_CHANGES), st.integers(-2, 2)
)


@st.composite
def some_facts(draw: st.DrawFn) -> tuple[Facts, datetime]:
    """The facts of a day or two and the moment they are looked at."""
    service = draw(services())
    first = draw(days_near_changes)
    last = first + timedelta(draw(st.integers(0, 1)))
    zone = draw(st.sampled_from(ZONES))
    begin = WallClock(zone, first, last).opening(first, 0)
    resources = sorted({it.resource for need in service.needs for it in need.members})
    hours: dict[int | None, tuple[Hours, ...]] = {None: draw(weekly(first))}
    hours |= {it: draw(weekly(first)) for it in resources if draw(st.booleans())}
    facts = Facts(
        zone,
        first,
        last,
        hours,
        service=service,
        busy={it: draw(stretches_after(begin)) for it in resources},
        blocked={
            it: draw(stretches_after(begin, most=2)) for it in [None, *resources] if draw(st.booleans())
        },
    )
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        minutes=begin + draw(st.integers(-3000, 1500)), seconds=30
    )
    return facts, now


@st.composite
def services(draw: st.DrawFn) -> ServiceRules:
    """A visit by one to three people and rooms, some of which could fill more than one need."""
    minutes = draw(st.integers(5, 240))
    needs = [draw(need(1, st.integers(1, 3), minutes, own=True))]
    for position in range(2, draw(st.integers(1, 3)) + 1):
        needs.append(draw(need(position, st.integers(2, 5), minutes, own=False)))
    return ServiceRules(
        1,
        tuple(needs),
        minutes=minutes,
        step=draw(st.integers(5, 60)),
        before=draw(st.sampled_from([0, 0, 5, 45])),
        after=draw(st.sampled_from([0, 0, 15, 90])),
        notice_amount=draw(st.sampled_from([0, 0, 1, 2])),
        notice_unit=draw(st.sampled_from(["minutes", "days"])),
        advance_days=draw(st.sampled_from([None, 0, 1, 2])),
    )


@st.composite
def need(draw: st.DrawFn, position: int, ids: st.SearchStrategy[int], minutes: int, own: bool) -> Need:
    lengths: st.SearchStrategy[Any] = st.none() | st.integers(5, 240) if own else st.none()
    resources = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    members = tuple(Member(it, minutes=draw(lengths)) for it in sorted(resources))
    cuts = sorted(draw(st.sets(st.integers(0, minutes), max_size=4)))
    return Need(position, members, tuple(zip(cuts[::2], cuts[1::2], strict=False)))


@st.composite
def weekly(draw: st.DrawFn, near: date) -> tuple[Hours, ...]:
    """Hours on most weekdays, touching, overlapping, past midnight or around the clock; some of another season."""
    rows = []
    for weekday in range(7):
        for _ in range(draw(st.sampled_from([0, 1, 1, 2]))):
            opens = draw(st.integers(0, 1439))
            closes = opens + draw(st.integers(1, 1440))
            since = near + timedelta(draw(st.integers(-2, 2))) if draw(st.integers(0, 9)) == 0 else None
            until = near + timedelta(draw(st.integers(-2, 2))) if draw(st.integers(0, 9)) == 0 else None
            rows.append(Hours(weekday, opens, min(closes, 2880), since, until))
    return tuple(rows)


@st.composite
def stretches_after(draw: st.DrawFn, begin: int, most: int = 5) -> list[Interval]:
    """Canonical intervals in the three days around the first one."""
    starts = draw(st.lists(st.tuples(st.integers(-600, 3600), st.integers(1, 400)), max_size=most))
    return merge((begin + start, begin + start + size) for start, size in starts)
