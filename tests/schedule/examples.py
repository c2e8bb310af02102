"""Small businesses for the tests of the engine, and their times as people write them."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import Any

from app.core.intervals import Interval
from app.schedule.facts import Facts, Hours, Member, Need, ServiceRules
from app.schedule.slots import Slot, open_slots
from app.schedule.wall_clock import WallClock, read_start

ANA, BEN, CAM = 1, 2, 3
FIRST_ROOM, SECOND_ROOM = 11, 12
LONG_AGO = datetime(2027, 1, 1, tzinfo=UTC)


def minutes(clock: str) -> int:
    """`09:30` or `27:00` as a wall minute."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def opens(*times: str, on: Iterable[int] = range(7)) -> tuple[Hours, ...]:
    """The same intervals on some weekdays: opens("09:00-12:30", "13:15-18:00")."""
    pairs = [tuple(map(minutes, interval.split("-"))) for interval in times]
    return tuple(Hours(weekday, start, end) for weekday in on for start, end in pairs)


def performed_by(*people: int | Member, **more: Any) -> Need:
    return Need(1, tuple(it if isinstance(it, Member) else Member(it) for it in people), **more)


def in_one_of(*rooms: int, position: int = 2, **more: Any) -> Need:
    return Need(position, tuple(Member(room) for room in rooms), **more)


def a_service(*needs: Need, **more: Any) -> ServiceRules:
    """Half an hour of Ana, on every quarter."""
    return ServiceRules(1, needs or (performed_by(ANA),), **({"minutes": 30} | more))


def a_salon(
    day: str = "2027-06-04", *, service: ServiceRules | None = None, until: str = "", **more: Any
) -> Facts:
    """A salon in Berlin that opens from nine to six; the facts of one day, or of several."""
    first, last = date.fromisoformat(day), date.fromisoformat(until or day)
    known = {"zone": "Europe/Berlin", "hours": {None: opens("09:00-18:00")}} | more
    return Facts(service=service or a_service(), first=first, last=last, **known)


def at(facts: Facts, clock: str, day: date | None = None) -> int:
    """The epoch minute at which the clock shows this on the first day; for a doubled hour give `02:00+02:00`."""
    day = day or facts.first
    if len(clock) > 5:
        return read_start(f"{day}T{clock[:5]}:00{clock[5:]}", facts.zone)
    (minute,) = WallClock(facts.zone, day, day).instants(day, minutes(clock))
    return minute


def span(facts: Facts, start: str, end: str) -> Interval:
    return at(facts, start), at(facts, end)


def offered(
    facts: Facts, day: date | None = None, now: datetime = LONG_AGO, only: Collection[int] = ()
) -> list[str]:
    """The starts a page shows for a day."""
    day = day or facts.first
    return times(facts, open_slots(facts, [day], now, only=only)[day])


def times(facts: Facts, slots: Iterable[Slot]) -> list[str]:
    """The starts as the clock shows them."""
    return [clock(facts, slot.start) for slot in slots]


def clock(facts: Facts, minute: int) -> str:
    _, wall = facts.clock.shows(minute)
    return f"{wall // 60:02}:{wall % 60:02}"
