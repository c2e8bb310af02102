"""The engine against minutes looked at one by one.

A hundred random businesses each, as everywhere; `--hypothesis-profile=thorough` looks at twenty times as many.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.intervals import intersect
from app.schedule.facts import Facts, Hours
from app.schedule.judging import choose, refusals, why_not
from app.schedule.open_time import day_begins, shop_time
from app.schedule.slots import days_with_room, next_free, open_slots
from app.schedule.starts import Starts
from app.schedule.stretches import stretches
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import DAY, days_between
from tests.schedule.examples import ANA, a_service
from tests.schedule.oracle import Days, Oracle
from tests.schedule.strategies import Case, cases

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))


def hours_of_ana(zone: str, day: date, *hours: Hours) -> Case:
    """A shop that never closes, and somebody with hours of her own; looked at on that day."""
    always = tuple(Hours(weekday, 0, DAY) for weekday in range(7))
    facts = Facts(zone, day, day, {None: always, ANA: hours}, service=a_service())
    return Case(facts, datetime(day.year, day.month, day.day, tzinfo=UTC))


# West of UTC an evening until 44:00 ends two UTC days later.
FAR_WEST = hours_of_ana("America/New_York", date(2027, 3, 27), Hours(2, 1200, 2640))
# The two days from which a start can be judged are an hour short here.
SHORT_NIGHT = hours_of_ana("Europe/Berlin", date(2027, 3, 28), Hours(6, 0, DAY))


def all_days(facts: Facts) -> list[date]:
    return days_between(facts.first, facts.last)


def oracle_of(case: Case) -> Oracle:
    return Oracle(case.facts, case.now, **case.wish)


@slowly
@example(FAR_WEST)
@given(cases())
def test_what_is_offered_is_what_every_minute_allows(case: Case) -> None:
    facts, oracle = case.facts, oracle_of(case)
    found = open_slots(facts, all_days(facts), case.now, **case.wish)
    for day in all_days(facts):
        expected = list(oracle.offered(day))
        assert [slot.start for slot in found[day]] == [start for start, _ in expected]
        for slot, (start, performers) in zip(found[day], expected, strict=True):
            ways = [way for it in performers for way in oracle.ways(it, start, oracle.length(it))]
            assert [set(resources) for resources in slot.free] == [
                set(part) for part in zip(*ways, strict=True)
            ]
            assert slot.end == start + min(map(oracle.length, performers))


@slowly
@example(FAR_WEST, [0], None)
@example(SHORT_NIGHT, [2819, 2820], None)
@given(cases(), st.lists(st.integers(0, 2879), min_size=1, max_size=8), st.none() | st.integers(1, 240))
def test_every_refusal_has_true_reasons_and_all_of_them(
    case: Case, minutes: list[int], length: int | None
) -> None:
    facts, now = case.facts, case.now
    oracle = Oracle(facts, now, places=case.places)
    first, last = facts.window
    for start in (first + minute for minute in minutes if first + minute < last):
        end = None if length is None else start + min(length, facts.service.longest)
        for performer in facts.service.performers:
            told = refusals(facts, start, now, only=(performer.resource,), places=case.places, end=end)
            expected = set(oracle.against(performer, start, None if end is None else end - start))
            assert {str(it) for it in told} == expected


@slowly
@given(cases(), st.lists(st.integers(0, 2879), max_size=20))
def test_the_page_and_the_write_path_judge_alike(case: Case, minutes: list[int]) -> None:
    facts, now = case.facts, case.now
    wide = replace(facts, first=facts.first - timedelta(2), last=facts.last + timedelta(2))
    found = open_slots(wide, all_days(wide), now, **case.wish)
    offered = {slot.start: slot for slots in found.values() for slot in slots}
    first, last = facts.window
    asked = [*sorted(offered)[::7], *(first + minute for minute in minutes)]
    for start in (start for start in asked if first <= start < last):
        assert (why_not(facts, start, now, **case.begin(start)) is None) == (start in offered)
        choice = choose(facts, start, now, **case.begin(start))
        assert (choice is not None) == (start in offered)
        assert choice is None or choice.resources[0] in offered[start].free[0]
        able = offered[start].free[0] if start in offered else ()
        others = set(case.only) - {it.resource for it in facts.service.performers}
        for performer in facts.narrowed(case.only).service.performers:
            alone = case.begin(start) | {"only": {performer.resource, *others}}
            assert (refusals(facts, start, now, **alone) == ()) == (performer.resource in able)


@slowly
@given(cases(), st.lists(st.integers(0, 1000), min_size=1, max_size=4))
def test_whoever_takes_a_start_is_the_one_whose_turn_it_is(case: Case, picks: list[int]) -> None:
    facts, oracle = case.facts, oracle_of(case)
    found = open_slots(facts, all_days(facts), case.now, **case.wish)
    offered = [slot.start for slots in found.values() for slot in slots]
    for start in {offered[it % len(offered)] for it in picks if offered}:
        choice = choose(facts, start, case.now, **case.begin(start))
        assert choice is not None
        assert choice.resources == oracle.chosen(start)
        performer = next(it for it in oracle.performers if it.resource == choice.resources[0])
        assert choice.end - choice.start == oracle.length(performer)


@slowly
@given(
    cases(),
    st.lists(st.integers(0, 2879), min_size=1, max_size=4),
    st.sets(st.sampled_from(Refusal), min_size=3),
)
def test_who_goes_on_despite_something_is_told_all_of_it(
    case: Case, minutes: list[int], accepted: set[Refusal]
) -> None:
    facts, now = case.facts, case.now
    first, last = facts.window
    for start in (first + minute for minute in minutes if first + minute < last):
        choice = choose(facts, start, now, despite=accepted)
        told = {
            it.resource: refusals(facts, start, now, only=[it.resource]) for it in facts.service.performers
        }
        # With no room there may be nobody at all who could fill a need.
        surely = [len(those) for those in told.values() if set(those) <= accepted - {Refusal.NO_ROOM}]
        if choice is None:
            assert not surely
        else:
            assert choice.despite == told[choice.resources[0]]
            assert set(choice.despite) <= accepted
            assert all(len(choice.despite) <= count for count in surely)


@slowly
@given(cases(), st.lists(st.integers(0, 1000), min_size=6, max_size=6))
def test_bookings_made_one_after_another_never_meet_and_keep_every_limit(
    case: Case, picks: list[int]
) -> None:
    facts, service = case.facts, case.facts.service
    laid: dict[int, set[int]] = {}
    booked = Counter(facts.booked)
    made = 0
    for pick in picks:
        by_day = open_slots(facts, all_days(facts), case.now, **case.wish)
        offered = [(day, slot) for day, slots in by_day.items() for slot in slots]
        if not offered:
            break
        day, slot = offered[pick % len(offered)]
        choice = choose(facts, slot.start, case.now, **case.begin(slot.start))
        assert choice is not None
        taken = stretches(service, choice.resources, choice.start, choice.end)
        assert len(set(choice.resources)) == len(service.needs)
        for _, resource, start, end in taken:
            assert not intersect(case.facts.busy[resource], [(start, end)])
            assert not laid.setdefault(resource, set()) & set(range(start, end))
            laid[resource] |= set(range(start, end))
        performer = service.needs[0].member(choice.resources[0])
        assert performer is not None
        made += 1
        booked.update([(None, day), (performer.resource, day)])
        assert booked[None, day] <= (service.daily_limit or booked[None, day])
        assert booked[performer.resource, day] <= (performer.daily_limit or booked[performer.resource, day])
        facts = facts.taking(choice, day, [(it.resource, (it.start, it.end)) for it in taken])
    assert case.facts.customer_room is None or made <= case.facts.customer_room


@slowly
@given(cases())
def test_days_next_times_and_a_day_alone_are_those_of_the_slots(case: Case) -> None:
    facts, now, days = case.facts, case.now, all_days(case.facts)
    found = open_slots(facts, days, now, **case.wish)
    assert days_with_room(facts, days, now, **case.wish) == {day for day, slots in found.items() if slots}
    later = [slot for slots in found.values() for slot in slots if slot.start >= facts.window[0] + 700]
    assert next_free(facts, facts.window[0] + 700, now, **case.wish) == sorted(later)[:3]
    for day in days:
        assert open_slots(facts, [day], now, **case.wish) == {day: found[day]}


@slowly
@given(cases(), st.lists(st.integers(0, 2819), min_size=9, max_size=9))
def test_every_business_day_begins_where_the_evening_before_ends(case: Case, minutes: list[int]) -> None:
    facts, slow = case.facts, Days(case.facts)
    begins = dict(day_begins(facts, shop_time(facts)))
    near = days_between(facts.first - timedelta(1), facts.last + timedelta(2))
    assert {day: begins[day] for day in near} == {day: slow.begins[day] for day in near}
    starts = Starts(facts, case.now)
    for start in (facts.window[0] + minute for minute in minutes):
        assert starts.day_of(start) == slow.day_of(start)
