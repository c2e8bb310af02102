"""Nights: by example, and against every minute of every space."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.intervals import Interval
from app.schedule.facts import Facts, Member, Need
from app.schedule.judging import choose, refusals
from app.schedule.slots import Slot, days_with_room, next_free, open_slots
from app.schedule.stretches import stretches
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import days_between, utc
from tests.schedule.examples import LONG_AGO, a_salon, a_service, at, minutes, opens, span
from tests.schedule.oracle import FOREVER, Asked
from tests.schedule.strategies import (
    OPTIONAL_LIMIT,
    Case,
    calendars,
    counts,
    days_around,
    facts_of,
    few_of,
    moments,
    stretches_after,
)

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))
SEA, HILL = 11, 12
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2027, 6, day) for day in (4, 5, 6, 7))
DAY = 1440


def flats(*ids: int, **more: Any) -> dict[str, Any]:
    """From three in the afternoon to eleven in the morning, one to seven nights."""
    need = Need(1, tuple(Member(it) for it in ids or (SEA,)), kind="space")
    clock = {"arrival": minutes("15:00"), "departure": minutes("11:00")}
    return {"service": a_service(need, unit="night", minutes=None, **{"max_units": 7} | clock | more)}


def a_house(
    day: str = "2027-06-04",
    *ids: int,
    until: str = "2027-06-30",
    known: dict[str, Any] | None = None,
    **more: Any,
) -> Facts:
    """Flats without opening hours, `known` to have more; `more` is about the service."""
    return a_salon(day, until=until, **flats(*ids, **more), **{"hours": {}} | (known or {}))


def stays(facts: Facts, nights: int | None = None, days: list[date] | None = None) -> list[str]:
    """Arrival and departure of what is offered, as the clock shows them."""
    days = days or [facts.first]
    by_day = open_slots(facts, days, LONG_AGO, units=nights)
    return [
        " to ".join(
            f"{day:%d} {wall // 60:02}:{wall % 60:02}" for day, wall in map(facts.clock.shows, slot[:2])
        )
        for slots in by_day.values()
        for slot in slots
    ]


def told(facts: Facts, arrival: str, departure: str, on: date = FRIDAY, nights: int = 1) -> list[str]:
    start, end = at(facts, arrival, on), at(facts, departure, on + timedelta(nights))
    return [str(it) for it in refusals(facts, start, LONG_AGO, end=end)]


def test_a_stay_lasts_from_the_hour_of_arrival_to_that_of_departure() -> None:
    house = a_house()
    assert stays(house) == ["04 15:00 to 05 11:00"]
    assert stays(house, 3) == ["04 15:00 to 07 11:00"]
    assert stays(house, 2, [FRIDAY, SUNDAY]) == ["04 15:00 to 06 11:00", "06 15:00 to 08 11:00"]


def test_a_stay_takes_as_long_as_it_does_across_a_change_of_the_clock() -> None:
    for day, hours in (("2027-03-27", 19), ("2027-10-30", 21), ("2027-06-04", 20)):
        house = a_house(day, until=day)
        [slot] = open_slots(house, [house.first], LONG_AGO)[house.first]
        assert slot.end - slot.start == hours * 60
        assert [house.clock.shows(it)[1] for it in slot[:2]] == [minutes("15:00"), minutes("11:00")]


@pytest.mark.parametrize(
    ("zone", "day", "arrival", "departure", "stay"),
    [
        ("America/Havana", "2027-03-14", "00:30", "11:00", "14 01:00 to 15 11:00"),
        ("America/Santiago", "2027-09-04", "15:00", "00:30", "04 15:00 to 05 01:00"),
        ("Australia/Lord_Howe", "2027-10-03", "02:15", "11:00", "03 02:30 to 04 11:00"),
        ("America/Nuuk", "2027-03-27", "23:30", "11:00", "28 00:00 to 28 11:00"),
        ("America/Nuuk", "2027-03-26", "15:00", "23:30", "26 15:00 to 28 00:00"),
        ("America/Santiago", "2027-04-02", "15:00", "23:30", "02 15:00 to 03 23:30"),
    ],
)
def test_an_hour_of_arrival_or_departure_that_is_missing_is_the_moment_of_the_jump(
    zone: str, day: str, arrival: str, departure: str, stay: str
) -> None:
    clock = {"arrival": minutes(arrival), "departure": minutes(departure)}
    house = a_house(day, until=day, known={"zone": zone}, **clock)
    assert stays(house) == [stay]
    [slot] = open_slots(house, [house.first], LONG_AGO)[house.first]
    assert refusals(house, slot.start, LONG_AGO, end=slot.end) == ()


def test_one_may_arrive_on_the_day_another_departs() -> None:
    bare = a_house()
    taken = [(at(bare, "15:00", SATURDAY), at(bare, "11:00", MONDAY))]
    house = a_house(known={"busy": {SEA: taken}})
    days = days_between(date(2027, 6, 3), date(2027, 6, 8))[1:]
    assert stays(house, 1, days) == ["04 15:00 to 05 11:00", "07 15:00 to 08 11:00", "08 15:00 to 09 11:00"]
    assert stays(house, 2, days) == ["07 15:00 to 09 11:00", "08 15:00 to 10 11:00"]


def test_cleaning_after_a_stay_may_take_the_night_after_it() -> None:
    bare = a_house()
    taken = [(at(bare, "15:00", SATURDAY), at(bare, "11:00", SUNDAY))]
    for after, first in ((240, "04 15:00 to 05 11:00"), (241, None)):
        house = a_house(known={"busy": {SEA: taken}}, after=after)
        assert stays(house) == ([first] if first else [])


def test_there_is_a_fewest_and_a_most_of_nights() -> None:
    house = a_house(min_units=2, max_units=3)
    assert [len(stays(house, nights)) for nights in (1, 2, 3, 4)] == [0, 1, 1, 0]
    assert stays(house) == ["04 15:00 to 06 11:00"]
    assert told(house, "15:00", "11:00", nights=1) == ["off_grid"]
    assert told(house, "15:00", "11:00", nights=2) == []


def test_nobody_arrives_or_departs_at_another_hour() -> None:
    house = a_house()
    assert told(house, "14:00", "11:00") == ["off_grid"]
    assert told(house, "15:00", "12:00") == ["off_grid"]


def test_a_house_needs_no_opening_hours_and_they_change_nothing() -> None:
    for hours in ({}, {None: opens("09:00-12:00", on=[0])}, {SEA: opens("09:00-12:00", on=[0])}):
        assert stays(a_house(known={"hours": hours}), 2) == ["04 15:00 to 06 11:00"]


@pytest.mark.parametrize("whose", [None, SEA])
def test_a_day_off_takes_the_night_that_begins_on_it_and_not_the_departure(whose: int | None) -> None:
    for closed in ({"off": {whose: {SUNDAY}}}, {"special": {whose: {SUNDAY: []}}}):
        house = a_house(known=closed)
        days = [FRIDAY, SATURDAY, SUNDAY, MONDAY]
        assert stays(house, 1, days) == [
            "04 15:00 to 05 11:00",
            "05 15:00 to 06 11:00",
            "07 15:00 to 08 11:00",
        ]
        assert stays(house, 2, days) == ["04 15:00 to 06 11:00", "07 15:00 to 09 11:00"]
        word = ["closed" if whose is None else "staff_off"]
        assert told(house, "15:00", "11:00", SATURDAY, nights=2) == word
        assert told(house, "15:00", "11:00", SUNDAY) == word


@pytest.mark.parametrize("whose", [None, SEA])
def test_hours_off_take_every_stay_they_cut(whose: int | None) -> None:
    bare = a_house()
    noon = a_house(known={"blocked": {whose: [span(bare, "11:00", "15:00")]}})
    assert stays(noon) == ["04 15:00 to 05 11:00"]
    night = a_house(known={"blocked": {whose: [(at(bare, "03:00", SUNDAY), at(bare, "03:01", SUNDAY))]}})
    assert stays(night, 1, [FRIDAY, SATURDAY, SUNDAY]) == ["04 15:00 to 05 11:00", "06 15:00 to 07 11:00"]


def test_any_of_several_flats_can_be_had_and_the_best_fit_is_taken() -> None:
    bare = a_house("2027-06-04", SEA, HILL)
    before = (at(bare, "15:00") - 10 * DAY, at(bare, "11:00"))
    house = a_house("2027-06-04", SEA, HILL, known={"busy": {HILL: [before]}})
    [slot] = open_slots(house, [FRIDAY], LONG_AGO)[FRIDAY]
    assert slot.free == ((SEA, HILL),)
    chosen = choose(house, slot.start, LONG_AGO, end=slot.end)
    assert chosen is not None
    assert chosen.resources == (HILL,)


def test_the_window_ends_with_the_day_of_arrival() -> None:
    house = a_house(advance_days=2)
    assert refusals(house, at(house, "15:00"), utc(at(house, "00:00") - 2 * DAY)) == ()
    assert refusals(house, at(house, "15:00"), utc(at(house, "00:00") - 2 * DAY - 1)) == (Refusal.TOO_FAR,)


def test_notice_counts_to_the_arrival() -> None:
    house = a_house(notice_amount=60)
    assert refusals(house, at(house, "15:00"), utc(at(house, "14:00"))) == ()
    assert refusals(house, at(house, "15:00"), utc(at(house, "14:01"))) == (Refusal.TOO_SOON,)


def test_a_month_is_looked_at_at_once() -> None:
    house = a_house()
    days = days_between(house.first, house.last)
    assert days_with_room(house, days, LONG_AGO, units=7) == set(days)
    assert len(next_free(house, at(house, "15:01"), LONG_AGO, units=7)) == 3


def test_days_the_facts_do_not_reach_are_refused_rather_than_guessed() -> None:
    house = a_house(until="2027-06-04")
    for facts in (house, a_salon(service=a_service(capacity=8))):
        with pytest.raises(ValueError, match="not loaded"):
            open_slots(facts, [FRIDAY, SATURDAY], LONG_AGO)


# Minute by minute


class Slow(Asked):
    """Looks at every minute of a stay."""

    def stay(self, day: date, nights: int) -> Interval:
        return (
            self.clock.opening(day, self.service.arrival),
            self.clock.closing(day + timedelta(nights), self.service.departure),
        )

    def taken(self, space: int, stay: Interval) -> bool:
        minutes = range(stay[0] - self.service.before, stay[1] + self.service.after)
        return not self.busy.get(space, set()).isdisjoint(minutes)

    def gap(self, space: int, stay: Interval) -> int:
        busy = self.busy.get(space, set())
        before = [stay[0] - it - 1 for it in busy if it < stay[0]]
        after = [it - stay[1] for it in busy if it >= stay[1]]
        return min(before, default=FOREVER) + min(after, default=FOREVER)

    def against(self, it: Member, stay: Interval) -> Iterator[str]:
        if self.is_away(None, *stay):
            yield "closed"
        if self.is_away(it.resource, *stay):
            yield "staff_off"
        if self.taken(it.resource, stay):
            yield "busy"
        if self.is_too_soon(stay[0]):
            yield "too_soon"
        if self.is_too_far(stay[0]):
            yield "too_far"
        if self.is_limited(it, self.day_of(stay[0])):
            yield "limit"
        if self.places > 1:
            yield "full"

    @property
    def spaces(self) -> list[Member]:
        asked = [it for it in self.service.performers if it.resource in self.only]
        return asked if self.only else list(self.service.performers)


@st.composite
def houses(draw: st.DrawFn) -> Case:
    """One to three flats over a few days."""
    spaces = [SEA, HILL, 13][: draw(st.integers(1, 3))]
    fewest = draw(st.integers(1, 3))
    members = tuple(Member(it, daily_limit=draw(OPTIONAL_LIMIT)) for it in spaces)
    service = a_service(
        Need(1, members, kind="space"),
        unit="night",
        minutes=None,
        arrival=draw(st.integers(0, DAY + 200)) % DAY,
        departure=draw(st.integers(0, DAY + 200)) % DAY,
        min_units=fewest,
        max_units=fewest + draw(st.integers(0, 2)),
        before=draw(st.sampled_from([0, 0, 60])),
        after=draw(st.sampled_from([0, 0, 180, 2880])),
        notice_amount=draw(st.sampled_from([0, 0, 1, 300])),
        notice_unit=draw(st.sampled_from(["minutes", "days"])),
        advance_days=draw(st.sampled_from([None, 0, 1, 2])),
        daily_limit=draw(OPTIONAL_LIMIT),
    )
    calendar = draw(calendars(spaces, most=3))
    begin = calendar.clock.opening(calendar.first, 0)
    facts = facts_of(
        calendar,
        service=service,
        busy={it: draw(stretches_after(begin, most=2)) for it in spaces},
        booked=draw(counts(days_around(calendar), [None, *spaces])),
        customer_room=draw(st.sampled_from([None] * 9 + [0])),
    )
    return Case(
        facts,
        draw(moments(begin)),
        tuple(draw(few_of(spaces))),
        draw(st.none() | st.integers(max(1, fewest - 1), fewest + 3)),
        draw(st.sampled_from([1] * 9 + [2])),
    )


@slowly
@given(houses())
def test_what_is_offered_is_what_every_minute_of_every_space_allows(case: Case) -> None:
    facts, service = case.facts, case.facts.service
    slow = Slow(facts, case.now, **case.wish, more=service.max_units + 2)
    days = days_between(facts.first, facts.last)
    nights = case.units or service.min_units
    found = open_slots(facts, days, case.now, **case.wish)
    for day in days:
        stay = slow.stay(day, nights)
        free = [it.resource for it in slow.spaces if not set(slow.against(it, stay))]
        in_bounds = service.min_units <= nights <= service.max_units and stay[1] > stay[0]
        assert found[day] == ([Slot(*stay, (tuple(free),))] if free and in_bounds else [])
        if not in_bounds:
            continue
        for it in slow.spaces:
            told = refusals(facts, stay[0], case.now, end=stay[1], only=[it.resource], places=case.places)
            assert set(map(str, told)) == set(slow.against(it, stay))
        chosen = choose(facts, stay[0], case.now, end=stay[1], only=case.only, places=case.places)
        best = min(free, key=lambda it: (slow.gap(it, stay), it), default=None)
        assert (chosen and chosen.resources) == (best and (best,))
        if chosen:
            for _, resource, start, end in stretches(service, chosen.resources, *stay):
                assert slow.busy[resource].isdisjoint(range(start, end))
    assert days_with_room(facts, days, case.now, **case.wish) == {day for day in days if found[day]}


@slowly
@given(houses(), st.integers(-4000, 4000), st.integers(1, 4 * DAY))
def test_only_stays_can_be_had(case: Case, begin: int, length: int) -> None:
    facts, service = case.facts, case.facts.service
    first, last = facts.window
    start = min(max(first, first + begin), last - 1)
    end = min(start + length, start + service.longest)
    slow = Slow(facts, case.now, more=service.max_units + 2)
    is_stay = any(
        slow.stay(day, nights) == (start, end)
        for day in slow.days[: -service.max_units - 1]
        for nights in range(service.min_units, service.max_units + 1)
    )
    told = refusals(facts, start, case.now, end=end)
    assert (Refusal.OFF_GRID in told) is not is_stay
