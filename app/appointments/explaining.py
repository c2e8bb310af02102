"""Why a time is not offered: a day of one service, rule by rule, as members look at it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

from app.appointments.bars import Row, Stretch, rows_of_class
from app.appointments.blaming import Blame, Cause
from app.appointments.calendar.people import team_of
from app.appointments.calendar.reading import taken_between
from app.business_hours.absences import absences
from app.businesses.models import Membership
from app.core.intervals import Interval, intersect, merge, subtract
from app.schedule.explaining import Explanation, Piece, Track
from app.schedule.facts import ServiceRules
from app.schedule.loading import load_facts
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import utc

_ONE_DAY = timedelta(days=1)
_USUAL = (9 * 60, 17 * 60)  # What is shown of a day nothing is known about (wall minutes).


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about one start: the first of all that speaks against it, and all of it, in the engine's order.

    `by_person` says the same of each who does the service.
    """

    start: int
    refused: tuple[Refusal, ...]
    cause: Cause | None
    track: Track | None
    by_person: Sequence[tuple[str, Cause | None]] = ()

    @property
    def is_offered(self) -> bool:
        return not self.refused


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of the day about which one thing is said, and the steps in it; without a `cause` they are offered.

    `is_inside`: the cause is there already, else a visit would only last into it.
    """

    start: int
    end: int
    cause: Cause | None
    is_inside: bool
    steps: tuple[int, ...]


class Explained:
    """All there is to say about a day. Built by `explain`; nothing here asks the database."""

    def __init__(self, explanation: Explanation, blame: Blame) -> None:
        self.explanation, self.blame = explanation, blame

    @property
    def day(self) -> date:
        """The business day, which an evening past midnight is part of."""
        return self.explanation.day

    @property
    def service(self) -> ServiceRules:
        return self.explanation.facts.service

    @property
    def offered(self) -> list[int]:
        """The starts that customers are shown."""
        return [it.start for it in self.explanation.offered]

    @cached_property
    def steps(self) -> list[int]:
        """Where a visit could begin by its steps, whoever does it."""
        return sorted({start for track in self.explanation.tracks for run in track.steps for start in run})

    def answer(self, start: int) -> Answer:
        """Why a start is not offered, or that it is. Raises ValueError for one that is not near the day."""
        explanation = self.explanation
        refused = explanation.why(start)
        if not explanation.tracks:
            return Answer(start, refused, self._of_set_time(start, refused), None)
        track = explanation.judged(start)
        cause = self.blame.cause(track, start, refused[0]) if refused else None
        return Answer(start, refused, cause, track, self._by_person(start))

    def set_times(self) -> list[tuple[int, int, int, Cause | None]]:
        """Each date of a class: start, end, places left, and why it is not offered."""
        return [
            (it.start, it.end, it.left, self.blame.of_set_time(it) if it.refused else None)
            for it in self.explanation.set_times
        ]

    def lines(self) -> list[Line]:
        """The day in the order of time, as far as it is shown: what is offered, and why the rest is not."""
        first, last = self.axis()
        found: list[Line] = []
        for it in self._cut_by_bookings():
            start, end = max(it.start, first), min(it.end, last)
            if start >= end:
                continue
            steps = self._steps_between(start, end)
            cause = (
                self.blame.cause(it.track, steps[0] if steps else start, it.refusal) if it.refusal else None
            )
            line = Line(start, end, cause, it.is_inside, steps)
            if found and _says_the_same(found[-1], line):
                before = found.pop()
                line = replace(before, end=end, steps=before.steps + line.steps)
            found.append(line)
        return [it for it in found if it.steps or it.is_inside]

    def _cut_by_bookings(self) -> Iterator[Piece]:
        """The pieces, each of one booking at most."""
        for piece in self.explanation.pieces:
            performer = piece.track.performer
            those = (
                self.blame.taken_of(performer.resource) if performer and piece.refusal is Refusal.BUSY else []
            )
            edges = {edge for it in those for edge in (it.taken_from, it.taken_until)}
            cuts = sorted({piece.start, piece.end, *(it for it in edges if piece.start < it < piece.end)})
            for start, end in pairwise(cuts):
                yield replace(piece, start=start, end=end)

    def _steps_between(self, start: int, end: int) -> tuple[int, ...]:
        return tuple(it for it in self.steps if start <= it < end)

    def axis(self, asked: int | None = None) -> Interval:
        """From which full hour until which the day is shown (epoch minutes): an hour more than it is open."""
        hours = [edge for it in self.blame.hours_of_shop() for edge in it]
        hours += [edge for it in self.explanation.set_times for edge in (it.start, it.end)]
        if not hours:
            clock = self.explanation.facts.clock
            hours = [clock.opening(self.day, minute) for minute in _USUAL]
        first, last = min(hours) - 60, max(hours) + 60
        if asked is not None:
            first, last = min(first, asked), max(last, asked + 1)
        begin, end = self.explanation.span
        return self._full_hour(max(first, begin), -1), self._full_hour(min(last, max(end, asked or 0)), 1)

    def rows(self) -> list[Row]:
        """A row for each rule that can speak against a start that day."""
        tracks, span = self.explanation.tracks, self.explanation.span
        if not tracks:
            return rows_of_class(self.explanation) if self.service.is_class else []
        rows = [self._rule(Refusal.CLOSED, "off")]
        if len(tracks) == 1:
            rows += [self._rule(Refusal.STAFF_OFF, "off"), self._rule(Refusal.BUSY, "taken")]
        else:
            rows += [self._person(it) for it in tracks]
        if len(self.service.needs) > 1:
            rows.append(self._rule(Refusal.NO_ROOM, "taken"))
        rows += [self._rule(Refusal.TOO_SOON, "rule"), self._rule(Refusal.TOO_FAR, "rule")]
        if self.service.has_daily_limit:
            rows.append(self._rule(Refusal.LIMIT, "rule"))
        return [*rows, Row(Refusal.OFF_GRID, (), (span,), steps=self.steps)]

    @cached_property
    def while_open(self) -> Sequence[Interval]:
        """The starts the opening hours allow; of a class, which has hours of its own, those that no closure takes."""
        if self.service.is_class:
            return self.rows()[0].can
        return self._rule(Refusal.CLOSED, "off").can

    def can_of(self, row: Row) -> list[Interval]:
        """The starts a row allows while the business is open; on a day it is closed, those the row allows."""
        return intersect(row.can, self.while_open) if self.while_open else list(row.can)

    def _rule(self, refusal: Refusal, look: str) -> Row:
        """What speaks against everybody who could do it."""
        tracks, span = self.explanation.tracks, self.explanation.span
        blocked = [span]
        inside: list[Interval] = []
        for track in tracks:
            blocked = intersect(blocked, track.blocked.get(refusal, ()))
            inside = merge([*inside, *track.inside.get(refusal, ())])
        one = tracks[0].performer if len(tracks) == 1 else None
        whose = one.resource if one and refusal in (Refusal.STAFF_OFF, Refusal.BUSY) else None
        drawn = _drawn(blocked, intersect(merge(inside), blocked), look)
        return Row(refusal, drawn, subtract([span], blocked), whose)

    def _person(self, track: Track) -> Row:
        """The hours and the bookings of one of several people in one row."""
        span = self.explanation.span
        off, busy = (track.blocked.get(it, []) for it in (Refusal.STAFF_OFF, Refusal.BUSY))
        away = merge([*track.inside.get(Refusal.STAFF_OFF, ()), *self._closed])
        taken = subtract(track.inside.get(Refusal.BUSY, []), away)
        blocked = merge([*off, *busy, *track.blocked.get(Refusal.CLOSED, ())])
        into = subtract(subtract(blocked, away), taken)
        stretches = [
            *(Stretch(*it, "off") for it in away),
            *(Stretch(*it, "taken") for it in taken),
            *(Stretch(*it, "into") for it in into),
        ]
        resource = track.performer.resource if track.performer else None
        can = subtract([span], blocked)
        return Row("person", sorted(stretches, key=lambda it: it.start), can, resource)

    @property
    def _closed(self) -> list[Interval]:
        return subtract([self.explanation.span], self.explanation.starts.shop_spans)

    def _by_person(self, start: int) -> list[tuple[str, Cause | None]]:
        tracks = self.explanation.tracks
        if len(tracks) < 2:
            return []
        found = []
        for track in tracks:
            assert track.performer is not None
            refused = self.explanation.why_with(track, start)
            cause = self.blame.cause(track, start, refused[0]) if refused else None
            found.append((self.blame.name(track.performer.resource), cause))
        return found

    def _of_set_time(self, start: int, refused: Sequence[Refusal]) -> Cause | None:
        if not refused:
            return None
        dates = [it for it in self.explanation.set_times if it.start == start and it.refused]
        if dates:
            return self.blame.of_set_time(min(dates, key=lambda it: len(it.refused)))
        return Cause(refused[0], near=tuple(self.explanation.near(start)))

    def _full_hour(self, minute: int, way: int) -> int:
        """The full hour on the wall at or before (way -1) or after (way 1) a minute."""
        wall = self.explanation.facts.clock.shows(minute)[1]
        return minute - wall % 60 if way < 0 else minute + -wall % 60


def explain(
    membership: Membership,
    service_id: int,
    only: Sequence[int],
    day: date,
    start: int | None,
    now: datetime,
) -> Explained:
    """A day of a service, with these people or anybody: seven statements, however much is booked.

    `start` (epoch minutes) is on this date; after midnight it may belong to the evening before, whose day it is then.
    Raises LookupError for a service of another business.
    """
    business = membership.business
    facts = load_facts(business, service_id, day - _ONE_DAY, day, now, only=only, counts=True)
    explanation = Explanation(facts, day, now)
    if start is not None and explanation.starts.day_of(start) < day:
        explanation = Explanation(facts, day - _ONE_DAY, now)
    begin, end = explanation.span
    resources = facts.service.resources
    longest = timedelta(minutes=facts.service.longest + facts.service.before + facts.service.after)
    taken = taken_between(business.id, resources, utc(begin) - longest, utc(end) + longest, now)
    away = absences(business.id, resources, day - _ONE_DAY, day + _ONE_DAY)
    return Explained(explanation, Blame(explanation, team_of(membership), taken, away))


def _drawn(blocked: Sequence[Interval], inside: Sequence[Interval], look: str) -> list[Stretch]:
    into = subtract(blocked, inside)
    found = [*(Stretch(*it, look) for it in inside), *(Stretch(*it, "into") for it in into)]
    return sorted(found, key=lambda it: it.start)


def _says_the_same(one: Line, other: Line) -> bool:
    if one.cause is None or other.cause is None:
        return one.cause is other.cause
    if one.is_inside != other.is_inside or one.cause.refusal != other.cause.refusal:
        return False
    # What follows from the start alone, such as its end, may differ.
    return replace(one.cause, until=None, tidying=False, preparing=False) == replace(
        other.cause, until=None, tidying=False, preparing=False
    )
