"""What speaks against each start of a day, rule by rule: the engine's own judgement, drawn out over time.

Everything but the steps changes only where some interval of the engine begins or ends. So the starts of a day are cut
there, and each piece is judged once, by the same function that judges a booking.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise

from app.core.intervals import Interval, contains, intersect, merge, subtract
from app.schedule.facts import Facts, Member
from app.schedule.judging import against, distance, refusals
from app.schedule.open_time import day_begins, is_closed_on, shared
from app.schedule.slots import Slot, open_slots
from app.schedule.starts import Starts
from app.schedule.timetable import against_class
from app.schedule.verdict import Refusal


@dataclass(frozen=True, slots=True)
class Track:
    """What speaks against one performer, who takes so many minutes; nobody where nobody does this.

    `blocked` are the starts (epoch minutes) each rule speaks against, without those between two steps; `inside` those
    of them at which what is in the way is already there: from the others a visit would only last into it.
    """

    performer: Member | None
    minutes: int
    blocked: Mapping[Refusal, list[Interval]]
    inside: Mapping[Refusal, list[Interval]]
    steps: tuple[range, ...] = ()

    def refused(self, start: int) -> tuple[Refusal, ...]:
        """All that speaks against a start, in the order of Refusal."""
        return tuple(it for it in Refusal if contains(self.blocked.get(it, ()), start))


@dataclass(frozen=True, slots=True)
class Piece:
    """Starts that one and the same thing is said about: the first refusal, or None where the steps are offered.

    `is_inside`: what is in the way is there already; else a visit would only last into it.
    """

    start: int
    end: int
    refusal: Refusal | None
    track: Track
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class SetTime:
    """A date of a class or a stay, and all that speaks against it.

    `resources` are those a date takes; of a stay the one that comes nearest to having it, if there is any.
    """

    start: int
    end: int
    refused: tuple[Refusal, ...]
    left: int = 1
    resources: tuple[int, ...] = ()


class Explanation:
    """The starts of one service on one business day, as seen at `now` (aware). `facts` are narrowed already.

    Raises ValueError for a day the facts were not loaded for.
    """

    def __init__(self, facts: Facts, day: date, now: datetime) -> None:
        self.facts, self.day, self.now = facts, day, now
        self.starts = Starts(facts, now)
        self.offered: list[Slot] = open_slots(facts, [day], now)[day]

    def why(self, start: int) -> tuple[Refusal, ...]:
        """All that speaks against a start, the one that is said first; empty: it is offered."""
        return refusals(self.facts, start, self.now)

    def near(self, start: int) -> list[int]:
        """The last offered start before this one and the first after it, as far as there are any."""
        before = [it.start for it in self.offered if it.start < start][-1:]
        return before + [it.start for it in self.offered if it.start > start][:1]

    @cached_property
    def span(self) -> Interval:
        """From when until when starts belong to this day; an evening past midnight is of the day it began on."""
        begins = dict(day_begins(self.facts, self.starts.shop))
        begin = begins[self.day]
        end = min(it for it in begins.values() if it > begin)
        late = [end for _, end, _, on in self.starts.shop if on == self.day]
        return begin, max([end, *late])

    @cached_property
    def tracks(self) -> list[Track]:
        """One for each performer; none where times are set."""
        service = self.facts.service
        if service.has_set_times:
            return []
        if not service.performers:
            return [self._track(None, service.longest or service.step)]
        return [self._track(it, service.minutes_with(it)) for it in service.performers]

    @cached_property
    def pieces(self) -> list[Piece]:
        """The whole day in the order of time, the steps left aside; neighbours may say the same."""
        those = [
            it for track in self.tracks for known in (track.blocked, track.inside) for it in known.values()
        ]
        found = []
        for start, end in _cut(self.span, (edge for intervals in those for it in intervals for edge in it)):
            nearest = self.nearest(start)
            refusal = next(iter(nearest.refused(start)), None)
            is_inside = refusal is not None and contains(nearest.inside[refusal], start)
            found.append(Piece(start, end, refusal, nearest, is_inside))
        return found

    def nearest(self, start: int) -> Track:
        """Whoever comes nearest to having this start, the steps left aside."""
        return min(self.tracks, key=lambda it: distance(it.refused(start)))

    def why_with(self, track: Track, start: int) -> tuple[Refusal, ...]:
        """All that speaks against a start with this performer."""
        return against(self.starts, start, track.minutes, track.performer)

    def judged(self, start: int) -> Track:
        """Whose refusals `why` tells: the same with the steps."""
        return min(self.tracks, key=lambda it: distance(self.why_with(it, start)))

    def away(self, resource: int | None) -> list[Interval]:
        """When the business (None), a person or a room is closed or away on this day, whatever their weekly hours."""
        if is_closed_on(self.facts, resource, self.day):
            return [self.span]
        return intersect(self.facts.blocked.get(resource, ()), [self.span])

    @cached_property
    def set_times(self) -> list[SetTime]:
        """The dates of a class on this day, or the stay that could begin on it."""
        service, starts = self.facts.service, self.starts
        if service.is_class:
            of_day = [it for it in self.facts.classes if starts.day_of(it.start) == self.day]
            return [
                SetTime(it.start, it.end, against_class(starts, it), it.left, it.resources) for it in of_day
            ]
        if service.unit != "night":
            return []
        start, end = starts.stay(self.day, service.min_units)
        if not service.performers:
            return [SetTime(start, end, self.why(start))]
        judged = [(against(starts, start, end - start, it), it.resource) for it in service.performers]
        refused, nearest = min(judged, key=lambda it: distance(it[0]))
        return [SetTime(start, end, refused, resources=(nearest,))]

    def _track(self, performer: Member | None, minutes: int) -> Track:
        blocked: dict[Refusal, list[Interval]] = {}
        for piece in _cut(self.span, self._edges(performer, minutes)):
            for refusal in against(self.starts, piece[0], minutes, performer):
                if refusal is not Refusal.OFF_GRID:
                    blocked.setdefault(refusal, []).append(piece)
        joined = {refusal: merge(those) for refusal, those in blocked.items()}
        inside = {refusal: self._inside(refusal, those, performer) for refusal, those in joined.items()}
        return Track(performer, minutes, joined, inside, self._steps(performer, minutes))

    def _inside(self, refusal: Refusal, blocked: list[Interval], performer: Member | None) -> list[Interval]:
        starts = self.starts
        own = starts.own(performer.resource) if performer else None
        if refusal is Refusal.CLOSED:
            return subtract(blocked, starts.shop_spans)
        if refusal is Refusal.STAFF_OFF and own is not None:
            return subtract(blocked, own)
        if refusal is Refusal.BUSY and performer:
            return intersect(blocked, self.facts.busy.get(performer.resource, ()))
        return blocked

    def _steps(self, performer: Member | None, minutes: int) -> tuple[range, ...]:
        """Where visits may begin by their steps, whatever speaks against it."""
        if performer is None or not self.starts.has_grid(minutes):
            return ()
        pieces = shared(self.starts.shop, self.starts.own(performer.resource))
        step = self.facts.service.step
        return tuple(
            range(start + (anchor - start) % step, end, step)
            for start, end, anchor, day in pieces
            if day == self.day
        )

    def _edges(self, performer: Member | None, minutes: int) -> Iterator[int]:
        """Wherever the judgement of this performer can change."""
        starts, service = self.starts, self.facts.service
        yield starts.earliest
        yield from (begins for _, begins in day_begins(self.facts, starts.shop))
        yield from (edge for start, end, _, _ in starts.shop for edge in (start, end))
        yield from _ends(starts.while_open(minutes))
        for need in service.needs:
            those = [performer] if performer and need is service.needs[0] else need.members
            for it in those:
                yield from _ends(starts.while_there(need, it.resource, minutes) or ())
                yield from _ends(starts.when_taken(need, it.resource, minutes))


def _ends(intervals: Sequence[Interval]) -> Iterator[int]:
    return (edge for it in intervals for edge in it)


def _cut(span: Interval, edges: Iterable[int]) -> list[Interval]:
    """A span in pieces, none of which has an edge inside."""
    begin, end = span
    return list(pairwise(sorted({begin, end, *(it for it in edges if begin < it < end)})))
