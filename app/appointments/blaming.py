"""What exactly is behind a refusal: which closure, which break, whose booking, which limit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.appointments.calendar.people import Team
from app.appointments.calendar.reading import Taken
from app.business_hours.absences import Absence
from app.core.intervals import Interval, intersect
from app.schedule.explaining import Explanation, SetTime, Track
from app.schedule.facts import Need
from app.schedule.open_time import is_closed_on, shared, spans
from app.schedule.stretches import occupied
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute, epoch_minute_not_before, utc

LONGEST_BREAK = 4 * 60


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody or something that is taken, and until when (epoch minutes); None: not there at all."""

    name: str
    until: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One refusal of one start and its exact reason; moments are epoch minutes.

    `kind` refines the refusal:
    closed: "closure" (with its `label`), "all_day", "into" (lasts past `since`) or "outside" the `hours`;
    staff_off: "nobody", "away" (with a `label` where the reader may know it), "off_day", "break" and "into_break" (from
    `since` to `until`), "into" (lasts past `since`) or "outside" the `hours`;
    busy: "booked" where the reader may open what is `taken`, else "taken"; `tidying` is when only its buffer is in
    the way, `preparing` when it is only the buffer of what is asked for;
    limit: "service", "person" with the `number`. Of a room that is missing, `keepers` are those that could be it.
    """

    refusal: Refusal
    kind: str = ""
    person: str = ""
    resource: int | None = None
    label: str | None = None
    since: int | None = None
    until: int | None = None
    hours: tuple[Interval, ...] = ()
    taken: Taken | None = None
    tidying: bool = False
    preparing: bool = False
    number: int = 0
    keepers: tuple[Keeper, ...] = ()
    near: tuple[int, ...] = ()


class Blame:
    """Finds causes in what was read of a day: no statements of its own."""

    def __init__(
        self, explanation: Explanation, team: Team, taken: Sequence[Taken], away: Sequence[Absence]
    ) -> None:
        self.explanation, self.team, self.taken, self.away = explanation, team, taken, away
        self._of_appointment: dict[int, set[int]] = {}
        for it in taken:
            self._of_appointment.setdefault(it.appointment, set()).add(it.resource)

    def cause(self, track: Track, start: int, refusal: Refusal) -> Cause:
        """Why this refusal holds for a performer at a start."""
        end = start + track.minutes
        if refusal is Refusal.CLOSED:
            return self._closed(start, end)
        if refusal is Refusal.STAFF_OFF:
            return self._off(track, start, end)
        if refusal is Refusal.BUSY:
            return self._busy(track, start)
        if refusal is Refusal.NO_ROOM:
            return self._no_room(track, start)
        if refusal is Refusal.LIMIT:
            return self._limit(track, start)
        return self._by_the_rules(start, refusal)

    def of_set_time(self, it: SetTime) -> Cause:
        """Why a date of a class or a stay is not offered."""
        refusal = it.refused[0]
        if refusal is Refusal.CLOSED:
            return self._closed_date(it)
        if refusal is Refusal.STAFF_OFF:
            return self._off_date(it)
        performers = self.explanation.facts.service.performers
        performer = next((one for one in performers if one.resource in it.resources), None)
        return self.cause(Track(performer, it.end - it.start, {}, {}), it.start, refusal)

    def opens(self, taken: Taken) -> bool:
        """Whether whoever looks may see what this time is taken for."""
        return self.team.may_open(self._of_appointment[taken.appointment])

    def name(self, resource: int) -> str:
        """What a person or room is called."""
        return next((it.name for it in self.team.everybody if it.id == resource), "")

    def stretches_away(self, resource: int | None) -> list[tuple[Interval, str | None]]:
        """When the business, a person or a room is away that day, and why, as far as the reader may know it."""
        tells = resource is None or self.team.sees_all or self._is_theirs(resource)
        found = []
        for it in self.away:
            if it.resource == resource and (stretch := self._stretch(it)):
                found.append((stretch, it.reason if tells else None))
        return found

    def taken_of(self, resource: int) -> list[Taken]:
        """What takes somebody's time that day, by time."""
        begin, end = self.explanation.span
        those = [it for it in self.taken if it.resource == resource]
        return sorted(
            (it for it in those if it.taken_until > begin and it.taken_from < end),
            key=lambda it: it.taken_from,
        )

    def hours_of_shop(self) -> list[Interval]:
        """When the business is open on this day."""
        return spans(it for it in self.explanation.starts.shop if it[3] == self.explanation.day)

    def hours_of(self, resource: int) -> list[Interval]:
        """When somebody is there on this day, as far as the business is open; is it closed, by their own week."""
        starts = self.explanation.starts
        if resource in starts.facts.week and not self.hours_of_shop():
            return intersect(starts.own(resource) or [], [self.explanation.span])
        pieces = shared(starts.shop, starts.own(resource))
        return spans(it for it in pieces if it[3] == self.explanation.day)

    def comes_when_open(self, resource: int) -> bool:
        """Whether the business is closed on this day, and somebody would be there if it were open."""
        facts, day = self.explanation.facts, self.explanation.day
        is_asked = not self.hours_of_shop() and resource not in facts.week
        return is_asked and not is_closed_on(facts, resource, day)

    def _closed(self, start: int, end: int) -> Cause:
        met = _meeting(self.stretches_away(None), start, end)
        if met:
            (since, until), label = met
            return Cause(Refusal.CLOSED, "closure", label=label, since=since, until=until)
        hours = self.hours_of_shop()
        if not hours:
            return Cause(Refusal.CLOSED, "all_day")
        inside = next((it for it in hours if it[0] <= start < it[1]), None)
        if inside:
            return Cause(Refusal.CLOSED, "into", since=inside[1], until=end)
        return Cause(Refusal.CLOSED, "outside", hours=tuple(hours))

    def _off(self, track: Track, start: int, end: int) -> Cause:
        if track.performer is None:
            return Cause(Refusal.STAFF_OFF, "nobody")
        who: dict[str, Any] = {
            "person": self.name(track.performer.resource),
            "resource": track.performer.resource,
        }
        met = _meeting(self.stretches_away(track.performer.resource), start, end)
        if met:
            (since, until), label = met
            return Cause(Refusal.STAFF_OFF, "away", label=label, since=since, until=until, **who)
        hours = self.hours_of(track.performer.resource)
        if not hours:
            return Cause(Refusal.STAFF_OFF, "off_day", **who)
        for before, after in pairwise(hours):
            gap = before[1], after[0]
            if gap[1] - gap[0] <= LONGEST_BREAK and start < gap[1] and end > gap[0]:
                kind = "break" if start >= gap[0] else "into_break"
                return Cause(Refusal.STAFF_OFF, kind, since=gap[0], until=gap[1], **who)
        inside = next((it for it in hours if it[0] <= start < it[1]), None)
        if inside:
            return Cause(Refusal.STAFF_OFF, "into", since=inside[1], until=end, **who)
        return Cause(Refusal.STAFF_OFF, "outside", hours=tuple(hours), **who)

    def _closed_date(self, it: SetTime) -> Cause:
        """Its hours are its own, so it is closed by a closure or a day off: this day, or another night of a stay."""
        met = _meeting(self.stretches_away(None), it.start, it.end)
        if met:
            (since, until), label = met
            return Cause(Refusal.CLOSED, "closure", label=label, since=since, until=until)
        is_today = is_closed_on(self.explanation.facts, None, self.explanation.day)
        return Cause(Refusal.CLOSED, "all_day" if is_today else "closure")

    def _off_date(self, it: SetTime) -> Cause:
        """Who of those a date takes is away. Where nobody is, whoever performs it has given it up."""
        starts = self.explanation.starts
        for resource in it.resources:
            if starts.is_away(resource, it.start, it.end):
                met = _meeting(self.stretches_away(resource), it.start, it.end)
                label = met[1] if met else None
                is_today = is_closed_on(starts.facts, resource, self.explanation.day)
                kind = "off_day" if is_today and not met else "away"
                return Cause(Refusal.STAFF_OFF, kind, self.name(resource), resource, label)
        return Cause(Refusal.STAFF_OFF, "nobody")

    def _busy(self, track: Track, start: int) -> Cause:
        assert track.performer is not None
        service, resource = self.explanation.facts.service, track.performer.resource
        who: dict[str, Any] = {"person": self.name(resource), "resource": resource}
        wanted = occupied(service, service.needs[0], track.minutes)
        it = self._first_meeting(resource, [(start + a, start + b) for a, b in wanted])
        if it is None:
            return Cause(Refusal.BUSY, "taken", **who)
        tidying = max(it.ends, it.taken_from) <= start < it.taken_until
        meets = it.taken_from < start + track.minutes and it.taken_until > start
        more: dict[str, Any] = {
            "since": it.taken_from,
            "until": it.taken_until,
            "tidying": tidying,
            "preparing": not meets,
        }
        return Cause(Refusal.BUSY, "booked" if self.opens(it) else "taken", taken=it, **more, **who)

    def _no_room(self, track: Track, start: int) -> Cause:
        """The first need that nothing is left for; of several that share what is left, the first of them."""
        starts, service = self.explanation.starts, self.explanation.facts.service

        def is_free(need: Need, resource: int) -> bool:
            there = starts.is_there(need, resource, start, track.minutes)
            return there and not starts.is_taken(need, resource, start, track.minutes)

        others = service.needs[1:]
        lacking = next(
            (it for it in others if not any(is_free(it, m.resource) for m in it.members)), others[0]
        )
        wanted = [(start + a, start + b) for a, b in occupied(service, lacking, track.minutes)]
        keepers = []
        for it in lacking.members:
            met = self._first_meeting(it.resource, wanted)
            keepers.append(Keeper(self.name(it.resource), met.taken_until if met else None))
        return Cause(Refusal.NO_ROOM, lacking.kind, keepers=tuple(keepers))

    def _limit(self, track: Track, start: int) -> Cause:
        day = self.explanation.starts.day_of(start)
        if self.explanation.starts.is_limited(day) or track.performer is None:
            return Cause(Refusal.LIMIT, "service", number=self.explanation.facts.service.daily_limit or 0)
        resource, limit = track.performer.resource, track.performer.daily_limit or 0
        return Cause(Refusal.LIMIT, "person", self.name(resource), resource, number=limit)

    def _by_the_rules(self, start: int, refusal: Refusal) -> Cause:
        starts = self.explanation.starts
        if refusal is Refusal.TOO_SOON:
            is_over = utc(start) < self.explanation.now
            return Cause(refusal, "over" if is_over else "notice", since=starts.earliest)
        if refusal is Refusal.OFF_GRID:
            return Cause(refusal, near=tuple(self.explanation.near(start)))
        return Cause(refusal)

    def _first_meeting(self, resource: int, wanted: Iterable[Interval]) -> Taken | None:
        wanted = list(wanted)
        met = [
            it
            for it in self.taken
            if it.resource == resource and intersect([(it.taken_from, it.taken_until)], wanted)
        ]
        return min(met, key=lambda it: it.taken_from, default=None)

    def _stretch(self, away: Absence) -> Interval | None:
        """What an absence takes of the day."""
        span = self.explanation.span
        if away.first is not None and away.last is not None:
            return span if away.first <= self.explanation.day <= away.last else None
        assert away.starts_at is not None
        assert away.ends_at is not None
        both = intersect([(epoch_minute(away.starts_at), epoch_minute_not_before(away.ends_at))], [span])
        return both[0] if both else None

    def _is_theirs(self, resource: int) -> bool:
        return any(it.is_theirs for it in self.team.everybody if it.id == resource)


def _meeting(
    stretches: Iterable[tuple[Interval, str | None]], start: int, end: int
) -> tuple[Interval, str | None] | None:
    return next((it for it in stretches if it[0][0] < end and it[0][1] > start), None)
