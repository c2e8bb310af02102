"""Two services take the same people and rooms, one the room first, the other the person: nobody waits in a circle."""

from functools import partial

import pytest

from tests.races.clients import at_once, browser, flows, hold, next_open
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken
from tests.races.places import Place, a_place, a_service, count, rooms_at
from tests.serving import Served

pytestmark = pytest.mark.race
CLIENTS = 12  # of each service
PLACES = 2  # as many as rooms, and as many as pairs of people

TAKEN = "SELECT count(*) FROM allocations WHERE business_id = :business AND live"
DIFFERENT = "SELECT count(DISTINCT resource_id) FROM allocations WHERE business_id = :business AND live"
DEADLOCKS = "SELECT deadlocks + 0 * :business FROM pg_stat_database WHERE datname = current_database()"


def person_and_room(served: Served) -> tuple[Place, list[int]]:
    """One service is performed by a person in a room, the other is a room with somebody who is in attendance."""
    place = a_place(served, PLACES)
    rooms = rooms_at(served, place, PLACES)
    return place, [
        a_service(served, place, place.people, rooms),
        a_service(served, place, rooms, place.people),
    ]


def two_people(served: Served) -> tuple[Place, list[int]]:
    """Two who do both services for four hands together, each as the first in one of them."""
    place = a_place(served, 2 * PLACES)
    some, others = place.people[:PLACES], place.people[PLACES:]
    return place, [a_service(served, place, some, others), a_service(served, place, others, some)]


def race(served: Served, make) -> tuple[list[int], int]:
    """The answers of all who want either service at the same time, in turn, and the business."""
    place, services = make(served)
    tokens = flows(served, place.business, 2 * CLIENTS)
    wishes = [(place.page, token, services[number % 2], next_open(10)) for number, token in enumerate(tokens)]
    with browser(served.url) as client:
        answers = at_once([partial(hold, client, *wish) for wish in wishes])
    return [answer.status_code for answer in answers], place.business


@pytest.mark.parametrize("make", [person_and_room, two_people])
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_there_are_as_many_winners_as_places_and_no_deadlock(served, make, round_):
    before = count(served, 0, DEADLOCKS)
    codes, business = race(served, make)
    assert (codes.count(303), codes.count(409)) == (PLACES, 2 * CLIENTS - PLACES)
    assert count(served, business, TAKEN) == count(served, business, DIFFERENT) == 2 * PLACES
    assert count(served, 0, DEADLOCKS) == before


@pytest.mark.parametrize("make", [person_and_room, two_people])
def test_without_lock_and_constraint_a_person_or_a_room_is_taken_twice(unguarded, make):
    """The negative control of the test above."""

    def fails(_round: int) -> bool:
        codes, business = race(unguarded, make)
        return codes.count(303) > PLACES and "a resource is taken twice" in broken(unguarded, business - 1)

    assert goes_wrong(fails)
