"""Where else the bookings a change touches could be: the nearest free time, and who could have them when they are.

The facts are loaded once for all of them, with the new rules. What is proposed to one is taken for the next, so that
no two are proposed the same time.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from app.appointments.free_times import as_members_book
from app.appointments.models import Booking
from app.appointments.shapes import Shape, kept
from app.businesses.models import Business
from app.core.intervals import Interval, merge, subtract
from app.schedule.facts import Facts, ServiceRules
from app.schedule.judging import refusals
from app.schedule.loading import Part, load_parts, with_taken_time
from app.schedule.slots import Slot, open_slots
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import days_between, local_date, utc

NEAR, BEFORE, AFTER = timedelta(1), timedelta(7), timedelta(21)
# Facts of a longer time than this are not loaded for one page: what lies beyond it gets no proposals.
LONGEST = timedelta(120)
_ABOUT_THE_START = {Refusal.TOO_SOON, Refusal.TOO_FAR, Refusal.OFF_GRID}


class Proposal(NamedTuple):
    """Another time (epoch minutes), and with whom."""

    start: int
    end: int
    person: int
    name: str


class Somebody(NamedTuple):
    """Who could have it when it is."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Piece:
    """An appointment as it lies now, and its bookings.

    `anew`: it takes as long as the service does by now. `clashes`: somebody else has its time as well.
    """

    shape: Shape
    bookings: Sequence[Booking]
    anew: bool = False
    clashes: bool = False

    @property
    def service_id(self) -> int:
        return self.bookings[0].appointment.service_id


@dataclass(frozen=True, slots=True)
class Ways:
    """What can be done about one of them besides leaving or cancelling it."""

    proposal: Proposal | None
    others: Sequence[Somebody]


def propose(
    business: Business, pieces: Mapping[int, Piece], now: datetime, people: Collection[int] | None = None
) -> dict[int, Ways]:
    """The ways out for each of these, by appointment; with `people` only with these. Seven statements at most.

    A class and a stay keep their times, but somebody else can have them.
    """
    if not pieces:
        return {}
    known = _load(business, pieces, now)
    laid: dict[int, list[Interval]] = {}
    ways = {}
    for number, piece in sorted(pieces.items(), key=lambda it: it[1].shape.start):
        facts = _without_own(known[number], piece, laid)
        others = _others(facts, piece.shape, now, people)
        found = None
        if not (piece.shape.is_class or facts.service.has_set_times):
            found = _nearest(facts, piece.shape, now, people, laid)
        if found:
            for resource, stretch in _takes(facts, *found):
                laid.setdefault(resource, []).append(stretch)
        ways[number] = Ways(found and found[0], others)
    return ways


def _load(business: Business, pieces: Mapping[int, Piece], now: datetime) -> dict[int, Facts]:
    """For each the facts of its service around it, by which it is judged as it was made, or else anew."""
    services = sorted({it.service_id for it in pieces.values()})
    today = local_date(now, business.zone)
    days = [local_date(utc(it.shape.start), business.zone) for it in pieces.values()]
    first = max(today, min(days) - BEFORE)
    last = min(max(days) + AFTER, first + LONGEST)
    parts = load_parts(business, [Part(it) for it in services], first, last, now, counts=True)
    by_service = dict(zip(services, parts, strict=True))
    as_made = [_as_made(by_service[it.service_id], it) for it in pieces.values()]
    read = with_taken_time(business, as_made, now, counts=True)
    return dict(zip(pieces, (as_members_book(it) for it in read), strict=True))


def _as_made(facts: Facts, piece: Piece) -> Facts:
    if piece.anew and not piece.shape.is_class:
        return facts
    return replace(facts, service=kept(facts.service, piece.shape, None, piece.shape.minutes))


def _without_own(facts: Facts, piece: Piece, laid: Mapping[int, Sequence[Interval]]) -> Facts:
    """Its own time is in nobody's way, unless somebody else has it too; what was proposed to others is."""
    busy, shape = dict(facts.busy), piece.shape
    for need, resource in shape.resources.items() if not piece.clashes else ():
        own = [(shape.start + a, shape.start + b) for a, b in shape.taken[need]]
        busy[resource] = subtract(busy.get(resource, ()), own)
    for resource, stretches in laid.items():
        busy[resource] = merge([*busy.get(resource, ()), *stretches])
    return replace(facts, busy=busy)


def _others(facts: Facts, shape: Shape, now: datetime, people: Collection[int] | None) -> list[Somebody]:
    """Who else could have it at the same time, with nothing against it but what was against it before."""
    first, last = facts.window
    if not first <= shape.start < last:
        return []
    end = shape.start + shape.minutes
    found = []
    for member in facts.service.performers:
        if member.resource == shape.performer or (people is not None and member.resource not in people):
            continue
        against = refusals(facts, shape.start, now, end=end, only=[member.resource])
        if set(against) <= _ABOUT_THE_START:
            found.append(Somebody(member.resource, member.name))
    return found


def _nearest(
    facts: Facts,
    shape: Shape,
    now: datetime,
    people: Collection[int] | None,
    laid: Mapping[int, Sequence[Interval]],
) -> tuple[Proposal, Slot] | None:
    """The nearest start with whoever has it, in the days around it and then the weeks; else with somebody else.

    Of several who are free then it is the one to whom the fewest others are proposed.
    """
    able = [it for it in facts.service.performers if people is None or it.resource in people]
    names = {it.resource: it.name for it in able}
    own = [shape.performer] if shape.performer in names else []
    for those in (own, [it for it in names if it not in own and not _is_asked(shape)]):
        for before, after in ((NEAR, NEAR), (BEFORE, AFTER)):
            slot = those and _nearest_with(facts, shape, those, before, after, now)
            if slot:
                person = min(slot.free[0], key=lambda it: len(laid.get(it, ())))
                return Proposal(slot.start, slot.start + _minutes(facts, person), person, names[person]), slot
    return None


def _is_asked(shape: Shape) -> bool:
    """Whether the customer chose who does it."""
    return shape.performer in shape.asked


def _nearest_with(
    facts: Facts, shape: Shape, people: Sequence[int], before: timedelta, after: timedelta, now: datetime
) -> Slot | None:
    """On the same day if that can be, else on another, as near as possible."""
    day = local_date(utc(shape.start), facts.zone)
    first, last = max(facts.first, day - before), min(facts.last, day + after)
    if first > last:
        return None
    near = replace(facts, first=first, last=last, service=_only(facts, people))
    found = open_slots(near, days_between(first, last), now)
    slots = (
        (on != day, abs(it.start - shape.start), it.start, it) for on, those in found.items() for it in those
    )
    nearest = min(slots, key=lambda it: it[:3], default=None)
    return nearest and nearest[3]


def _only(facts: Facts, people: Collection[int]) -> ServiceRules:
    first, *rest = facts.service.needs
    members = tuple(it for it in first.members if it.resource in people)
    return replace(facts.service, needs=(replace(first, members=members), *rest))


def _minutes(facts: Facts, person: int) -> int:
    member = next(it for it in facts.service.performers if it.resource == person)
    return facts.service.minutes_with(member)


def _takes(facts: Facts, proposal: Proposal, slot: Slot) -> Iterable[tuple[int, Interval]]:
    """What it would take of whom, buffers included; of a room, any that is free."""
    stretch = proposal.start - facts.service.before, proposal.end + facts.service.after
    yield proposal.person, stretch
    for free in slot.free[1:]:
        if free:
            yield free[0], stretch
