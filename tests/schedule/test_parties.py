"""Two who come together: by example, and against every way to have both visits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from app.core.intervals import merge
from app.schedule.facts import Facts, Member, Need, ServiceRules
from app.schedule.parties import Party
from app.schedule.visits import Visit
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
from tests.schedule.test_visits import FRIDAY, Row, Slow, Way, in_a_row, slowly


def numbered(number: int, *needs: Need, **more: Any) -> ServiceRules:
    """A service that is another than the others."""
    return replace(a_service(*needs, **more), id=number)


CUT = a_service(performed_by(ANA, BEN), minutes=30)
COLOUR = numbered(2, performed_by(ANA, BEN), minutes=60)


def offered(first: Sequence[Facts], second: Sequence[Facts]) -> list[str]:
    return times(first[0], Party(first, second, LONG_AGO).open_slots([FRIDAY])[FRIDAY])


def planned(first: Sequence[Facts], second: Sequence[Facts], start: str) -> list[tuple[str, tuple[int, ...]]]:
    plan = Party(first, second, LONG_AGO).plan(at(first[0], start)) or ()
    return [(clock(first[0], it.start), it.resources) for it in plan]


def test_two_begin_at_the_same_time_with_different_people() -> None:
    first, second = in_a_row(CUT, COLOUR, hours={None: opens("09:00-10:30")})
    assert offered([first], [second]) == ["09:00", "09:15", "09:30"]
    assert planned([first], [second], "09:15") == [("09:15", (ANA,)), ("09:15", (BEN,))]
    [slot, *_] = Party([first], [second], LONG_AGO).open_slots([FRIDAY])[FRIDAY]
    assert slot.end - slot.start == 60, "it is over when the longer one is"


def test_one_person_cannot_look_after_two() -> None:
    alone = a_service(performed_by(ANA), minutes=30)
    first, second = in_a_row(alone, alone)
    assert offered([first], [second]) == []


def test_the_first_gives_way_where_only_one_can_do_what_the_second_wants() -> None:
    first, second = in_a_row(CUT, numbered(2, performed_by(ANA), minutes=30))
    assert planned([first], [second], "09:00") == [("09:00", (BEN,)), ("09:00", (ANA,))]


def test_two_need_two_rooms() -> None:
    room = a_service(performed_by(ANA, BEN), in_one_of(FIRST_ROOM), minutes=30)
    rooms = a_service(performed_by(ANA, BEN), in_one_of(FIRST_ROOM, SECOND_ROOM), minutes=30)
    one, other = in_a_row(room, room)
    assert offered([one], [other]) == []
    one, other = in_a_row(room, rooms)
    assert planned([one], [other], "09:00") == [
        ("09:00", (ANA, FIRST_ROOM)),
        ("09:00", (BEN, SECOND_ROOM)),
    ]


def test_each_of_the_two_can_have_several_services() -> None:
    cut, colour, shave = in_a_row(CUT, COLOUR, numbered(3, performed_by(BEN, CAM), minutes=15))
    plan = planned([cut, shave], [colour], "09:00")
    assert plan == [("09:00", (BEN,)), ("09:30", (BEN,)), ("09:00", (ANA,))]


def test_where_somebody_is_busy_the_two_cannot_begin() -> None:
    salon = a_salon(service=CUT)
    busy = {BEN: [span(salon, "09:00", "17:00")]}
    first, second = in_a_row(CUT, CUT, busy=busy, hours={None: opens("09:00-18:00")})
    assert offered([first], [second]) == ["17:00", "17:15", "17:30"]


def test_a_limit_of_one_a_day_counts_both() -> None:
    limited = a_service(performed_by(ANA, BEN), minutes=30, daily_limit=1)
    first, second = in_a_row(limited, limited)
    assert offered([first], [second]) == []
    first, second = in_a_row(limited, COLOUR)
    assert offered([first], [second]) != []


def test_steps_and_window_are_those_of_the_first() -> None:
    hourly = numbered(2, performed_by(ANA, BEN), minutes=30, step=60)
    first, second = in_a_row(CUT, hourly, hours={None: opens("09:00-10:30")})
    assert offered([first], [second]) == ["09:00", "09:15", "09:30", "09:45", "10:00"]


# Every way


class Pair(NamedTuple):
    """The services of two guests, and when they are asked for."""

    first: list[Facts]
    second: list[Facts]
    now: datetime


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Short services for each of two guests, on a morning that is mostly free, with three people and two rooms."""
    people, rooms = [ANA, BEN, CAM], [FIRST_ROOM, SECOND_ROOM]
    limits = {it: draw(st.sampled_from([None, None, None, 2])) for it in people}
    able = st.lists(st.sampled_from(people), min_size=1, max_size=3, unique=True)

    def service(number: int) -> ServiceRules:
        members = tuple(Member(it, daily_limit=limits[it]) for it in sorted(draw(able)))
        room = [in_one_of(*rooms[: draw(st.integers(1, 2))])] if draw(st.integers(0, 3)) == 0 else []
        return numbered(
            number,
            Need(1, members),
            *room,
            minutes=draw(st.sampled_from([15, 30, 45])),
            step=30,
            before=draw(st.sampled_from([0, 0, 10])),
            after=draw(st.sampled_from([0, 0, 15])),
        )

    menu = [service(number) for number in range(3)]
    chosen = draw(st.lists(st.sampled_from(menu), min_size=2, max_size=4))
    salon = a_salon(service=menu[0], hours={None: opens("09:00-12:00")})
    begin = at(salon, "09:00")
    stretch = st.tuples(st.integers(0, 11), st.integers(1, 4)).map(
        lambda it: (begin + 15 * it[0], begin + 15 * (it[0] + it[1]))
    )
    busy = {it: merge(draw(st.lists(stretch, max_size=1))) for it in [*people, *rooms]}
    parts = in_a_row(*chosen, busy=busy, hours={None: opens("09:00-12:00")})
    middle = draw(st.integers(1, len(parts) - 1))
    return Pair(parts[:middle], parts[middle:], LONG_AGO)


class SlowSecond(Slow):
    """The second guest's visit: what the first has counts for limits, steps and window are the first's."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(Row(pair.second, pair.now))
        services = [facts.service.id for facts in [*pair.first, *pair.second]]
        for number, part in enumerate(self.parts, len(pair.first)):
            part.already = services[:number].count(services[number])

    def is_refused(self, at: int, start: int, performer: Member) -> bool:
        no_matter = {"busy", "no_room", "off_grid", "too_soon", "too_far"}
        return any(it not in no_matter for it in self.parts[at].against(performer, start))


def resources_of(way: Way) -> set[int]:
    return {it for _start, _length, resources in way for it in resources}


@slowly
@given(pairs())
def test_two_are_offered_where_there_is_any_way_for_both_and_their_plan_is_one(pair: Pair) -> None:
    one, other = Slow(Row(pair.first, pair.now)), SlowSecond(pair)
    party = Party(pair.first, pair.second, pair.now)
    days = days_between(pair.first[0].first, pair.first[0].last)
    found = party.open_slots(days)

    def can_start(start: int) -> bool:
        others = [resources_of(way) for way in other.ways(start, [])]
        return any(
            mine.isdisjoint(theirs)
            for way in one.ways(start, [])
            for mine in [resources_of(way)]
            for theirs in others
        )

    event("something is offered" if any(found.values()) else "nothing is")
    for day in days:
        minutes = [it for it, its_day in sorted(one.parts[0].day_at.items()) if its_day == day]
        assert [slot.start for slot in found[day]] == [it for it in minutes if can_start(it)]
        for slot in found[day]:
            plan = party.plan(slot.start)
            assert plan is not None
            ways = [(it.start, it.end - it.start, it.resources) for it in plan]
            mine, theirs = ways[: len(pair.first)], ways[len(pair.first) :]
            assert one.is_way(mine)
            assert other.is_way(theirs)
            assert resources_of(mine).isdisjoint(resources_of(theirs))
            assert theirs[0][0] == slot.start
            assert slot.end == max(it.end for it in plan)


def test_the_first_takes_turns_so_that_the_second_can_have_theirs() -> None:
    cut = a_service(performed_by(ANA), minutes=30)
    shave = numbered(2, performed_by(BEN, CAM), minutes=30)
    colour = numbered(3, performed_by(BEN), minutes=60)
    first, then, second = in_a_row(cut, shave, colour, hours={None: opens("09:00-10:00")})
    assert planned([first, then], [second], "09:00") == [
        ("09:00", (ANA,)),
        ("09:30", (CAM,)),
        ("09:00", (BEN,)),
    ]


def test_nobody_performs_more_of_a_visit_than_they_may() -> None:
    once = Need(1, (Member(ANA, daily_limit=1), Member(BEN)))
    cut, shave = in_a_row(a_service(once, minutes=30), numbered(2, once, minutes=30))
    plan = Visit([cut, shave], LONG_AGO).plan(at(cut, "09:00"))
    assert plan is not None
    assert [it.resources for it in plan] in ([(ANA,), (BEN,)], [(BEN,), (ANA,)], [(BEN,), (BEN,)])


def test_a_big_team_that_cannot_does_not_keep_anybody_waiting() -> None:
    team = performed_by(*range(1, 61))
    long = [numbered(number, team, minutes=120, step=5) for number in range(6)]
    impossible = numbered(7, performed_by(ANA), minutes=600)
    parts = in_a_row(*long[:5], impossible)
    assert offered(parts[:3], parts[3:]) == []
    visit = Visit(in_a_row(*[numbered(it, team, minutes=30, step=5, after=15) for it in range(6)]), LONG_AGO)
    visit.open_slots([FRIDAY])
    assert visit._tries_left >= 0
