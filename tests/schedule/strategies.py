"""Random businesses near the nights on which clocks change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st

from app.core.intervals import Interval, merge
from app.schedule.facts import Calendar, Facts, Hours, Member, Need, ServiceRules
from app.schedule.wall_clock import DAY, utc

T = TypeVar("T")

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
    resources = sorted(service.resources)
    calendar = draw(calendars(resources))
    begin = calendar.clock.opening(calendar.first, 0)
    facts = facts_of(
        calendar,
        service=service,
        busy={it: draw(stretches_after(begin)) for it in resources},
        booked=draw(counts(days_around(calendar), [None, *(it.resource for it in service.performers)])),
        customer_room=draw(st.sampled_from([None] * 9 + [0, 1, 2])),
    )
    somebody = [*resources, 99] if draw(st.booleans()) else []
    return Case(
        facts,
        draw(moments(begin)),
        tuple(draw(few_of(somebody))),
        draw(st.none() | st.integers(1, service.max_units)) if service.unit == "hour" else None,
        draw(st.sampled_from([1] * 19 + [2])),
    )


@st.composite
def calendars(draw: st.DrawFn, resources: Sequence[int], most: int = 2) -> Calendar:
    """A business and its people near a change of the clock, on so many days at most."""
    zone, first = draw(near_a_change())
    bare = Calendar(zone, first, first + timedelta(draw(st.integers(0, most - 1))))
    begin, days = bare.clock.opening(first, 0), days_around(bare)
    everybody = [None, *resources]
    return replace(
        bare,
        hours={it: draw(weekly(first)) for it in [None, *draw(some_of(resources))]},
        special={it: draw(special_days(days)) for it in draw(few_of(everybody))},
        off={it: draw(some_of(days)) for it in draw(few_of(everybody))},
        blocked={it: draw(stretches_after(begin, most=2)) for it in draw(some_of(everybody))},
    )


def facts_of(calendar: Calendar, **more: Any) -> Facts:
    """The facts of a service on the days of a calendar."""
    return Facts(
        calendar.zone,
        calendar.first,
        calendar.last,
        calendar.hours,
        calendar.special,
        calendar.off,
        calendar.blocked,
        **more,
    )


def days_around(calendar: Calendar) -> list[date]:
    """The days whose hours can matter."""
    return [day.date for day in calendar.days]


def moments(begin: int) -> st.SearchStrategy[datetime]:
    """Moments from two days before to a day after an epoch minute, just after a full one."""
    just_after = utc(begin) + timedelta(seconds=30)
    return st.integers(-3000, 1500).map(lambda minutes: just_after + timedelta(minutes=minutes))


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
def intervals(draw: st.DrawFn) -> list[Interval]:
    """Hours of a day, touching, overlapping, past midnight or around the clock; many begin in hours that change."""
    found = []
    for _ in range(draw(st.sampled_from([1, 1, 2, 0]))):
        opens = draw(st.integers(0, DAY + 200)) % DAY
        closes = opens + draw(st.integers(0, DAY))
        found.append((opens, closes if closes > opens else DAY))
    return found


@st.composite
def weekly(draw: st.DrawFn, near: date) -> tuple[Hours, ...]:
    """Some kinds of days on the weekdays; some of another season or in some weeks of a rota only."""
    kinds: list[list[Hours]] = [[]]
    for _ in range(3):
        since = until = None
        week, weeks = 0, 1
        limits = draw(st.sampled_from(["none", "none", "season", "rota"]))
        if limits == "season":
            since, until = draw(season(near))
        elif limits == "rota":
            weeks = draw(st.integers(1, 4))
            week = draw(st.integers(0, weeks - 1))
        kinds.append([Hours(0, *both, since, until, week, weeks) for both in draw(intervals())])
    which = draw(st.integers(0, 4**7 - 1))
    return tuple(replace(it, weekday=day) for day in range(7) for it in kinds[(which >> 2 * day) + 1 & 3])


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
    return {day: draw(intervals()) for day in draw(few_of(days))}


@st.composite
def counts(
    draw: st.DrawFn, days: list[date], whose: list[int | None]
) -> Mapping[tuple[int | None, date], int]:
    """How many bookings somebody has on a day, and under None the service."""
    return {(it, day): draw(st.integers(1, 3)) for it in whose for day in draw(few_of(days))}


def stretches_after(begin: int, most: int = 5) -> st.SearchStrategy[list[Interval]]:
    """Canonical intervals in the three days around the first one."""

    def stretch(number: int) -> Interval:
        start = begin + number // 400 - 600
        return start, start + number % 400 + 1

    numbers = st.lists(st.integers(0, 4200 * 400 - 1), max_size=most)
    return numbers.map(lambda those: merge(map(stretch, those)))


def some_of(those: Sequence[T]) -> st.SearchStrategy[list[T]]:
    """About half of them. One number for all, because every choice takes time."""
    return st.integers(0, 2 ** len(those) - 1).map(lambda bits: _picked(those, bits))


def few_of(those: Sequence[T]) -> st.SearchStrategy[list[T]]:
    """About a quarter of them."""
    size = len(those)
    return st.integers(0, 4**size - 1).map(lambda bits: _picked(those, bits & bits >> size))


def _picked(those: Sequence[T], bits: int) -> list[T]:
    return [it for number, it in enumerate(those) if bits >> number & 1]
