"""A cancelled booking is taken back while another customer books the time it gave back."""

from functools import partial

import pytest

from tests.races import acts
from tests.races.clients import browser, flows, hold, later, next_open
from tests.races.crew import DONE, done
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.places import Left, Place, a_class, a_place, a_service, either_way, left
from tests.serving import Served

pytestmark = pytest.mark.race
AT = next_open(10)
UNDONE = Left(live=1, dead=0, taken=1, holds=0, customers=1, confirmations=2, timeless=0)
BOOKED = Left(live=1, dead=1, taken=1, holds=1, customers=1, confirmations=1, timeless=0)


def a_visit(served: Served) -> tuple[Place, int]:
    """Somebody's booking, which is cancelled."""
    place = a_place(served)
    booking, _ = done(served, acts.book, place.business, place.wish(AT))
    done(served, acts.cancel, place.business, booking)
    return place, booking


def a_class_place(served: Served) -> tuple[Place, int]:
    """Somebody's place on a date of a class that is cancelled; its trainer does something else, too."""
    place, date, booking = a_class(served, AT, 8, 7)
    done(served, acts.cancel_date, place.business, date)
    return place._replace(service=a_service(served, place, place.people)), booking


def race(served, crew, make, order=None, after=0.0):
    """What the member is told who undoes a cancellation, the code the customer gets, and what is left."""
    place, booking = make(served)
    [token] = flows(served, place.business, 1)
    with browser(served.url) as client:
        calls = {
            "member": later(after, crew.act(served, acts.undo, place.business, booking)),
            "customer": partial(hold, client, place.page, token, place.service, AT),
        }
        outcome = either_way(served, place.business, calls, order)
    return outcome["member"].word, outcome["customer"].status_code, left(served, place.business)


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        (["member", "customer"], (DONE, 409, UNDONE)),
        (["customer", "member"], ("SlotTaken", 303, BOOKED)),
    ],
)
@pytest.mark.parametrize("make", [a_visit, a_class_place])
def test_who_has_the_lock_first_has_the_time_that_was_given_back(served, crew, make, order, outcome):
    assert race(served, crew, make, order) == outcome


@pytest.mark.parametrize("make", [a_visit, a_class_place])
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_time_that_was_given_back_is_taken_back_or_booked_and_never_both(served, crew, make, round_):
    outcome = race(served, crew, make, after=round_ * 0.008)
    assert outcome in [(DONE, 409, UNDONE), ("SlotTaken", 303, BOOKED)]


@pytest.mark.parametrize("make", [a_visit, a_class_place])
def test_without_lock_and_constraint_it_is_taken_back_and_booked(unguarded, crew, make):
    """The negative control of the test above."""
    assert goes_wrong(
        lambda round_: race(unguarded, crew, make, after=round_ % 10 * 0.004)[:2] == (DONE, 303)
    )
