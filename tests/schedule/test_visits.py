"""Visits of several parts: by example, and against every way to have them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.schedule.facts import Facts, Member, Need, ServiceRules
from app.schedule.stretches import Stretch
from app.schedule.verdict import Choice, Refusal
from app.schedule.visits import Visit, visit_stretches
from app.schedule.wall_clock import days_between
from tests.schedule.examples import (
    ANA,
    BEN,
    CAM,
    FIRST_ROOM,
    LONG_AGO,
    SECOND_ROOM,
    a_salon,
    a_service,
    at,
    clock,
    in_one_of,
    opens,
    performed_by,
    span,
    times,
)
from tests.schedule.oracle import Oracle
from tests.schedule.strategies import (
    OPTIONAL_LIMIT,
    calendars,
    counts,
    days_around,
    facts_of,
    moments,
    stretches_after,
)

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))
FRIDAY = date(2027, 6, 4)


def in_a_row(*services: ServiceRules, **more: object) -> list[Facts]:
    """The facts of services one after another in the same salon."""
    return [a_salon(service=it, **({"booked": {}} | more)) for it in services]  # type: ignore[arg-type]


def offered(parts: Sequence[Facts], now: datetime = LONG_AGO) -> list[str]:
    return times(parts[0], Visit(parts, now).open_slots([FRIDAY])[FRIDAY])


def planned(parts: Sequence[Facts], start: str) -> list[tuple[str, tuple[int, ...]]] | None:
    plan = Visit(parts, LONG_AGO).plan(at(parts[0], start))
    return plan and [(clock(parts[0], it.start), it.resources) for it in plan]


def laid(parts: Sequence[Facts], start: str) -> list[str]:
    plan = Visit(parts, LONG_AGO).plan(at(parts[0], start))
    assert plan is not None
    return [
        f"{it.resource} {clock(parts[0], it.start)}-{clock(parts[0], it.end)}"
        for part in visit_stretches(parts, plan)
        for it in part
    ]


WASH = a_service(minutes=15, after=15)
CUT = a_service(minutes=30, before=10)


def test_parts_follow_each_other_without_a_break() -> None:
    parts = in_a_row(WASH, a_service(minutes=45), hours={None: opens("09:00-10:30")})
    assert offered(parts) == ["09:00", "09:15", "09:30"]
    assert planned(parts, "09:15") == [("09:15", (ANA,)), ("09:30", (ANA,))]
    [first, *_] = Visit(parts, LONG_AGO).open_slots([FRIDAY])[FRIDAY]
    assert (first.end - first.start, first.free) == (60, ((ANA,),))


def test_the_same_person_needs_no_buffer_between_two_parts() -> None:
    assert laid(in_a_row(WASH, CUT), "09:00") == [f"{ANA} 09:00-09:15", f"{ANA} 09:15-09:45"]
    # Longer than the part before it, and than the one after it.
    early, late = a_service(minutes=30, before=60), a_service(minutes=15, after=60)
    for services in ((WASH, early), (late, a_service(minutes=30)), (late, early)):
        salon = in_a_row(*services)[0]
        busy = {ANA: [span(salon, "09:00", "10:00"), span(salon, "10:45", "12:00")]}
        assert planned(in_a_row(*services, busy=busy), "10:00") == [("10:00", (ANA,)), ("10:15", (ANA,))]
        assert "10:00" in offered(in_a_row(*services, busy=busy))


def test_who_rests_at_the_beginning_of_the_next_part_needs_no_buffer_before_that() -> None:
    rests_first = a_service(performed_by(ANA, stretches=((30, 60),)), minutes=60)
    salon = in_a_row(WASH, rests_first)[0]
    parts = in_a_row(WASH, rests_first, busy={ANA: [span(salon, "10:15", "10:45")]})
    assert laid(parts, "10:00") == [f"{ANA} 10:00-10:15", f"{ANA} 10:45-11:15"]


def test_the_buffers_on_the_outside_stay() -> None:
    before_and_after = a_service(minutes=30, before=10, after=20)
    parts = in_a_row(before_and_after, before_and_after)
    assert laid(parts, "10:00") == [f"{ANA} 09:50-10:30", f"{ANA} 10:30-11:20"]


def test_who_does_not_go_on_keeps_their_buffers() -> None:
    parts = in_a_row(WASH, a_service(performed_by(BEN), minutes=30, before=10))
    assert laid(parts, "10:00") == [f"{ANA} 10:00-10:30", f"{BEN} 10:05-10:45"]
    taken = [span(parts[0], "10:20", "11:00")]
    assert planned(in_a_row(parts[0].service, parts[1].service, busy={ANA: taken}), "10:00") is None
    early = [span(parts[0], "09:00", "10:06")]
    assert planned(in_a_row(parts[0].service, parts[1].service, busy={BEN: early}), "10:00") is None


def test_who_comes_back_later_is_not_in_their_own_way() -> None:
    by_ben = a_service(performed_by(BEN), minutes=10)
    parts = in_a_row(WASH, by_ben, CUT)
    assert planned(parts, "10:00") == [("10:00", (ANA,)), ("10:15", (BEN,)), ("10:25", (ANA,))]
    assert laid(parts, "10:00") == [f"{ANA} 10:00-10:15", f"{BEN} 10:15-10:25", f"{ANA} 10:25-10:55"]


def test_whoever_did_the_part_before_goes_on_though_others_have_fewer_bookings() -> None:
    anybody = a_service(performed_by(ANA, BEN, CAM))
    counts_of = {(ANA, FRIDAY): 2, (BEN, FRIDAY): 1, (CAM, FRIDAY): 3}
    parts = in_a_row(anybody, anybody, booked=counts_of)
    assert planned(parts, "10:00") == [("10:00", (BEN,)), ("10:30", (BEN,))]
    by_cam = [a_service(performed_by(CAM)), anybody]
    assert planned(in_a_row(*by_cam, booked=counts_of), "10:00") == [("10:00", (CAM,)), ("10:30", (CAM,))]
    busy = {CAM: [span(parts[0], "10:30", "11:00")]}
    assert planned(in_a_row(*by_cam, booked=counts_of, busy=busy), "10:00") == [
        ("10:00", (CAM,)),
        ("10:30", (BEN,)),
    ]


def test_a_room_goes_on_though_another_would_be_the_better_fit() -> None:
    rooms = in_one_of(FIRST_ROOM, SECOND_ROOM, kind="space")
    first = a_service(performed_by(ANA), in_one_of(FIRST_ROOM, kind="space"))
    second = a_service(performed_by(ANA), rooms)
    salon = in_a_row(first)[0]
    busy = {SECOND_ROOM: [span(salon, "10:00", "10:30"), span(salon, "11:00", "12:00")]}
    assert planned(in_a_row(first, second, busy=busy), "10:00") == [
        ("10:00", (ANA, FIRST_ROOM)),
        ("10:30", (ANA, FIRST_ROOM)),
    ]


def test_nobody_fills_two_needs_of_one_part() -> None:
    both = a_service(performed_by(ANA, BEN), in_one_of(ANA, BEN, kind="staff"))
    assert planned(in_a_row(both, both), "10:00") == [("10:00", (ANA, BEN)), ("10:30", (ANA, BEN))]
    salon = in_a_row(both)[0]
    assert planned(in_a_row(a_service(), both, busy={BEN: [span(salon, "10:45", "11:00")]}), "10:00") is None


def test_somebody_else_begins_where_whoever_is_next_could_not_be_followed() -> None:
    slow = a_service(performed_by(ANA, Member(BEN, minutes=60)))
    by_cam = a_service(performed_by(CAM))
    parts = in_a_row(slow, by_cam)
    busy = {CAM: [span(parts[0], "10:00", "11:00")]}
    known = in_a_row(slow, by_cam, busy=busy)
    assert planned(known, "10:00") == [("10:00", (BEN,)), ("11:00", (CAM,))]
    assert "09:45" not in offered(known)


def test_the_room_goes_on_with_the_visit_and_the_first_is_the_best_fit() -> None:
    rooms = in_one_of(FIRST_ROOM, SECOND_ROOM, kind="space")
    service = a_service(performed_by(ANA), rooms, after=15)
    parts = in_a_row(service, service)
    busy = {SECOND_ROOM: [span(parts[0], "09:00", "10:00")]}
    assert planned(in_a_row(service, service, busy=busy), "10:00") == [
        ("10:00", (ANA, SECOND_ROOM)),
        ("10:30", (ANA, SECOND_ROOM)),
    ]
    assert planned(in_a_row(service, service, busy=busy), "09:00") == [
        ("09:00", (ANA, FIRST_ROOM)),
        ("09:30", (ANA, FIRST_ROOM)),
    ]


def test_the_window_is_that_of_the_first_part_and_the_shop_is_open_to_the_end_of_the_last() -> None:
    later = a_service(minutes=60, advance_days=0, notice_amount=10_000)
    parts = in_a_row(a_service(step=30), later, hours={None: opens("09:00-11:00")})
    assert offered(parts) == ["09:00", "09:30"]
    other_way = in_a_row(later, a_service(), hours={None: opens("09:00-11:00")})
    assert offered(other_way) == []


def test_a_later_part_may_start_between_the_steps() -> None:
    parts = in_a_row(a_service(minutes=20, step=60), a_service(step=60))
    assert planned(parts, "09:00") == [("09:00", (ANA,)), ("09:20", (ANA,))]
    assert planned(parts, "09:20") is None


def test_a_full_day_of_a_later_part_is_full() -> None:
    parts = in_a_row(a_service(), a_service(daily_limit=1), booked={(None, FRIDAY): 1})
    assert offered(parts) == []
    assert Visit(parts, LONG_AGO, despite={Refusal.LIMIT}).plan(at(parts[0], "09:00")) is not None


def test_a_service_that_is_in_the_visit_twice_counts_twice() -> None:
    cut, shave = a_service(daily_limit=2), replace(a_service(), id=2)
    assert offered(in_a_row(cut, cut, booked={(None, FRIDAY): 1})) == []
    assert offered(in_a_row(cut, shave, booked={(None, FRIDAY): 1})) != []
    assert offered(in_a_row(cut, cut)) != []
    assert offered(in_a_row(cut, cut, customer_room=1)) == []
    assert offered(in_a_row(cut, cut, customer_room=2)) != []


def test_what_was_decided_despite_something_is_told_with_each_part() -> None:
    parts = in_a_row(a_service(), a_service(), hours={None: opens("09:00-10:00")})
    plan = Visit(parts, LONG_AGO, despite={Refusal.OFF_GRID, Refusal.CLOSED}).plan(at(parts[0], "09:40"))
    assert plan is not None
    assert [it.despite for it in plan] == [(Refusal.CLOSED, Refusal.OFF_GRID), (Refusal.CLOSED,)]


def test_a_class_or_a_night_does_not_begin_wherever_another_part_ends() -> None:
    night = a_service(performed_by(BEN), unit="night", minutes=None, arrival=570, departure=660)
    for set_times in (a_service(performed_by(BEN), capacity=8), night):
        for services in ((a_service(), set_times), (set_times, a_service())):
            parts = in_a_row(*services)
            assert offered(parts) == []
            assert Visit(parts, LONG_AGO, despite=set(Refusal)).plan(at(parts[0], "09:00")) is None


def test_a_place_in_a_class_takes_no_time() -> None:
    parts = in_a_row(a_service(), a_service(capacity=8))
    choices = [Choice(0, 30, (ANA,)), Choice(30, 60, (ANA,), (), 7)]
    assert visit_stretches(parts, choices) == [[Stretch(1, ANA, 0, 30)], []]


# Every way


class Row(NamedTuple):
    """Services in a row, and when they are asked for."""

    parts: list[Facts]
    now: datetime


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Two or three short services of up to three people and two rooms."""
    people, rooms = [ANA, BEN, CAM][: draw(st.integers(1, 3))], [FIRST_ROOM, SECOND_ROOM]
    menu = [draw(short_services(number, people, rooms)) for number in range(2)]
    services = draw(st.lists(st.sampled_from(menu), min_size=2, max_size=3))
    calendar = draw(calendars([*people, *rooms], most=1))
    begin = calendar.clock.opening(calendar.first, 0)
    busy = {it: draw(stretches_after(begin)) for it in [*people, *rooms]}
    booked = draw(counts(days_around(calendar), [None, *people]))
    room = draw(st.sampled_from([None] * 9 + [0, 1, 2]))
    parts = [facts_of(calendar, service=it, busy=busy, booked=booked, customer_room=room) for it in services]
    return Row(parts, draw(moments(begin)))


@st.composite
def short_services(draw: st.DrawFn, number: int, people: list[int], rooms: list[int]) -> ServiceRules:
    minutes = draw(st.integers(5, 60))
    needs = []
    second = draw(st.sampled_from([(2, rooms, "space"), (2, people, "staff")]))
    for position, able, kind in ((1, people, "staff"), second)[: draw(st.integers(1, 2))]:
        members = able[: draw(st.integers(1, len(able)))]
        cuts = sorted(draw(st.sets(st.integers(0, minutes), max_size=4)))
        cuts = cuts if draw(st.booleans()) else []
        lengths = st.none() | st.integers(5, 60) if position == 1 else st.none()
        needs.append(
            Need(
                position,
                tuple(Member(it, minutes=draw(lengths), daily_limit=draw(OPTIONAL_LIMIT)) for it in members),
                tuple(zip(cuts[::2], cuts[1::2], strict=False)),
                kind,
            )
        )
    return ServiceRules(
        number,
        tuple(needs),
        minutes=minutes,
        step=draw(st.integers(10, 60)),
        before=draw(st.sampled_from([0, 0, 10, 45])),
        after=draw(st.sampled_from([0, 0, 15, 60])),
        notice_amount=draw(st.sampled_from([0, 0, 1])),
        notice_unit=draw(st.sampled_from(["minutes", "days"])),
        advance_days=draw(st.sampled_from([None, 0, 2])),
        daily_limit=draw(OPTIONAL_LIMIT),
    )


Way = list[tuple[int, int, tuple[int, ...]]]
"""Start, length and resources of each part."""


class Slow:
    """Tries everybody for everything."""

    def __init__(self, row: Row) -> None:
        self.parts = [Oracle(facts, row.now) for facts in row.parts]
        services = [facts.service.id for facts in row.parts]
        for number, part in enumerate(self.parts[1:], 1):
            part.already = services[:number].count(services[number])
            for same in ("shop", "day_at", "begins", "busy"):
                setattr(part, same, getattr(self.parts[0], same))

    def can_start(self, start: int) -> bool:
        return next(self.ways(start, []), None) is not None

    def ways(self, start: int, before: Way) -> Iterator[Way]:
        """The rest of a visit from here, in all ways that can be had."""
        at = len(before)
        if at == len(self.parts):
            if self.is_free(at - 1, before) and self.is_within_limits(before):
                yield before
            return
        part = self.parts[at]
        others = [[it.resource for it in part.members(need)] for need in part.service.needs[1:]]
        for performer in part.performers:
            length = part.length(performer)
            if self.is_refused(at, start, performer):
                continue
            for resources in product([performer.resource], *others):
                way = [*before, (start, length, resources)]
                if self.are_there(at, way) and (at == 0 or self.is_free(at - 1, way)):
                    yield from self.ways(start + length, way)

    def is_within_limits(self, way: Way) -> bool:
        """Whether each part is one more that its performer may have that day."""
        for number, (start, _length, (person, *_others)) in enumerate(way):
            part = self.parts[number]
            limit = next(it.daily_limit for it in part.performers if it.resource == person)
            earlier = sum(resources[0] == person for _, _, resources in way[:number])
            booked = part.facts.booked or {}
            if limit is not None and booked.get((person, part.day_at[start]), 0) + earlier >= limit:
                return False
        return True

    def is_way(self, way: Way) -> bool:
        """Whether these parts follow each other and each can be had by those who fill it."""
        return self.is_within_limits(way) and all(
            (at == 0 or start == way[at - 1][0] + way[at - 1][1])
            and any(
                it.resource == resources[0]
                and self.parts[at].length(it) == length
                and not self.is_refused(at, start, it)
                for it in self.parts[at].performers
            )
            and self.are_there(at, way)
            and self.is_free(at, way)
            for at, (start, length, resources) in enumerate(way)
        )

    def is_refused(self, at: int, start: int, performer: Member) -> bool:
        """What is taken depends on who goes on; steps and window are those of the first part."""
        no_matter = {"busy", "no_room"} | ({"off_grid", "too_soon", "too_far"} if at > 0 else set())
        return any(it not in no_matter for it in self.parts[at].against(performer, start))

    def are_there(self, at: int, way: Way) -> bool:
        """Whether all who fill a part are there for it, nobody twice."""
        part, (start, length, resources) = self.parts[at], way[at]
        needs = zip(part.service.needs, resources, strict=True)
        return len(set(resources)) == len(resources) and all(
            part.is_present(need, it, start, length) for need, it in needs
        )

    def is_free(self, at: int, way: Way) -> bool:
        """Whether nothing meets a part, where those who come from the one before or go on need no buffer there."""
        part, (start, length, resources) = self.parts[at], way[at]
        came = way[at - 1][2] if at > 0 else ()
        goes_on = way[at + 1][2] if at + 1 < len(way) else ()
        return all(
            part.busy[it].isdisjoint(
                start + minute
                for minute in part.occupied(need, length, before=it not in came, after=it not in goes_on)
            )
            for need, it in zip(part.service.needs, resources, strict=True)
        )


def assert_in_peace(row: Row, slow: Slow, plan: Sequence[Choice]) -> None:
    """What a visit takes holds all of its work, and meets neither itself nor anything else."""
    own: dict[int, set[int]] = {}
    laid = visit_stretches(row.parts, plan)
    for part, choice, of_part in zip(slow.parts, plan, laid, strict=True):
        minutes: dict[int, set[int]] = {it: set() for it in choice.resources}
        for it in of_part:
            taken = set(range(it.start, it.end))
            assert part.busy[it.resource].isdisjoint(taken)
            assert own.setdefault(it.resource, set()).isdisjoint(taken)
            own[it.resource] |= taken
            minutes[it.resource] |= taken
        for need, resource in zip(part.service.needs, choice.resources, strict=True):
            work = part.work(need, choice.end - choice.start)
            assert {choice.start + minute for minute in work} <= minutes[resource]


@slowly
@given(rows())
def test_a_visit_is_offered_where_there_is_any_way_to_have_it_and_its_plan_is_one(row: Row) -> None:
    slow, visit = Slow(row), Visit(row.parts, row.now)
    days = days_between(row.parts[0].first, row.parts[0].last)
    found = visit.open_slots(days)
    for day in days:
        minutes = [it for it, its_day in sorted(slow.parts[0].day_at.items()) if its_day == day]
        assert [slot.start for slot in found[day]] == [it for it in minutes if slow.can_start(it)]
        for slot in found[day]:
            plan = visit.plan(slot.start)
            assert plan is not None
            assert slow.is_way([(it.start, it.end - it.start, it.resources) for it in plan])
            assert (slot.end, slot.free) == (plan[-1].end, tuple((it,) for it in plan[0].resources))
            assert_in_peace(row, slow, plan)


@slowly
@given(rows(), st.lists(st.integers(0, 2819), min_size=10, max_size=10))
def test_where_there_is_no_way_there_is_no_plan(row: Row, minutes: list[int]) -> None:
    slow, visit = Slow(row), Visit(row.parts, row.now)
    for start in (row.parts[0].window[0] + minute for minute in minutes):
        assert (visit.plan(start) is not None) == slow.can_start(start)
