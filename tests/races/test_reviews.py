"""Somebody who presses "Publish" on every device at once, and what it adds up to."""

from datetime import timedelta
from functools import partial

import pytest

from app.core import clock
from app.core.db import db
from app.reviews.finding import review_token
from tests.factories import a_business, a_visit
from tests.races.clients import at_once, browser
from tests.races.effort import goes_wrong
from tests.races.places import count
from tests.serving import Served

pytestmark = pytest.mark.race
DEVICES = 12
WRITTEN = "SELECT count(*) FROM reviews WHERE business_id = :business"
COUNTED = """SELECT coalesce(sum(ones + twos + threes + fours + fives), 0) FROM ratings
              WHERE business_id = :business AND subject_kind = 'business'"""


def links(served: Served, visits: int) -> tuple[int, list[str]]:
    """The links of so many visits of one business that are over."""
    with served.app.app_context():
        business = a_business()
        began = clock.now() - timedelta(hours=2)
        visited = [a_visit(business, began - timedelta(hours=it), status="completed") for it in range(visits)]
        for booking in visited:
            booking.appointment.places_taken = booking.places
        db.session.commit()
        return business.id, [f"/reviews/{review_token(it)}" for it in visited]


def race(served: Served, visits: int, devices: int) -> tuple[int, list[int]]:
    """What so many devices are told for each of so many visits, all at once."""
    business, addresses = links(served, visits)
    with browser(served.url) as client:
        calls = [
            partial(client.post, address, data={"stars": str(1 + number % 5)})
            for address in addresses
            for number in range(devices)
        ]
        return business, [it.status_code for it in at_once(calls)]


def test_one_visit_has_one_review_however_often_it_is_sent(served):
    business, codes = race(served, 1, DEVICES)
    assert sorted(codes) == [303] + [409] * (DEVICES - 1)
    assert (count(served, business, WRITTEN), count(served, business, COUNTED)) == (1, 1)


def test_all_reviews_of_one_moment_are_counted(served):
    business, codes = race(served, DEVICES, 1)
    assert codes == [303] * DEVICES
    assert (count(served, business, WRITTEN), count(served, business, COUNTED)) == (DEVICES, DEVICES)


def test_without_its_index_a_visit_has_two_reviews(unguarded):
    """The negative control: who only looks whether there is one writes a second."""
    assert goes_wrong(lambda _: race(unguarded, 1, 8)[1].count(303) > 1)
