"""Random businesses near the nights on which clocks change."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from app.core.intervals import Interval, merge
from app.schedule.facts import Facts, Hours, Member, Need, ServiceRules
from app.schedule.wall_clock import WallClock

# Every kind of clock there is, with days on which it changes; those that never do have a turn of the year.
CHANGES = {
    "Europe/Berlin": [date(2027, 3, 28), date(2027, 10, 31)],
    "America/New_York": [date(2027, 3, 14), date(2027, 11, 7)],
    # Half an hour.
    "Australia/Lord_Howe": [date(2027, 4, 4), date(2027, 10, 3)],
    # Two hours.
    "Antarctica/Troll": [date(2027, 3, 28), date(2027, 10, 31)],
    # A missing midnight, and one that comes twice.
    "America/Havana": [date(2027, 3, 14), date(2027, 11, 7)],
    "Atlantic/Azores": [date(2027, 3, 28), date(2027, 10, 31)],
    # A missing midnight, and one that is reached twice.
    "Asia/Beirut": [date(2027, 3, 28), date(2027, 10, 31)],
    "Africa/Cairo": [date(2027, 4, 30), date(2027, 10, 29)],
    "America/Santiago": [date(2027, 4, 4), date(2027, 9, 5)],
    "America/Asuncion": [date(2023, 3, 26), date(2023, 10, 1)],
    # The last hour of a day is missing.
    "America/Nuuk": [date(2027, 3, 28), date(2027, 10, 31)],
    # The other way round: winter in July, and for a month of the year.
    "Australia/Sydney": [date(2027, 4, 4), date(2027, 10, 3)],
    "Pacific/Auckland": [date(2027, 4, 4), date(2027, 9, 26)],
    "Africa/Casablanca": [date(2027, 2, 7), date(2027, 3, 14)],
    # A quarter off.
    "Pacific/Chatham": [date(2027, 4, 4), date(2027, 9, 26)],
    "Asia/Kathmandu": [date(2026, 12, 31)],
    # The far ends of the world.
    "Pacific/Kiritimati": [date(2027, 1, 1)],
    "Pacific/Pago_Pago": [date(2027, 12, 31)],
    "UTC": [date(2024, 2, 29)],
}
ZONES = sorted(CHANGES)

OPTIONAL_LIMIT = st.sampled_from([None, None, None, 1, 2, 3])


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a day of a week in which its clock changes."""
    zone = draw(st.sampled_from(ZONES))
    return zone, draw(st.sampled_from(CHANGES[zone])) + timedelta(draw(st.integers(-2, 2)))


class Case(NamedTuple):
    """What somebody asks for, of which business, and when."""

    facts: Facts
    now: datetime
    only: tuple[int, ...] = ()
    units: int | None = None
    places: int = 1

    @property
    def wish(self) -> dict[str, Any]:
        return {"only": self.only, "units": self.units, "places": self.places}

    def begin(self, start: int) -> dict[str, Any]:
        """The same wish for one start, whose end the write path is told where it was chosen."""
        end = None if self.units is None else start + self.units * self.facts.service.step
        return {"only": self.only, "places": self.places, "end": end}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """The facts of a day or two and the moment they are looked at."""
    service = draw(services())
    zone, first = draw(near_a_change())
    last = first + timedelta(draw(st.integers(0, 1)))
    begin = WallClock(zone, first, last).opening(first, 0)
    resources = sorted(service.resources)
    everybody = [None, *resources]
    some = st.sets(st.sampled_from(everybody))
    days = [first + timedelta(n) for n in range(-2, (last - first).days + 3)]
    facts = Facts(
        zone,
        first,
        last,
        hours={None: draw(weekly(first))} | {it: draw(weekly(first)) for it in sorted(draw(some), key=str)},
        special={it: draw(special_days(days)) for it in everybody if draw(st.integers(0, 3)) == 0},
        off={it: draw(st.sets(st.sampled_from(days))) for it in everybody if draw(st.integers(0, 5)) == 0},
        blocked={it: draw(stretches_after(begin, most=2)) for it in everybody if draw(st.booleans())},
        service=service,
        busy={it: draw(stretches_after(begin)) for it in resources},
        booked=draw(counts(days, [None, *(it.resource for it in service.performers)])),
        customer_room=draw(st.sampled_from([None] * 9 + [0, 1, 2])),
    )
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        minutes=begin + draw(st.integers(-3000, 1500)), seconds=30
    )
    nobody_in_particular: st.SearchStrategy[list[int]] = st.just([])
    asked_for = nobody_in_particular | st.lists(st.sampled_from([*resources, 99]), max_size=2, unique=True)
    return Case(
        facts,
        now,
        tuple(draw(asked_for)),
        draw(st.none() | st.integers(1, service.max_units)) if service.unit == "hour" else None,
        draw(st.sampled_from([1] * 19 + [2])),
    )


@st.composite
def services(draw: st.DrawFn) -> ServiceRules:
    """A visit by one to three people and rooms, some of which could fill more than one need."""
    by_the_hour = draw(st.integers(0, 3)) == 0
    minutes = draw(st.integers(5, 240))
    fewest = draw(st.integers(1, 3)) if by_the_hour else 1
    needs = [draw(need(1, st.integers(1, 3), minutes, own=True))]
    for position in range(2, draw(st.integers(1, 3)) + 1):
        needs.append(draw(need(position, st.integers(2, 5), minutes, own=False)))
    return ServiceRules(
        1,
        tuple(needs),
        unit="hour" if by_the_hour else "visit",
        minutes=None if by_the_hour else minutes,
        step=draw(st.integers(5, 60)),
        before=draw(st.sampled_from([0, 0, 5, 45])),
        after=draw(st.sampled_from([0, 0, 15, 90])),
        min_units=fewest,
        max_units=fewest + draw(st.integers(0, 3)) if by_the_hour else 1,
        notice_amount=draw(st.sampled_from([0, 0, 1, 2])),
        notice_unit=draw(st.sampled_from(["minutes", "days"])),
        advance_days=draw(st.sampled_from([None, 0, 1, 2])),
        daily_limit=draw(OPTIONAL_LIMIT),
    )


@st.composite
def need(draw: st.DrawFn, position: int, ids: st.SearchStrategy[int], minutes: int, own: bool) -> Need:
    lengths: st.SearchStrategy[Any] = st.none() | st.integers(5, 240) if own else st.none()
    resources = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    limits = OPTIONAL_LIMIT if own else st.none()
    members = tuple(Member(it, minutes=draw(lengths), daily_limit=draw(limits)) for it in sorted(resources))
    cuts = sorted(draw(st.sets(st.integers(0, minutes), max_size=4)))
    kind = draw(st.sampled_from(["staff", "space"]))
    return Need(position, members, tuple(zip(cuts[::2], cuts[1::2], strict=False)), kind)


@st.composite
def intervals(draw: st.DrawFn, most: int = 2) -> list[Interval]:
    """Hours of a day, touching, overlapping, past midnight or around the clock, often within the hours that change."""
    found = []
    for _ in range(draw(st.sampled_from([0, 1, 1, most]))):
        opens = draw(st.integers(0, 200) | st.integers(0, 1439))
        found.append((opens, draw(st.just(1440) | st.integers(opens + 1, opens + 1440))))
    return found


@st.composite
def weekly(draw: st.DrawFn, near: date) -> tuple[Hours, ...]:
    """Hours on most weekdays; some of another season or in some weeks of a rota only."""
    rows = []
    for weekday in range(7):
        for opens, closes in draw(intervals()):
            kind = draw(st.sampled_from(["always", "always", "season", "rota"]))
            since = until = None
            week, weeks = 0, 1
            if kind == "season":
                since, until = draw(season(near))
            elif kind == "rota":
                weeks = draw(st.integers(1, 4))
                week = draw(st.integers(0, weeks - 1))
            rows.append(Hours(weekday, opens, closes, since, until, week, weeks))
    return tuple(rows)


@st.composite
def season(draw: st.DrawFn, near: date) -> tuple[date | None, date | None]:
    since = draw(st.none() | st.integers(-2, 2))
    length = draw(st.none() | st.integers(0, 3))
    begins = near + timedelta(since or 0)
    return (
        None if since is None else begins,
        None if length is None else begins + timedelta(length),
    )


@st.composite
def special_days(draw: st.DrawFn, days: list[date]) -> Mapping[date, list[Interval]]:
    """Some of these days with hours of their own, or closed."""
    return {day: draw(intervals()) for day in sorted(draw(st.sets(st.sampled_from(days), max_size=3)))}


@st.composite
def counts(
    draw: st.DrawFn, days: list[date], whose: list[int | None]
) -> Mapping[tuple[int | None, date], int]:
    """How many bookings somebody has on a day, and under None the service."""
    some = st.tuples(st.sampled_from(whose), st.sampled_from(days))
    return draw(st.dictionaries(some, st.integers(1, 3), max_size=6))


@st.composite
def stretches_after(draw: st.DrawFn, begin: int, most: int = 5) -> list[Interval]:
    """Canonical intervals in the three days around the first one."""
    starts = draw(st.lists(st.tuples(st.integers(-600, 3600), st.integers(1, 400)), max_size=most))
    return merge((begin + start, begin + start + size) for start, size in starts)
