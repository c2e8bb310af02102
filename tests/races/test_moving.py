"""Appointments are moved and exchanged while others want the same time, or want them elsewhere."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete

from app.appointments import moving
from app.core.db import db
from app.schedule import allocating
from app.schedule.models import Allocation
from app.schedule.wall_clock import epoch_minute
from tests.races import acts
from tests.races.clients import at_once, browser, flows, hold, later, next_open
from tests.races.crew import DONE, done, perform
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken
from tests.races.places import Place, a_place, appointment, either_way
from tests.serving import Served

pytestmark = pytest.mark.race
TEN = next_open(10)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
IN_TURN = ["mover", "booker"], ["booker", "mover"]


def booked(served: Served, place: Place, *hours: int) -> list[int]:
    """The appointments of somebody at each of these hours."""
    return [done(served, acts.book, place.business, place.wish(TEN.replace(hour=hour)))[1] for hour in hours]


def start_of(served, place, appointment_id):
    """When it begins and ends; all that is told and taken agrees with that, or an invariant is broken."""
    found = appointment(served, place, appointment_id)
    assert found.live
    assert found.ends_at - found.starts_at == HOUR
    return found.starts_at


def moved_while_booked(served, crew, to, wanted, order=None, after=0.0):
    """Somebody moves the appointment of ten o'clock, another one books over HTTP: word, code, and where it is then.

    At twelve somebody else is booked.
    """
    place = a_place(served, minutes=60)
    ten, _twelve = booked(served, place, 10, 12)
    [token] = flows(served, place.business, 1)
    with browser(served.url) as client:
        calls = {
            "mover": later(after, crew.act(served, acts.move, place.business, ten, epoch_minute(to))),
            "booker": partial(hold, client, place.page, token, place.service, wanted),
        }
        outcome = either_way(served, place.business, calls, order)
    return outcome["mover"].word, outcome["booker"].status_code, start_of(served, place, ten), place


@pytest.mark.parametrize("order", IN_TURN)
def test_who_has_the_lock_first_has_the_time_that_one_moves_to_and_another_books(served, crew, order):
    to = TEN.replace(hour=14)
    outcome = moved_while_booked(served, crew, to, to, order)[:3]
    assert outcome == ((DONE, 409, to) if order[0] == "mover" else ("SlotTaken", 303, TEN))


@pytest.mark.parametrize("round_", range(2 * ROUNDS))
def test_a_time_is_moved_into_or_booked_and_never_both(served, crew, round_):
    to = TEN.replace(hour=14)
    outcome = moved_while_booked(served, crew, to, to, after=round_ * 0.004)[:3]
    assert outcome in [(DONE, 409, to), ("SlotTaken", 303, TEN)]


def test_without_lock_and_constraint_a_time_is_moved_into_and_booked(unguarded, crew):
    """The negative control of the test above."""

    def fails(round_: int) -> bool:
        to = TEN.replace(hour=14)
        *outcome, place = moved_while_booked(unguarded, crew, to, to, after=round_ % 10 * 0.004)
        return outcome == [DONE, 303, to] and "a resource is taken twice" in broken(
            unguarded, place.business - 1
        )

    assert goes_wrong(fails)


class Halfway:
    """Stops a move that is made in this process between giving the old time back and taking the new one."""

    def __init__(self, release: Callable[[int, int], None]) -> None:
        self._release = release
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __call__(self, business: int, appointment: int) -> None:
        self._release(business, appointment)
        self.reached.set()
        assert self.go_on.wait(5)


def booked_halfway(served, monkeypatch, to, wanted, release=allocating.release):
    """What the one is told who moves the appointment of ten o'clock, and one who books when it has let go of its time.

    At twelve somebody else is booked.
    """
    place = a_place(served, minutes=60)
    ten, _twelve = booked(served, place, 10, 12)
    [token] = flows(served, place.business, 1)
    halfway = Halfway(release)
    monkeypatch.setattr(moving, "release", halfway)
    with ThreadPoolExecutor(1) as pool, browser(served.url) as client:
        move = pool.submit(perform, served.app, acts.move, place.business, ten, epoch_minute(to))
        assert halfway.reached.wait(5)
        answer = hold(client, place.page, token, place.service, wanted)
        halfway.go_on.set()
        return move.result().word, answer.status_code, start_of(served, place, ten)


@pytest.mark.parametrize("wanted", [TEN, TEN + QUARTER, TEN - QUARTER])
def test_nobody_gets_the_old_time_while_a_move_is_refused(served, monkeypatch, wanted):
    to = TEN.replace(hour=12) - QUARTER
    assert booked_halfway(served, monkeypatch, to, wanted) == ("SlotTaken", 409, TEN)


def test_nobody_gets_the_old_time_while_an_appointment_moves_by_a_quarter(served, monkeypatch):
    outcome = booked_halfway(served, monkeypatch, TEN + QUARTER, TEN)
    assert outcome == (DONE, 409, TEN + QUARTER)


def test_without_the_lock_a_move_in_two_transactions_loses_its_old_time(unguarded, monkeypatch):
    """The negative control of the two tests above."""

    def release_for_good(business: int, appointment: int) -> None:
        with db.engine.begin() as connection:
            connection.execute(delete(Allocation).filter_by(business_id=business, appointment_id=appointment))

    outcome = booked_halfway(unguarded, monkeypatch, TEN.replace(hour=12), TEN, release_for_good)
    assert outcome == ("SlotTaken", 303, TEN)


def dragged(served, crew, make):
    """What members are told who all do something to three appointments at once, and where those are then."""
    place = a_place(served, minutes=60)
    three = booked(served, place, 10, 11, 12)
    version = appointment(served, place, three[0]).version
    calls = [crew.act(served, act, place.business, *args) for act, *args in make(three, version)]
    words = [outcome.word for outcome in at_once(calls)]
    return words, [start_of(served, place, it) for it in three], place


def hours(starts):
    return [start.astimezone(TEN.tzinfo).hour for start in starts]


def to_two_places(three, version):
    """Two members drag the same appointment, as both saw it, to different times."""
    return [(acts.move, three[0], epoch_minute(TEN.replace(hour=hour)), version) for hour in (14, 15)]


def into_one_place(three, version):
    """Two members drag different appointments to the same time."""
    return [(acts.move, it, epoch_minute(TEN.replace(hour=14)), version) for it in three[:2]]


def into_each_other(three, version):
    """Two members drag two appointments to where the other one is."""
    ten, eleven = (epoch_minute(TEN.replace(hour=hour)) for hour in (10, 11))
    return [(acts.move, three[0], eleven, version), (acts.move, three[1], ten, version)]


def crossing_swaps(three, version):
    """Two members exchange the same two, one seen from this side and one from that."""
    versions = version, version
    return [(acts.swap, *three[:2], versions), (acts.swap, *three[1::-1], versions)]


def swaps_in_a_circle(three, version):
    """Each member exchanges two of three."""
    versions = version, version
    return [(acts.swap, three[number], three[number - 1], versions) for number in range(3)]


@pytest.mark.parametrize(
    ("make", "loser"),
    [
        (to_two_places, "ChangedMeanwhile"),
        (into_one_place, "SlotTaken"),
        (crossing_swaps, "ChangedMeanwhile"),
        (swaps_in_a_circle, "ChangedMeanwhile"),
    ],
)
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_member_is_heard_and_the_others_are_told_so(served, crew, make, loser, round_):
    words, starts, _ = dragged(served, crew, make)
    assert sorted(words) == sorted([DONE, *[loser] * (len(words) - 1)])
    winner = words.index(DONE)
    assert (
        hours(starts)
        == {
            to_two_places: [[14, 11, 12], [15, 11, 12]],
            into_one_place: [[14, 11, 12], [10, 14, 12]],
            crossing_swaps: [[11, 10, 12]] * 2,
            swaps_in_a_circle: [[12, 11, 10], [11, 10, 12], [10, 12, 11]],
        }[make][winner]
    )


@pytest.mark.parametrize("make", [to_two_places, into_one_place, crossing_swaps])
def test_without_the_lock_more_than_one_member_is_heard(unguarded, crew, make):
    """The negative control of the test above."""
    assert goes_wrong(lambda _: dragged(unguarded, crew, make)[0].count(DONE) > 1)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_who_are_moved_to_where_the_other_is_both_stay(served, crew, round_):
    words, starts, _ = dragged(served, crew, into_each_other)
    assert words == ["SlotTaken"] * 2
    assert hours(starts) == [10, 11, 12]
