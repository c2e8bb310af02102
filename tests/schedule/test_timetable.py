"""Classes: by example, and against dates looked at one by one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.schedule.facts import ClassDate, Facts, Need
from app.schedule.judging import choose, refusals
from app.schedule.slots import Slot, days_with_room, next_free, open_slots
from app.schedule.verdict import Choice, Refusal
from app.schedule.wall_clock import days_between, utc
from tests.schedule.examples import (
    ANA,
    BEN,
    FIRST_ROOM,
    LONG_AGO,
    a_salon,
    a_service,
    at,
    in_one_of,
    minutes,
    offered,
    opens,
    performed_by,
    span,
)
from tests.schedule.oracle import Asked
from tests.schedule.strategies import (
    OPTIONAL_LIMIT,
    Case,
    calendars,
    counts,
    days_around,
    facts_of,
    few_of,
    moments,
    some_of,
)

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))
FRIDAY, SATURDAY = date(2027, 6, 4), date(2027, 6, 5)
YOGA = {"capacity": 8, "minutes": 60}


def a_studio(
    *classes: tuple[str, int], until: str = "", resources: tuple[int, ...] = (ANA,), **more: object
) -> Facts:
    """Classes of an hour at these times with so many places left: a_studio(("18:00", 3))."""
    service = more.pop("service", a_service(**YOGA))
    bare = a_salon(service=service, until=until, **more)  # type: ignore[arg-type]
    dates = []
    for number, (clock, left) in enumerate(classes, 1):
        day = FRIDAY + timedelta(1) if clock.startswith("+") else FRIDAY
        start = at(bare, clock.removeprefix("+"), day)
        dates.append(ClassDate(start, start + 60, number, resources, left))
    return replace(bare, classes=dates)


def told(facts: Facts, clock: str, day: date | None = None, **more: object) -> list[str]:
    return [str(it) for it in refusals(facts, at(facts, clock, day), LONG_AGO, **more)]  # type: ignore[arg-type]


def test_a_class_is_offered_at_its_own_start_and_nowhere_else() -> None:
    studio = a_studio(("10:00", 3), ("18:10", 8))
    assert offered(studio) == ["10:00", "18:10"]
    assert told(studio, "18:10") == []
    assert told(studio, "18:00") == ["off_grid"]
    start = at(studio, "10:00")
    assert open_slots(studio, [FRIDAY], LONG_AGO)[FRIDAY][0] == Slot(start, start + 60, ((ANA,),), 3)
    assert choose(studio, start, LONG_AGO) == Choice(start, start + 60, (ANA,), (), 1)


def test_a_class_happens_outside_the_opening_hours_too() -> None:
    assert offered(a_studio(("06:00", 8), ("22:00", 8))) == ["06:00", "22:00"]
    assert offered(a_studio(("06:00", 8), hours={None: opens("09:00-18:00"), ANA: opens("12:00-13:00")})) == [
        "06:00"
    ]


@pytest.mark.parametrize(
    ("left", "asked", "found"), [(1, 1, True), (1, 2, False), (2, 2, True), (0, 1, False)]
)
def test_who_asks_for_more_places_than_there_are_is_refused_whole(left: int, asked: int, found: bool) -> None:
    studio = a_studio(("18:00", left))
    slots = open_slots(studio, [FRIDAY], LONG_AGO, places=asked)[FRIDAY]
    assert bool(slots) is found
    assert told(studio, "18:00", places=asked) == ([] if found else ["full"])
    assert (choose(studio, at(studio, "18:00"), LONG_AGO, places=asked) is not None) is found


def test_an_overbooked_class_is_full() -> None:
    assert told(a_studio(("18:00", -2)), "18:00") == ["full"]


def test_a_member_may_let_one_more_into_a_full_class() -> None:
    studio = a_studio(("18:00", 0))
    chosen = choose(studio, at(studio, "18:00"), LONG_AGO, despite={Refusal.FULL})
    assert chosen is not None
    assert (chosen.appointment, chosen.despite) == (1, (Refusal.FULL,))


def test_of_several_at_one_start_the_one_with_the_most_places_is_offered_and_taken() -> None:
    studio = a_studio(("18:00", 2), ("18:00", 5), ("18:00", 5))
    [slot] = open_slots(studio, [FRIDAY], LONG_AGO)[FRIDAY]
    assert slot.left == 5
    chosen = choose(studio, slot.start, LONG_AGO)
    assert chosen is not None
    assert chosen.appointment == 2
    assert told(studio, "18:00", places=5) == []
    assert told(studio, "18:00", places=6) == ["full"]


def test_a_trainer_can_be_asked_for() -> None:
    service = a_service(performed_by(ANA, BEN), **YOGA)
    studio = a_studio(("18:00", 8), service=service)
    [it] = studio.classes
    both = replace(studio, classes=[it, it._replace(appointment=2, resources=(BEN,), left=1)])
    chosen = choose(both, it.start, LONG_AGO, only=[BEN])
    assert chosen is not None
    assert chosen.appointment == 2
    assert told(studio, "18:00", only=[BEN]) == ["off_grid"]


@pytest.mark.parametrize("whose", [None, ANA])
def test_closures_and_time_off_take_a_class_and_hours_do_not(whose: int | None) -> None:
    bare = a_studio(("18:00", 8))
    word = ["closed" if whose is None else "staff_off"]
    for away in (
        {"off": {whose: {FRIDAY}}},
        {"special": {whose: {FRIDAY: []}}},
        {"blocked": {whose: [span(bare, "18:59", "20:00")]}},
    ):
        assert told(a_studio(("18:00", 8), **away), "18:00") == word
        assert offered(a_studio(("18:00", 8), **away)) == []
    for there in (
        {"special": {whose: {FRIDAY: [(minutes("09:00"), minutes("10:00"))]}}},
        {"blocked": {whose: [span(bare, "17:00", "18:00"), span(bare, "19:00", "20:00")]}},
        {"off": {whose: {SATURDAY}}},
    ):
        assert offered(a_studio(("18:00", 8), **there)) == ["18:00"]


def test_a_class_without_its_room_does_not_happen() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM), **YOGA)
    studio = a_studio(("18:00", 8), service=service, resources=(ANA, FIRST_ROOM), off={FIRST_ROOM: {FRIDAY}})
    assert told(studio, "18:00") == ["staff_off"]


def test_a_class_whose_trainer_does_it_no_more_is_not_offered() -> None:
    studio = a_studio(("18:00", 8), service=a_service(performed_by(BEN), **YOGA))
    assert told(studio, "18:00") == ["staff_off"]
    assert offered(studio) == []


def test_a_class_after_midnight_belongs_to_the_evening_that_goes_on() -> None:
    night = {None: opens("20:00-27:00", on=[4])}
    studio = a_studio(("+01:30", 8), ("+03:00", 8), until="2027-06-05", hours=night)
    assert offered(studio, FRIDAY) == ["01:30"]
    assert offered(studio, SATURDAY) == ["03:00"]
    closed = a_studio(("+01:30", 8), ("+03:00", 8), until="2027-06-05", hours=night, off={None: {SATURDAY}})
    assert offered(closed, FRIDAY) == ["01:30"]
    assert offered(closed, SATURDAY) == []


def test_notice_and_window_hold_for_classes() -> None:
    service = a_service(**YOGA, notice_amount=120, advance_days=0)
    studio = a_studio(("18:00", 8), service=service)
    six = at(studio, "18:00")
    assert refusals(studio, six, utc(six - 120)) == ()
    assert refusals(studio, six, utc(six - 119)) == (Refusal.TOO_SOON,)
    assert refusals(studio, six, utc(six - 24 * 60)) == (Refusal.TOO_FAR,)


def test_limits_hold_for_classes() -> None:
    service = a_service(**YOGA, daily_limit=5)
    assert told(a_studio(("18:00", 8), service=service, booked={(None, FRIDAY): 4}), "18:00") == []
    assert told(a_studio(("18:00", 8), service=service, booked={(None, FRIDAY): 5}), "18:00") == ["limit"]
    assert told(a_studio(("18:00", 8), customer_room=0), "18:00") == ["limit"]


def test_places_taken_are_gone_at_once() -> None:
    studio = a_studio(("18:00", 3), ("20:00", 3))
    chosen = choose(studio, at(studio, "18:00"), LONG_AGO, places=2)
    assert chosen is not None
    after = studio.taking(chosen, FRIDAY, [], places=2)
    assert [it.left for it in after.classes] == [1, 3]
    assert after.busy == {}


# One by one


class Slow(Asked):
    """Looks at each date."""

    def against(self, it: ClassDate) -> Iterator[str]:
        if self.is_away(None, it.start, it.end):
            yield "closed"
        who = {performer.resource for performer in self.service.performers}
        if not who & set(it.resources) or any(self.is_away(one, it.start, it.end) for one in it.resources):
            yield "staff_off"
        if self.is_too_soon(it.start):
            yield "too_soon"
        if self.is_too_far(it.start):
            yield "too_far"
        if self.is_limited(None, self.day_of(it.start)):
            yield "limit"
        if self.places > it.left:
            yield "full"

    def at(self, start: int) -> list[ClassDate]:
        """The dates that begin then, by whoever was asked for."""
        return [it for it in self.facts.classes if it.start == start and set(self.only) <= set(it.resources)]

    def best(self, start: int) -> ClassDate | None:
        able = [it for it in self.at(start) if not set(self.against(it))]
        return max(able, key=lambda it: (it.left, -it.appointment), default=None)


@st.composite
def studios(draw: st.DrawFn) -> Case:
    """Some dates of a class of a day or three, several of them at once."""
    people, room = [1, 2], 4
    needs = [performed_by(*people), *([Need(2, in_one_of(room).members)] if draw(st.booleans()) else [])]
    service = a_service(
        *needs,
        minutes=60,
        capacity=8,
        notice_amount=draw(st.sampled_from([0, 0, 1, 300])),
        notice_unit=draw(st.sampled_from(["minutes", "days"])),
        advance_days=draw(st.sampled_from([None, 0, 1, 2])),
        daily_limit=draw(OPTIONAL_LIMIT),
    )
    calendar = draw(calendars(sorted(service.resources), most=3))
    begin = calendar.clock.opening(calendar.first, 0)
    last = calendar.clock.closing(calendar.last, 2880) - begin
    starts = draw(st.lists(st.integers(0, last - 1), min_size=1, max_size=4))
    dates = []
    for number in range(draw(st.integers(1, 8))):
        start = begin + starts[number % len(starts)]
        resources = (draw(st.sampled_from([*people, *people, 3])), *([room] if len(needs) > 1 else []))
        length, left = draw(st.integers(5, 1440)), draw(st.integers(-1, 8))
        dates.append(ClassDate(start, start + length, number, resources, left))
    facts = facts_of(
        calendar,
        service=service,
        classes=sorted(dates, key=lambda it: (it.start, it.appointment)),
        booked=draw(counts(days_around(calendar), [None])),
        customer_room=draw(st.sampled_from([None] * 5 + [0, 1])),
    )
    return Case(
        facts,
        draw(moments(begin)),
        only=tuple(draw(few_of(people))),
        places=draw(st.sampled_from([1, 1, 2, 5])),
    )


@slowly
@given(studios())
def test_what_is_offered_is_the_best_date_of_each_start(case: Case) -> None:
    facts, slow = case.facts, Slow(case.facts, case.now, **case.wish)
    days = days_between(facts.first, facts.last)
    found = open_slots(facts, days, case.now, **case.wish)
    for day in days:
        starts = sorted({it.start for it in facts.classes if slow.day_of(it.start) == day})
        best = [it for start in starts if (it := slow.best(start))]
        assert found[day] == [
            Slot(it.start, it.end, tuple((resource,) for resource in it.resources), it.left) for it in best
        ]
    assert days_with_room(facts, days, case.now, **case.wish) == {day for day in days if found[day]}
    later = sorted(slot for slots in found.values() for slot in slots if slot.start >= facts.window[0] + 700)
    assert next_free(facts, facts.window[0] + 700, case.now, **case.wish) == later[:3]


@slowly
@given(studios(), st.sets(st.sampled_from(Refusal)))
def test_refusals_and_choice_are_those_of_the_date_that_comes_nearest(
    case: Case, accepted: set[Refusal]
) -> None:
    facts, slow = case.facts, Slow(case.facts, case.now, **case.wish)
    wish = {"only": case.only, "places": case.places}
    for start in {it.start for it in facts.classes}:
        told = refusals(facts, start, case.now, **wish)
        against = {it.appointment: set(slow.against(it)) for it in slow.at(start)}
        if not against:
            assert told == (Refusal.OFF_GRID,)
            continue
        assert set(map(str, told)) in against.values()
        assert len(told) == min(map(len, against.values()))
        best, chosen = slow.best(start), choose(facts, start, case.now, **wish)
        assert (chosen and chosen.appointment) == (best and best.appointment)
        anyhow = choose(facts, start, case.now, despite=accepted, **wish)
        possible = [len(those) for those in against.values() if those <= accepted]
        assert (anyhow is not None) == bool(possible)
        if anyhow:
            assert set(map(str, anyhow.despite)) == against[anyhow.appointment or 0]
            assert len(anyhow.despite) == min(possible)


@slowly
@given(studios(), some_of(range(12)))
def test_nobody_gets_a_place_that_is_not_there(case: Case, skipped: list[int]) -> None:
    facts = case.facts
    left = {it.appointment: it.left for it in facts.classes}
    days = days_between(facts.first, facts.last)
    for turn in range(12):
        by_day = open_slots(facts, days, case.now, **case.wish)
        found = [(day, slot) for day, slots in by_day.items() for slot in slots]
        if not found:
            break
        day, slot = found[turn % len(found) if turn in skipped else 0]
        chosen = choose(facts, slot.start, case.now, only=case.only, places=case.places)
        assert chosen is not None
        assert chosen.appointment is not None
        left[chosen.appointment] -= case.places
        assert left[chosen.appointment] >= 0
        assert left[chosen.appointment] == slot.left - case.places
        facts = facts.taking(chosen, day, [], case.places)
