"""Ten people do it, and everybody wants the same time with anybody: ten are served, each by somebody else."""

from functools import partial

import pytest

from tests.races.clients import at_once, browser, flows, hold, next_open
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken
from tests.races.places import Left, a_place, count, left
from tests.serving import Served

pytestmark = pytest.mark.race
PEOPLE = 10
CLIENTS = 200

ALL_TAKEN = Left(live=10, dead=0, taken=10, holds=10, customers=0, confirmations=0, timeless=0)
BUSY = "SELECT count(DISTINCT resource_id) FROM allocations WHERE business_id = :business AND live"


def race(served: Served, clients: int) -> tuple[list[int], int]:
    """The answers to so many clients, and the business."""
    place = a_place(served, PEOPLE)
    tokens = flows(served, place.business, clients)
    with browser(served.url) as client:
        wish = (place.service, next_open(10))
        answers = at_once([partial(hold, client, place.page, token, *wish) for token in tokens])
    return [answer.status_code for answer in answers], place.business


def test_of_two_hundred_clients_exactly_ten_get_one_of_ten_people_each(served):
    codes, business = race(served, CLIENTS)
    assert (codes.count(303), codes.count(409)) == (PEOPLE, CLIENTS - PEOPLE)
    assert left(served, business) == ALL_TAKEN
    assert count(served, business, BUSY) == PEOPLE


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_nobody_is_refused_while_one_of_ten_is_free(served, round_):
    codes, business = race(served, PEOPLE)
    assert codes == [303] * PEOPLE
    assert count(served, business, BUSY) == PEOPLE


def test_without_lock_and_constraint_somebody_is_taken_twice_while_another_is_free(unguarded):
    """The negative control of the tests above."""

    def fails(_round: int) -> bool:
        codes, business = race(unguarded, PEOPLE)
        twice = "a resource is taken twice" in broken(unguarded, business - 1)
        return twice and codes.count(303) > count(unguarded, business, BUSY)

    assert goes_wrong(fails)
