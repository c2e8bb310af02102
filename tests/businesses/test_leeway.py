"""How much customers may change."""

import pytest

from app.businesses.leeway import Leeway, leeway_of
from app.dates import lead_time
from tests.factories import a_business

STRICT = Leeway(move=False, cancel=False, until_min=2880, most_moves=1)
FREE = Leeway(move=True, cancel=True, until_min=60, most_moves=None)


def test_of_two_the_more_generous_counts_each_freedom_by_itself():
    assert STRICT.or_more(FREE) == FREE.or_more(STRICT) == FREE
    one, other = Leeway(True, False, 1440, 3), Leeway(False, True, 2880, 5)
    assert one.or_more(other) == Leeway(True, True, 1440, 5)
    assert STRICT.or_more(STRICT) == STRICT


@pytest.mark.parametrize("leeway", [STRICT, FREE])
def test_it_is_read_as_it_was_written(leeway):
    assert Leeway.read(leeway.written) == leeway


def test_a_business_begins_with_a_day_and_three_moves(app):
    assert leeway_of(a_business()) == Leeway(True, True, 1440, 3)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (30, "30 minutes"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (1440, "24 hours"),
        (4320, "72 hours"),
        (10080, "7 days"),
        (4380, "73 hours"),
    ],
)
def test_a_lead_is_told_as_people_say_it(app, minutes, words):
    with app.test_request_context():
        assert lead_time(minutes) == words
