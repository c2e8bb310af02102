"""Why a start can be had or not, and who would fill it. The slots of a page come from the same Starts."""

from collections.abc import Collection
from datetime import datetime

from app.core.intervals import Interval
from app.schedule.facts import Facts, Member, Need
from app.schedule.filling import distinct, tightest_first
from app.schedule.starts import Starts
from app.schedule.stretches import worked
from app.schedule.timetable import against_start, choose_class
from app.schedule.verdict import Choice, Refusal

_ORDER = {refusal: at for at, refusal in enumerate(Refusal)}
_TAKEN = {Refusal.BUSY, Refusal.LIMIT, Refusal.NO_ROOM, Refusal.FULL}


def refusals(
    facts: Facts,
    start: int,
    now: datetime,
    *,
    end: int | None = None,
    only: Collection[int] = (),
    places: int = 1,
) -> tuple[Refusal, ...]:
    """All that speaks against a start (epoch minutes), in the order of Refusal; empty means it can be had.

    `end` is for a length that was chosen; else it takes as long as the performer takes. `only` are the people
    or spaces asked for. Among several performers the one counts who comes nearest: whose time was merely taken
    rather than one who is off. Raises ValueError for a start these facts were not loaded for.
    """
    starts = _starts(facts, start, end, now, only, places)
    service = starts.service
    if service.is_class:
        return against_start(starts, start)
    if not service.performers:
        return against(starts, start, service.longest or service.step, None)
    judged = [against(starts, start, _minutes(starts, it, start, end), it) for it in service.performers]
    return min(judged, key=distance)


def why_not(
    facts: Facts,
    start: int,
    now: datetime,
    *,
    end: int | None = None,
    only: Collection[int] = (),
    places: int = 1,
) -> Refusal | None:
    """The first of all refusals, or None when the start can be had."""
    return next(iter(refusals(facts, start, now, end=end, only=only, places=places)), None)


def choose(
    facts: Facts,
    start: int,
    now: datetime,
    *,
    end: int | None = None,
    only: Collection[int] = (),
    places: int = 1,
    despite: Collection[Refusal] = (),
) -> Choice | None:
    """Who takes this start: whoever has the fewest bookings that business day, then the lowest id; None: nobody.

    Spaces are taken by best fit, the one with the smallest gap left over. A member may choose `despite` refusals;
    then whoever has the fewest of those comes first. Several performers need facts with `booked`, else ValueError.
    """
    best: Choice | None = None
    starts = _starts(facts, start, end, now, only, places)
    if starts.service.is_class:
        return choose_class(starts, start, despite)
    for performer in in_turn(starts, start, end):
        minutes = _minutes(starts, performer, start, end)
        refused = against(starts, start, minutes, performer)
        if set(refused) <= set(despite) and (best is None or len(refused) < len(best.despite)):
            resources = _fill(starts, start, minutes, performer, anyhow=Refusal.NO_ROOM in refused)
            best = Choice(start, start + minutes, resources, refused) if resources else best
            if not refused:
                break
    return best


def against(starts: Starts, start: int, minutes: int, performer: Member | None) -> tuple[Refusal, ...]:
    """All that speaks against a start with one performer, or with nobody there is."""
    day = starts.day_of(start)
    found = {
        Refusal.CLOSED: not starts.is_open(start, minutes),
        Refusal.STAFF_OFF: performer is None,
        Refusal.TOO_SOON: start < starts.earliest,
        Refusal.TOO_FAR: day > starts.last_day,
        Refusal.LIMIT: starts.is_limited(day),
        Refusal.FULL: starts.places > starts.service.capacity,
    }
    if performer is not None:
        need, resource = starts.service.needs[0], performer.resource
        found |= {
            Refusal.STAFF_OFF: not starts.is_there(need, resource, start, minutes),
            Refusal.BUSY: starts.is_taken(need, resource, start, minutes),
            Refusal.LIMIT: found[Refusal.LIMIT] or starts.is_full(day, resource),
            Refusal.NO_ROOM: _fill(starts, start, minutes, performer) is None,
            Refusal.OFF_GRID: starts.is_off_grid(resource, start, minutes),
        }
    return tuple(refusal for refusal in Refusal if found.get(refusal))


def in_turn(starts: Starts, start: int, end: int | None = None) -> list[Member]:
    """The performers in the order in which they are asked."""
    service, booked = starts.service, starts.facts.booked
    if len(service.performers) < 2:
        return list(service.performers)
    if service.needs[0].kind == "space":
        by_id = {it.resource: it for it in service.performers}
        work = {
            it.resource: _at_work(starts, service.needs[0], start, _minutes(starts, it, start, end))
            for it in service.performers
        }
        return [by_id[it] for it in tightest_first(work, starts.facts.busy)]
    if booked is None:
        raise ValueError("choosing among several people needs the count of their bookings")
    day = starts.day_of(start)
    return sorted(service.performers, key=lambda it: (booked.get((it.resource, day), 0), it.resource))


def in_order(starts: Starts, need: Need, resources: Collection[int], start: int, minutes: int) -> list[int]:
    """Those who can fill a need in the order in which they are taken: spaces by best fit, people by id."""
    if need.kind != "space":
        return sorted(resources)
    return tightest_first(dict.fromkeys(resources, _at_work(starts, need, start, minutes)), starts.facts.busy)


def _starts(
    facts: Facts, start: int, end: int | None, now: datetime, only: Collection[int], places: int
) -> Starts:
    first, last = facts.window
    if not first <= start < last:
        raise ValueError("the facts were not loaded for this start")
    if end is not None and not 0 < end - start <= facts.service.longest:
        raise ValueError("the facts were not loaded for this length")
    return Starts(facts.narrowed(only), now, places)


def _minutes(starts: Starts, performer: Member, start: int, end: int | None) -> int:
    """How long a visit takes; nights without an end are the fewest there are, from the clock's arrival to departure."""
    if end is None and starts.service.unit == "night":
        arrival, _ = starts.facts.clock.shows(start)
        end = max(start + 1, starts.stay(arrival, starts.service.min_units)[1])
    return starts.service.minutes_with(performer) if end is None else end - start


def _fill(
    starts: Starts, start: int, minutes: int, performer: Member, *, anyhow: bool = False
) -> tuple[int, ...] | None:
    """The performer and another resource for each further need; `anyhow` ends with those that are not free."""
    choices = [[performer.resource]]
    for need in starts.service.needs[1:]:
        members = sorted(it.resource for it in need.members)
        able = [
            it
            for it in members
            if starts.is_there(need, it, start, minutes) and not starts.is_taken(need, it, start, minutes)
        ]
        free = in_order(starts, need, able, start, minutes)
        choices.append([*free, *(it for it in members if it not in free)] if anyhow else free)
    return distinct(choices)


def _at_work(starts: Starts, need: Need, start: int, minutes: int) -> Interval:
    """From the beginning of a need's first stretch to the end of its last, in epoch minutes."""
    work = worked(starts.service, need, minutes)
    return start + work[0][0], start + work[-1][1]


def distance(refused: tuple[Refusal, ...]) -> tuple[int, int, bool, list[int]]:
    """How near somebody comes to having a start, the nearest first.

    Whose time was merely taken comes before who is there but against the rules, and both before who is off.
    """
    is_off = Refusal.STAFF_OFF in refused
    return len(set(refused) - _TAKEN), len(refused), is_off, [_ORDER[refusal] for refusal in refused]
