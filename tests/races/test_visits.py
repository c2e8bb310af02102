"""Visits of several parts and series of dates, made at the same time by several processes: whole, or not at all."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.schedule.wall_clock import epoch_minute
from tests.races import acts
from tests.races.clients import at_once, next_open
from tests.races.crew import DONE, perform
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken
from tests.races.places import a_place, a_service
from tests.serving import Served

pytestmark = pytest.mark.race
AT = epoch_minute(next_open(10))
DATES = 4
SIZES = """SELECT count(*) FROM bookings WHERE business_id = :business AND live
            GROUP BY {} ORDER BY 1"""
DEAD = "SELECT count(*) FROM appointments WHERE business_id = :business AND NOT live"


def sizes(served: Served, business: int, by: str) -> list[int]:
    """Of how many bookings each visit or series is; that nothing else is left of one was looked at."""
    with served.app.app_context():
        assert db.session.execute(sa.text(DEAD), {"business": business}).scalar_one() == 0
        return list(db.session.scalars(sa.text(SIZES.format(by)), {"business": business}))


def visits(served, crew):
    """What those are told who want two services after each other, some of them both with the same person.

    Starts are half an hour apart, as long as a service, so that each wants what another one wants, too.
    """
    place = a_place(served, 2)
    both = place.service, a_service(served, place, place.people)
    wishes = [
        acts.visit(both, AT + 30 * (number % 4), place.people[0] if number % 3 == 0 else None)
        for number in range(16)
    ]
    outcomes = at_once([crew.act(served, acts.book, place.business, wish) for wish in wishes])
    return [outcome.word for outcome in outcomes], wishes, place


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_visit_is_booked_with_all_its_parts_or_not_at_all(served, crew, round_):
    words, wishes, place = visits(served, crew)
    assert set(words) == {DONE, "SlotTaken"}
    assert sizes(served, place.business, "visit") == [2] * words.count(DONE)
    again = [
        perform(served.app, acts.book, place.business, wish).word
        for word, wish in zip(words, wishes, strict=True)
        if word != DONE
    ]
    assert set(again) == {"SlotTaken"}, "somebody was refused although their time was free"


def parties(served, crew):
    """What those are told who want to come with somebody, at four times, where two people work."""
    place = a_place(served, 2)
    wishes = [acts.for_two(place.service, AT + 30 * (number % 4)) for number in range(16)]
    outcomes = at_once([crew.act(served, acts.book, place.business, wish) for wish in wishes])
    return [outcome.word for outcome in outcomes], wishes, place


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_are_booked_together_or_not_at_all(served, crew, round_):
    words, _wishes, place = parties(served, crew)
    assert sorted(words) == sorted(["SlotTaken"] * 12 + [DONE] * 4)
    assert sizes(served, place.business, "visit") == [2] * 4


def series(served, crew):
    """What those are told who want one time on four days; each has one date in common with the others before and after.

    Meanwhile visits of a single date want some of them, too.
    """
    place = a_place(served)
    weeks = [timedelta(weeks=number) for number in range(DATES)]
    first = next_open(10)
    wishes = [
        [place.wish(first + week + timedelta(days=7 * number)) for week in weeks] for number in range(4)
    ]
    single = [place.wish(first + week) for week in weeks]
    calls = [crew.act(served, acts.book_series, place.business, those) for those in wishes]
    calls += [crew.act(served, acts.book, place.business, wish) for wish in single]
    outcomes = at_once(calls)
    return [outcome.word for outcome in outcomes], place


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_series_is_booked_on_all_its_dates_or_on_none(served, crew, round_):
    words, place = series(served, crew)
    whole, single = words[:4], words[4:]
    assert set(whole) <= {DONE, "DatesTaken"}
    assert set(single) <= {DONE, "SlotTaken"}
    sizes_ = sizes(served, place.business, "coalesce(series, visit)")
    assert sizes_ == [1] * single.count(DONE) + [DATES] * whole.count(DONE)
    assert DONE in words


@pytest.mark.parametrize("race", [visits, parties, series])
def test_without_lock_and_constraint_two_have_the_same_time(unguarded, crew, race):
    """The negative control of the tests above."""

    def fails(_round: int) -> bool:
        *_, place = race(unguarded, crew)
        return "a resource is taken twice" in broken(unguarded, place.business - 1)

    assert goes_wrong(fails)
