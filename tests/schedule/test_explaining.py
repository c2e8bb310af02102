"""Why a time is not offered: the picture of a day against the judgement of each single start."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.intervals import contains, subtract
from app.schedule.explaining import Explanation
from app.schedule.facts import ClassDate, Member
from app.schedule.judging import refusals, why_not
from app.schedule.slots import open_slots
from app.schedule.verdict import Refusal
from tests.schedule.examples import (
    ANA,
    BEN,
    FIRST_ROOM,
    LONG_AGO,
    a_salon,
    a_service,
    at,
    clock,
    in_one_of,
    opens,
    performed_by,
    span,
)
from tests.schedule.strategies import Case, cases

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))


def explained(facts, now=LONG_AGO):
    return Explanation(facts, facts.first, now)


def told(facts, intervals):
    """Starts as people write them, the last one included."""
    return [f"{clock(facts, start)}-{clock(facts, end - 1)}" for start, end in intervals]


def starts_to_try(explanation: Explanation, minutes: list[int]) -> set[int]:
    """Every offered start, some odd minutes, and both sides of each edge there is."""
    first, last = explanation.span
    edges = {
        edge + more
        for track in explanation.tracks
        for those in track.blocked.values()
        for it in those
        for edge in it
        for more in (-1, 0)
    }
    odd = {first + minute % (last - first) for minute in minutes}
    return {it for it in odd | edges | {slot.start for slot in explanation.offered} if first <= it < last}


@slowly
@given(cases(), st.lists(st.integers(0, 2879), max_size=20))
def test_every_start_of_the_picture_is_judged_as_the_engine_judges_it(case: Case, minutes: list[int]) -> None:
    facts = case.facts.narrowed(case.only)
    explanation = Explanation(facts, facts.first, case.now)
    offered = {slot.start for slot in open_slots(facts, [facts.first], case.now)[facts.first]}
    assert offered == {slot.start for slot in explanation.offered}
    for start in starts_to_try(explanation, minutes):
        why = explanation.why(start)
        assert next(iter(why), None) == why_not(facts, start, case.now)
        if explanation.starts.day_of(start) == explanation.day:
            assert (not why) == (start in offered)
        for track in explanation.tracks:
            only = [track.performer.resource] if track.performer else []
            single = set(refusals(facts, start, case.now, only=only))
            if len(facts.service.needs) == 1 or not only:
                assert set(track.refused(start)) == single - {Refusal.OFF_GRID}
            on_steps = any(start in run for run in track.steps)
            if on_steps and not track.refused(start):
                assert start in offered
        assert explanation.why_with(explanation.judged(start), start) == why


@slowly
@given(cases())
def test_the_pieces_of_a_day_are_the_whole_day_and_say_what_the_engine_says_first(case: Case) -> None:
    facts = case.facts.narrowed(case.only)
    explanation = Explanation(facts, facts.first, case.now)
    pieces = explanation.pieces
    assert (pieces[0].start, pieces[-1].end) == explanation.span
    assert all(one.end == other.start for one, other in pairwise(pieces))
    for piece in pieces:
        for start in {piece.start, piece.end - 1}:
            why = explanation.why(start)
            could = any(not track.refused(start) for track in explanation.tracks)
            assert (piece.refusal is None) == could
            if not why:
                assert piece.refusal is None
            elif len(explanation.tracks) == 1:
                assert why[0] == (piece.refusal or Refusal.OFF_GRID)
    for track in explanation.tracks:
        for refusal, inside in track.inside.items():
            assert not subtract(inside, track.blocked[refusal])


def test_a_taken_hour_blocks_what_would_last_into_it():
    facts = a_salon(service=a_service(after=15))
    facts = replace(facts, busy={ANA: [span(facts, "10:00", "11:00")]})
    (track,) = explained(facts).tracks
    assert told(facts, track.blocked[Refusal.BUSY]) == ["09:16-10:59"]
    assert told(facts, track.inside[Refusal.BUSY]) == ["10:00-10:59"]
    assert explained(facts).near(at(facts, "10:30")) == [at(facts, "09:15"), at(facts, "11:00")]


def test_a_break_restarts_the_steps_and_is_of_the_person_alone():
    facts = a_salon(
        hours={None: opens("09:00-18:00"), ANA: opens("09:00-12:40", "13:10-18:00")},
        service=a_service(step=30),
    )
    (track,) = explained(facts).tracks
    assert told(facts, track.inside[Refusal.STAFF_OFF])[1:2] == ["12:40-13:09"]
    assert [clock(facts, run[0]) for run in track.steps] == ["09:00", "13:10"]
    assert explained(facts).why(at(facts, "12:15")) == (Refusal.STAFF_OFF, Refusal.OFF_GRID)


def test_whoever_comes_nearest_is_the_one_that_is_told_about():
    facts = a_salon(
        service=a_service(performed_by(ANA, BEN)),
        hours={None: opens("09:00-18:00"), BEN: opens("14:00-18:00")},
        booked={},
    )
    facts = replace(facts, busy={ANA: [span(facts, "10:00", "11:00")]})
    explanation, start = explained(facts), at(facts, "10:00")
    assert explanation.why(start) == (Refusal.BUSY,)
    assert explanation.judged(start).performer == Member(ANA)
    by_refusal = {piece.refusal for piece in explanation.pieces}
    assert by_refusal == {None, Refusal.BUSY, Refusal.CLOSED}


def test_a_room_that_is_taken_and_nobody_at_all():
    facts = a_salon(service=a_service(performed_by(ANA), in_one_of(FIRST_ROOM)))
    facts = replace(facts, busy={FIRST_ROOM: [span(facts, "10:00", "11:00")]})
    (track,) = explained(facts).tracks
    assert told(facts, track.blocked[Refusal.NO_ROOM]) == ["09:31-10:59"]
    nobody = explained(a_salon(service=replace(a_service(), needs=())))
    assert nobody.offered == []
    assert nobody.why(at(nobody.facts, "10:00")) == (Refusal.STAFF_OFF,)
    assert all(contains(nobody.tracks[0].blocked[Refusal.STAFF_OFF], it) for it in nobody.span[:1])


def test_an_evening_past_midnight_belongs_to_the_day_it_began_on():
    facts = a_salon(hours={None: opens("18:00-26:00")}, until="2027-06-05")
    explanation = explained(facts)
    assert [clock(facts, it) for it in explanation.span] == ["02:00", "02:00"]
    assert explanation.why(at(facts, "01:30", facts.last)) == ()
    assert explanation.why(at(facts, "02:00", facts.last)) == (Refusal.CLOSED,)


def test_on_the_night_the_clock_is_put_back_both_hours_are_there():
    facts = a_salon("2027-10-31", hours={None: opens("00:00-24:00")})
    explanation = explained(facts)
    assert explanation.span[1] - explanation.span[0] == 25 * 60
    assert len(explanation.offered) == 25 * 4


def test_a_class_is_its_dates_and_a_night_its_arrival():
    facts = a_salon(service=a_service(capacity=8))
    start, end = span(facts, "10:00", "11:00")
    facts = replace(facts, classes=[ClassDate(start, end, 1, (ANA,), 0)])
    explanation = explained(facts)
    assert [(it.start, it.refused, it.left) for it in explanation.set_times] == [(start, (Refusal.FULL,), 0)]
    assert explanation.why(start + 5) == (Refusal.OFF_GRID,)
    assert explanation.tracks == []
    night = a_salon(service=a_service(unit="night", minutes=None, arrival=15 * 60, departure=11 * 60))
    (stay,) = explained(night).set_times
    assert (clock(night, stay.start), stay.refused) == ("15:00", ())


def test_before_the_notice_and_after_the_window_nothing_can_begin():
    facts = a_salon(service=a_service(notice_amount=120, advance_days=0), day="2027-01-01")
    now = LONG_AGO + timedelta(hours=10)
    (track,) = explained(facts, now).tracks
    assert told(facts, track.blocked[Refusal.TOO_SOON]) == ["00:00-12:59"]
    later = a_salon(service=a_service(advance_days=0), day="2027-01-02")
    assert explained(later, now).why(at(later, "10:00")) == (Refusal.TOO_FAR,)
