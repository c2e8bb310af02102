"""Several services in one visit, each right after the one before.

Whoever goes on from one part to the next needs no buffer between them; everybody else does. Classes and nights, which
have times of their own, cannot be part of one.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise, product
from typing import NamedTuple

from app.schedule.facts import Facts, Member, Need
from app.schedule.judging import against, in_order, in_turn
from app.schedule.slots import Slot
from app.schedule.starts import Starts
from app.schedule.stretches import Stretch, stretches
from app.schedule.verdict import Choice, Refusal

# So often somebody is judged before the rest of a page stays without times: half a second, far more than a team of
# twenty needs for a month.
MOST_TRIES = 150_000

# Taken time is judged here, because it depends on who goes on; the window and the steps are those of the first part.
_JUDGED_HERE = {Refusal.BUSY, Refusal.NO_ROOM}
OF_THE_FIRST = {Refusal.OFF_GRID, Refusal.TOO_SOON, Refusal.TOO_FAR}


class _State(NamedTuple):
    """How far a plan is: the number of the next part, and who fills the one before it."""

    at: int
    before: Choice | None


class _Able(NamedTuple):
    """Who could take a part at a start, as far as taken time is not asked, for how many minutes and despite what."""

    performer: Member
    minutes: int
    refused: tuple[Refusal, ...]


class Visit:
    """The ways to have all parts, as seen at `now` (aware), with facts loaded together (`load_parts`).

    It judges people MOST_TRIES times in its life and no more, so no page is slower than that; the rest is not offered.

    `besides` are the services of whoever else comes at the same time and has the first part of all.
    """

    def __init__(
        self,
        parts: Sequence[Facts],
        now: datetime,
        despite: Collection[Refusal] = (),
        places: int = 1,
        besides: Sequence[int] = (),
    ) -> None:
        services = [*besides, *(facts.service.id for facts in parts)]
        self.parts = [
            Starts(facts, now, places, already=services[:at].count(facts.service.id))
            for at, facts in enumerate(parts, len(besides))
        ]
        self.despite = set(despite)
        self._begins = not besides
        self._without: Collection[int] = ()
        self._tries_left = MOST_TRIES
        self._shortest = sum(
            min(map(it.service.minutes_with, it.service.performers), default=0) for it in self.parts
        )
        self._able: dict[tuple[int, int], list[_Able]] = {}
        self._possible: dict[tuple[int, int], bool] = {}
        self._plans: dict[_State, tuple[Choice, ...] | None] = {}

    def open_slots(self, days: Collection[date]) -> dict[date, list[Slot]]:
        """The starts of these business days from which all parts can be had, by start; `end` is that of the last."""
        found: dict[date, list[Slot]] = {}
        for day, starts in self.first_starts(days).items():
            possible = (start for start in sorted(starts) if self.is_possible(start))
            found[day] = [slot_of(plan) for start in possible if (plan := self.plan(start))]
        return found

    def days_with_room(self, days: Collection[date]) -> set[date]:
        """Those of these business days that have a start."""
        return {
            day
            for day, starts in self.first_starts(days).items()
            if any(self.is_possible(start) and self.plan(start) for start in sorted(starts))
        }

    def plan(self, start: int, without: Collection[int] = ()) -> tuple[Choice, ...] | None:
        """Who takes each part of a visit from this start (epoch minutes): whoever did the part before, then as ever.

        Resources `without` which it has to do are somebody else's.
        """
        if without != self._without:
            self._without = without
            self._plans.clear()
        found = self._plan(_State(0, None), start)
        if found is None or self.is_within_limits(found):
            return found
        return next((way for way in self.ways(start) if self.is_within_limits(way)), None)

    def ways(self, start: int) -> Iterator[tuple[Choice, ...]]:
        """Every way to have the visit from this start, some of them twice: those with the fewest changes come first."""
        yield from self._ways(_State(0, None), start)
        yield from self._all_ways(_State(0, None), start)

    def is_possible(self, start: int) -> bool:
        """Whether for each part, alone, there is somebody who could take it; without them no way has to be tried."""
        is_open = Refusal.CLOSED in self.despite or self.parts[0].is_open(start, self._shortest)
        return is_open and self._is_possible(0, start)

    def first_starts(self, days: Collection[date]) -> dict[date, set[int]]:
        """Where the first part can start, if those who come after it go on right away."""
        first = self.parts[0]
        offered = first.offered(days)
        found: dict[date, set[int]] = {day: set() for day in days}
        for performer in first.service.performers:
            minutes = first.service.minutes_with(performer)
            for day, run in first.runs(performer.resource, minutes, offered, after=False):
                found[day].update(run)
        return found

    def _plan(self, state: _State, start: int) -> tuple[Choice, ...] | None:
        if state not in self._plans or state.at == 0:
            self._plans[state] = next(self._ways(state, start), None)
        return self._plans[state]

    def _ways(self, state: _State, start: int) -> Iterator[tuple[Choice, ...]]:
        """The part that starts now, in each way there is, with the rest of the visit."""
        for choice in self._choices(state, start):
            if state.at == len(self.parts) - 1:
                yield (choice,)
            elif rest := self._plan(_State(state.at + 1, choice), choice.end):
                yield (choice, *rest)

    def _all_ways(self, state: _State, start: int) -> Iterator[tuple[Choice, ...]]:
        is_last = state.at == len(self.parts) - 1
        for choice in self._choices(state, start):
            if is_last:
                yield (choice,)
            elif self._plan(_State(state.at + 1, choice), choice.end):
                for rest in self._all_ways(_State(state.at + 1, choice), choice.end):
                    yield (choice, *rest)

    def _choices(self, state: _State, start: int) -> Iterator[Choice]:
        went_before = state.before.resources if state.before else ()
        is_last = state.at == len(self.parts) - 1
        for it in sorted(
            self._able_at(state.at, start), key=lambda it: it.performer.resource not in went_before
        ):
            end = start + it.minutes
            if it.performer.resource in self._without or not (
                is_last or self._is_possible(state.at + 1, end)
            ):
                continue
            if self._tries_left <= 0:
                return
            self._tries_left -= 1
            for resources in product(*self._free(state, it.performer, start, it.minutes)):
                if len(set(resources)) == len(resources) and self._is_left_in_peace(state, resources):
                    yield Choice(start, end, resources, it.refused)

    def _able_at(self, at: int, start: int) -> list[_Able]:
        """Who could take a part at this start, whoever takes the others, in the order in which they are asked."""
        if (at, start) not in self._able:
            part, able = self.parts[at], []
            asked = [] if part.service.has_set_times or self._tries_left <= 0 else in_turn(part, start)
            self._tries_left -= len(asked)
            for performer in asked:
                minutes = part.service.minutes_with(performer)
                refused = set(against(part, start, minutes, performer)) - _JUDGED_HERE
                if at > 0 or not self._begins:
                    refused -= OF_THE_FIRST
                if refused <= self.despite:
                    able.append(_Able(performer, minutes, tuple(it for it in Refusal if it in refused)))
            self._able[at, start] = able
        return self._able[at, start]

    def _is_possible(self, at: int, start: int) -> bool:
        """Whether somebody is free for this part and each one after it, buffers and everybody else put aside."""
        if (at, start) not in self._possible:
            part, is_last = self.parts[at], at == len(self.parts) - 1
            self._possible[at, start] = any(
                not part.is_taken(
                    part.service.needs[0],
                    it.performer.resource,
                    start,
                    it.minutes,
                    before=False,
                    after=is_last,
                )
                and (is_last or self._is_possible(at + 1, start + it.minutes))
                for it in self._able_at(at, start)
            )
        return self._possible[at, start]

    def is_within_limits(self, plan: Sequence[Choice]) -> bool:
        """Whether nobody performs more of these parts than they may on that day."""
        if Refusal.LIMIT in self.despite:
            return True
        parts: dict[int, int] = {}
        for part, choice in zip(self.parts, plan, strict=True):
            person = choice.resources[0]
            parts[person] = parts.get(person, 0) + 1
            if part.is_full(part.day_of(choice.start), person, already=parts[person] - 1):
                return False
        return True

    def _free(self, state: _State, performer: Member, start: int, minutes: int) -> list[list[int]]:
        """For each need who can fill it, where the buffer after the part is left open unless the visit ends."""
        part, is_last = self.parts[state.at], state.at == len(self.parts) - 1
        went_before = state.before.resources if state.before else ()

        def is_free(need: Need, it: int) -> bool:
            if it in self._without:
                return False
            is_there = need is part.service.needs[0] or part.is_there(need, it, start, minutes)
            return is_there and not part.is_taken(
                need, it, start, minutes, before=it not in went_before, after=is_last
            )

        members = [
            [performer.resource],
            *([it.resource for it in need.members] for need in part.service.needs[1:]),
        ]
        return [
            sorted(
                in_order(part, need, [it for it in those if is_free(need, it)], start, minutes),
                key=lambda it: it not in went_before,
            )
            for need, those in zip(part.service.needs, members, strict=True)
        ]

    def _is_left_in_peace(self, state: _State, resources: Collection[int]) -> bool:
        """Whether those of the part before who do not go on have their buffer after it."""
        if state.before is None:
            return True
        part, before = self.parts[state.at - 1], state.before
        return not any(
            part.is_taken(need, it, before.start, before.end - before.start, before=False)
            for need, it in zip(part.service.needs, before.resources, strict=True)
            if it not in resources
        )


def slot_of(plan: Sequence[Choice]) -> Slot:
    """The start of a plan as a page shows it."""
    return Slot(plan[0].start, plan[-1].end, tuple((it,) for it in plan[0].resources))


def visit_stretches(parts: Sequence[Facts], choices: Sequence[Choice]) -> list[list[Stretch]]:
    """What each part of a visit takes: no buffers between parts of one resource, and nothing of it overlaps.

    A place in a class takes no time: its date has taken it.
    """
    before: list[set[int]] = [set() for _ in parts]
    after: list[set[int]] = [set() for _ in parts]
    for at, choice in enumerate(choices[1:], 1):
        goes_on = set(choice.resources) & set(choices[at - 1].resources)
        after[at - 1] |= goes_on
        before[at] |= goes_on

    def lay() -> list[list[Stretch]]:
        return [
            stretches(facts.service, it.resources, it.start, it.end, before=before[at], after=after[at])
            if it.appointment is None
            else []
            for at, (facts, it) in enumerate(zip(parts, choices, strict=True))
        ]

    of_resource: dict[int, list[tuple[int, Stretch]]] = {}
    for at, those in enumerate(lay()):
        for stretch in those:
            of_resource.setdefault(stretch.resource, []).append((at, stretch))
    for resource, laid in of_resource.items():
        for (earlier, one), (later, other) in pairwise(laid):
            if earlier != later and one.end > other.start:
                after[earlier].add(resource)
                before[later].add(resource)
    return lay()
