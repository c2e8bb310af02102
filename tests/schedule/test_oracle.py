"""The engine against minutes looked at one by one.

A hundred random businesses each, as everywhere; `--hypothesis-profile=thorough` looks at twenty times as many.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.intervals import intersect
from app.schedule.facts import Facts, Hours
from app.schedule.judging import choose, refusals, why_not
from app.schedule.slots import days_with_room, next_free, open_slots
from app.schedule.stretches import stretches
from app.schedule.wall_clock import DAY, days_between
from tests.schedule.examples import ANA, a_service
from tests.schedule.oracle import Oracle
from tests.schedule.strategies import some_facts

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))


def hours_of_ana(zone: str, day: date, *hours: Hours) -> tuple[Facts, datetime]:
    """A shop that never closes, and somebody with hours of her own; looked at on that day."""
    always = tuple(Hours(weekday, 0, DAY) for weekday in range(7))
    facts = Facts(zone, day, day, {None: always, ANA: hours}, service=a_service())
    return facts, datetime(day.year, day.month, day.day, tzinfo=UTC)


# West of UTC an evening until 44:00 ends two UTC days later.
FAR_WEST = hours_of_ana("America/New_York", date(2027, 3, 27), Hours(2, 1200, 2640))
# The two days from which a start can be judged are an hour short here.
SHORT_NIGHT = hours_of_ana("Europe/Berlin", date(2027, 3, 28), Hours(6, 0, DAY))


def all_days(facts: Facts) -> list[date]:
    return days_between(facts.first, facts.last)


@slowly
@example(FAR_WEST)
@given(some_facts())
def test_what_is_offered_is_what_every_minute_allows(case: tuple[Facts, datetime]) -> None:
    facts, now = case
    oracle = Oracle(facts, now)
    found = open_slots(facts, all_days(facts), now)
    for day in all_days(facts):
        expected = list(oracle.offered(day))
        assert [slot.start for slot in found[day]] == [start for start, _ in expected]
        for slot, (start, performers) in zip(found[day], expected, strict=True):
            ways = [way for performer in performers for way in oracle.ways(performer, start)]
            assert [set(resources) for resources in slot.free] == [
                set(part) for part in zip(*ways, strict=True)
            ]
            assert slot.end == start + min(map(oracle.length, performers))


@slowly
@example(FAR_WEST, [0])
@example(SHORT_NIGHT, [2819, 2820])
@given(some_facts(), st.lists(st.integers(0, 2879), min_size=1, max_size=12))
def test_every_refusal_has_true_reasons_and_all_of_them(
    case: tuple[Facts, datetime], minutes: list[int]
) -> None:
    facts, now = case
    oracle = Oracle(facts, now)
    first, last = facts.window
    for start in (first + minute for minute in minutes if first + minute < last):
        for performer in facts.service.performers:
            told = {str(it) for it in refusals(facts, start, now, only=(performer.resource,))}
            if oracle.day_of(start) is None:
                told.discard("too_far")
            assert told == oracle.refusals(performer, start)


@slowly
@given(some_facts(), st.lists(st.integers(0, 2879), max_size=30))
def test_the_page_and_the_write_path_judge_alike(case: tuple[Facts, datetime], minutes: list[int]) -> None:
    facts, now = case
    wide = replace(facts, first=facts.first - timedelta(2), last=facts.last + timedelta(2))
    found = open_slots(wide, all_days(wide), now)
    offered = {slot.start: slot for slots in found.values() for slot in slots}
    first, last = facts.window
    asked = [*sorted(offered)[::7], *(first + minute for minute in minutes)]
    for start in (start for start in asked if first <= start < last):
        assert (why_not(facts, start, now) is None) == (start in offered)
        able = offered[start].free[0] if start in offered else ()
        for performer in facts.service.performers:
            refused = refusals(facts, start, now, only=(performer.resource,))
            assert (refused == ()) == (performer.resource in able)


@slowly
@given(some_facts())
def test_what_is_offered_can_be_laid_without_meeting_anything(case: tuple[Facts, datetime]) -> None:
    facts, now = case
    for slots in open_slots(facts, all_days(facts), now).values():
        for slot in slots[:10]:
            for performer in slot.free[0]:
                choice = choose(facts, slot.start, now, only=(performer,))
                assert choice is not None
                assert choice.resources[0] == performer
                assert len(set(choice.resources)) == len(facts.service.needs)
                for _, resource, start, end in stretches(
                    facts.service, choice.resources, choice.start, choice.end
                ):
                    assert not intersect(facts.busy[resource], [(start, end)])


@slowly
@given(some_facts())
def test_the_strip_and_the_next_free_times_are_those_of_the_slots(case: tuple[Facts, datetime]) -> None:
    facts, now = case
    found = open_slots(facts, all_days(facts), now)
    assert days_with_room(facts, all_days(facts), now) == {day for day, slots in found.items() if slots}
    later = [slot for slots in found.values() for slot in slots if slot.start >= facts.window[0] + 700]
    assert next_free(facts, facts.window[0] + 700, now) == sorted(later)[:3]


@slowly
@given(some_facts())
def test_a_day_looked_at_alone_has_the_same_slots(case: tuple[Facts, datetime]) -> None:
    facts, now = case
    together = open_slots(facts, all_days(facts), now)
    for day in all_days(facts):
        assert open_slots(facts, [day], now) == {day: together[day]}
