"""The starts that can be had, for a page: a day, a month or the next three."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from app.schedule.facts import Facts
from app.schedule.filling import fillers, free_at, may_collide
from app.schedule.nights import open_stays
from app.schedule.starts import Starts
from app.schedule.timetable import open_classes
from app.schedule.wall_clock import days_between


class Slot(NamedTuple):
    """A start that can be had. `end` is the soonest it can be over: performers may have lengths of their own.

    `free` holds for each need, in the order of the needs, the resources it can be had with (of nights: for the first
    need); `left` is how many places there are.
    """

    start: int
    end: int
    free: tuple[tuple[int, ...], ...]
    left: int = 1


def open_slots(
    facts: Facts,
    days: Collection[date],
    now: datetime,
    *,
    only: Collection[int] = (),
    units: int | None = None,
    places: int = 1,
) -> dict[date, list[Slot]]:
    """The slots of each of these business days, in one pass over all of them, by start.

    `only` are the people or spaces asked for. `units` is how many steps or nights the customer chose, where there
    is a choice; the fewest there are without it.
    """
    starts = Starts(facts.narrowed(only), now, places)
    if starts.service.has_set_times:
        return _at_set_times(starts, days, units)
    service = starts.service
    lengths = {it.resource: service.minutes_with(it, units) for it in service.performers}
    found: dict[date, dict[int, list[int]]] = {day: {} for day in days}
    offered = starts.offered(days)
    for resource, length in lengths.items():
        for day, run in starts.runs(resource, length, offered):
            of_day = found[day]
            for start in run:
                if start in of_day:
                    of_day[start].append(resource)
                else:
                    of_day[start] = [resource]
    if len(service.needs) > 1:
        return _with_others(starts, found, lengths)
    if len(set(lengths.values())) == 1:
        length = next(iter(lengths.values()))
        return {
            day: [Slot(start, start + length, (tuple(of_day[start]),)) for start in sorted(of_day)]
            for day, of_day in found.items()
        }
    return {
        day: [
            Slot(start, start + min([lengths[it] for it in of_day[start]]), (tuple(of_day[start]),))
            for start in sorted(of_day)
        ]
        for day, of_day in found.items()
    }


def days_with_room(
    facts: Facts,
    days: Collection[date],
    now: datetime,
    *,
    only: Collection[int] = (),
    units: int | None = None,
    places: int = 1,
) -> set[date]:
    """Those of these business days that have a slot."""
    starts = Starts(facts.narrowed(only), now, places)
    service = starts.service
    if service.has_set_times or len(service.needs) > 1:
        by_day = open_slots(facts, days, now, only=only, units=units, places=places)
        return {day for day, slots in by_day.items() if slots}
    missing, found = set(days), set[date]()
    for performer in service.performers:
        length = service.minutes_with(performer, units)
        found |= {day for day, _ in starts.runs(performer.resource, length, starts.offered(missing))}
        missing -= found
    return found


def next_free(
    facts: Facts,
    after: int,
    now: datetime,
    *,
    count: int = 3,
    only: Collection[int] = (),
    units: int | None = None,
    places: int = 1,
) -> list[Slot]:
    """The first slots that start at or after an epoch minute, on the business days the facts were loaded for."""
    days = days_between(facts.first, facts.last)
    by_day = open_slots(facts, days, now, only=only, units=units, places=places)
    later = (slot for slots in by_day.values() for slot in slots if slot.start >= after)
    return sorted(later)[:count]


def _at_set_times(starts: Starts, days: Collection[date], units: int | None) -> dict[date, list[Slot]]:
    """The dates of a class, or the stays of so many nights."""
    starts.expect(days)
    slots: dict[date, list[Slot]] = {day: [] for day in days}
    if starts.service.is_class:
        for day, it in open_classes(starts, days):
            slots[day].append(Slot(it.start, it.end, tuple((taken,) for taken in it.resources), it.left))
    else:
        for day, stay in open_stays(starts, days, units or starts.service.min_units):
            slots[day].append(Slot(stay.start, stay.end, (stay.spaces,)))
    return slots


def _with_others(
    starts: Starts, found: dict[date, dict[int, list[int]]], lengths: dict[int, int]
) -> dict[date, list[Slot]]:
    """Slots of the performers found, where the other needs can be filled for as long as each performer takes."""
    needs = starts.service.needs[1:]
    candidates = [start for of_day in found.values() for start in of_day]
    others = {
        length: [
            free_at(
                candidates, {it.resource: starts.when_free(need, it.resource, length) for it in need.members}
            )
            for need in needs
        ]
        for length in set(lengths.values())
    }
    collide = may_collide(starts.service)
    slots: dict[date, list[Slot]] = {day: [] for day in found}
    for day, of_day in found.items():
        for start, performers in sorted(of_day.items()):
            ways = []
            for performer in performers:
                choices = [[performer], *(free[start] for free in others[lengths[performer]])]
                way = fillers(choices) if collide else all(choices) and tuple(map(tuple, choices))
                if way:
                    ways.append(way)
            if ways:
                end = start + min(lengths[way[0][0]] for way in ways)
                free = tuple(
                    tuple(dict.fromkeys(it for part in parts for it in part))
                    for parts in zip(*ways, strict=True)
                )
                slots[day].append(Slot(start, end, free))
    return slots
