"""Why a start can be had or not, and who would fill it. The slots of a page come from the same Starts."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.core.intervals import contains
from app.schedule.facts import Facts, Member, ServiceRules
from app.schedule.filling import distinct
from app.schedule.starts import Starts


class Refusal(StrEnum):
    """What can speak against a start, in the order in which it is said."""

    CLOSED = "closed"
    STAFF_OFF = "staff_off"
    BUSY = "busy"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    LIMIT = "limit"
    NO_ROOM = "no_room"
    OFF_GRID = "off_grid"
    FULL = "full"


_ORDER = {refusal: at for at, refusal in enumerate(Refusal)}
_TAKEN = {Refusal.BUSY, Refusal.LIMIT, Refusal.NO_ROOM, Refusal.FULL}


class Choice(NamedTuple):
    """A visit from start to end (epoch minutes) and the resource that fills each need, in the order of the needs.

    `despite` are the refusals a member overrode.
    """

    start: int
    end: int
    resources: tuple[int, ...]
    despite: tuple[Refusal, ...] = ()


def refusals(
    facts: Facts, start: int, now: datetime, *, end: int | None = None, only: Collection[int] = ()
) -> tuple[Refusal, ...]:
    """All that speaks against a start (epoch minutes), in the order of Refusal; empty means it can be had.

    `end` is for a length that was chosen; else it takes as long as the performer takes. `only` are the people
    or spaces asked for. Among several performers the one counts who comes nearest: whose time was merely taken
    rather than one who is off. Raises ValueError for a start these facts were not loaded for.
    """
    starts = _starts(facts, start, end, now, only)
    service = starts.service
    if not service.performers:
        return _against(starts, start, service.longest or service.step, None)
    judged = [_against(starts, start, _minutes(service, it, start, end), it) for it in service.performers]
    return min(judged, key=_distance)


def why_not(
    facts: Facts, start: int, now: datetime, *, end: int | None = None, only: Collection[int] = ()
) -> Refusal | None:
    """The first of all refusals, or None when the start can be had."""
    return next(iter(refusals(facts, start, now, end=end, only=only)), None)


def choose(
    facts: Facts,
    start: int,
    now: datetime,
    *,
    end: int | None = None,
    only: Collection[int] = (),
    despite: Collection[Refusal] = (),
) -> Choice | None:
    """Who takes this start: whoever has the fewest bookings that business day, then the lowest id; None: nobody.

    A member may choose `despite` refusals; then whoever has the fewest of those comes first. Several performers need
    facts with `booked`, else ValueError.
    """
    best: Choice | None = None
    starts = _starts(facts, start, end, now, only)
    for performer in _least_booked_first(starts, start):
        minutes = _minutes(starts.service, performer, start, end)
        against = _against(starts, start, minutes, performer)
        if set(against) <= set(despite) and (best is None or len(against) < len(best.despite)):
            resources = _fill(starts, start, minutes, performer, anyhow=Refusal.NO_ROOM in against)
            best = Choice(start, start + minutes, resources, against) if resources else best
            if not against:
                break
    return best


def _starts(facts: Facts, start: int, end: int | None, now: datetime, only: Collection[int]) -> Starts:
    first, last = facts.window
    if not first <= start < last:
        raise ValueError("the facts were not loaded for this start")
    if end is not None and not 0 < end - start <= facts.service.longest:
        raise ValueError("the facts were not loaded for this length")
    return Starts(facts.narrowed(only), now)


def _minutes(service: ServiceRules, performer: Member, start: int, end: int | None) -> int:
    return service.minutes_with(performer) if end is None else end - start


def _against(starts: Starts, start: int, minutes: int, performer: Member | None) -> tuple[Refusal, ...]:
    found = {
        Refusal.CLOSED: not contains(starts.while_open(minutes), start),
        Refusal.STAFF_OFF: performer is None,
        Refusal.TOO_SOON: start < starts.earliest,
        Refusal.TOO_FAR: starts.day_of(start) > starts.last_day,
    }
    if performer is not None:
        need, resource = starts.service.needs[0], performer.resource
        found |= {
            Refusal.STAFF_OFF: not starts.is_there(need, resource, start, minutes),
            Refusal.BUSY: starts.is_taken(need, resource, start, minutes),
            Refusal.NO_ROOM: _fill(starts, start, minutes, performer) is None,
            Refusal.OFF_GRID: starts.is_off_grid(resource, start, minutes),
        }
    return tuple(refusal for refusal in Refusal if found.get(refusal))


def _fill(
    starts: Starts, start: int, minutes: int, performer: Member, *, anyhow: bool = False
) -> tuple[int, ...] | None:
    """The performer and another resource for each further need; `anyhow` ends with those that are not free."""
    choices = [[performer.resource]]
    for need in starts.service.needs[1:]:
        members = sorted(it.resource for it in need.members)
        free = [
            it
            for it in members
            if starts.is_there(need, it, start, minutes) and not starts.is_taken(need, it, start, minutes)
        ]
        choices.append([*free, *(it for it in members if it not in free)] if anyhow else free)
    return distinct(choices)


def _least_booked_first(starts: Starts, start: int) -> list[Member]:
    performers, booked = starts.service.performers, starts.facts.booked
    if booked is None:
        if len(performers) > 1:
            raise ValueError("choosing among several people needs the count of their bookings")
        return list(performers)
    day = starts.day_of(start)
    return sorted(performers, key=lambda it: (booked.get((it.resource, day), 0), it.resource))


def _distance(against: tuple[Refusal, ...]) -> tuple[int, int, list[int]]:
    return len(set(against) - _TAKEN), len(against), [_ORDER[refusal] for refusal in against]
