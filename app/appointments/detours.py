"""Where a date of a series cannot be had: the nearest free time of that day, and who else is free at that time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.appointments.free_times import ONE_DAY, as_members_book
from app.appointments.placing import Wish, decide, ways_to_have
from app.businesses.models import Business
from app.schedule.facts import Facts, Member
from app.schedule.loading import load_parts
from app.schedule.slots import open_slots
from app.schedule.starts import Starts
from app.schedule.wall_clock import local_date, utc


@dataclass(frozen=True, slots=True)
class Detour:
    """`start` (epoch minutes) is the nearest time that is free that day, `people` are free at the time asked for."""

    start: int | None
    people: tuple[Member, ...]


def detours(
    business: Business, wishes: Sequence[Wish], now: datetime, people: Collection[int] | None
) -> list[Detour]:
    """For each of these wishes, all for the same services, what can be had instead.

    Only these `people` are offered; None means anybody. As many statements for all of them as for one.
    """
    if not wishes:
        return []
    days = [local_date(utc(wish.start), business.zone) for wish in wishes]
    anybody = replace(wishes[0], person_id=None, then=tuple(it._replace(only=()) for it in wishes[0].then))
    known = load_parts(business, anybody.parts, min(days) - ONE_DAY, max(days), now, counts=True)
    free = [as_members_book(facts) for facts in known]
    return [Detour(_nearest(free, wish, now), _others(free, wish, now, people)) for wish in wishes]


def _nearest(parts: Sequence[Facts], wish: Wish, now: datetime) -> int | None:
    day = Starts(parts[0], now).day_of(wish.start)
    starts = _starts(parts, wish, day, now)
    return min(starts, key=lambda start: (abs(start - wish.start), start), default=None)


def _starts(parts: Sequence[Facts], wish: Wish, day: date, now: datetime) -> list[int]:
    asked = [facts.narrowed(part.only) for facts, part in zip(parts, wish.parts, strict=True)]
    if len(asked) > 1:
        found = ways_to_have(asked, wish.parts, now).open_slots([day])
    else:
        found = open_slots(asked[0], [day], now, places=wish.places)
    return [slot.start for slot in found.get(day, [])]


def _others(
    parts: Sequence[Facts], wish: Wish, now: datetime, people: Collection[int] | None
) -> tuple[Member, ...]:
    """Who could do it in the place of whom was asked for; services in a row keep whom they have."""
    if wish.person_id is None or len(parts) > 1 or parts[0].service.is_class:
        return ()
    return tuple(
        it
        for it in parts[0].service.performers
        if it.resource != wish.person_id
        and (people is None or it.resource in people)
        and decide(parts, replace(wish, person_id=it.resource), now)
    )
