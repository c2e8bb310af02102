"""Fifty clients, one place: the promise the product stands on, and the proof that the test would notice."""

from functools import partial

import pytest

from tests.races.clients import at_once, browser, hold, led_to, next_open
from tests.races.effort import goes_wrong
from tests.races.places import a_place, count
from tests.serving import Served

pytestmark = pytest.mark.race
CLIENTS = 50


def race(served: Served, hour: int) -> tuple[list[int], list[str], int]:
    """The answers of all clients to one place, and the business it was at."""
    page, business, service, _ = a_place(served)
    with browser(served.url) as client:
        tokens = served.tokens(page, CLIENTS)
        answers = at_once([partial(hold, client, page, token, service, next_open(hour)) for token in tokens])
    return [answer.status_code for answer in answers], [answer.text for answer in answers], business


@pytest.mark.parametrize("round_", range(3))
def test_fifty_clients_for_one_place_leave_one_winner_and_forty_nine_with_other_times(served, round_):
    codes, pages, business = race(served, 10 + round_)
    assert sorted(set(codes)) == [303, 409]
    assert codes.count(303) == 1
    losers = [page for code, page in zip(codes, pages, strict=True) if code == 409]
    assert all('name="start"' in page for page in losers)
    for table in ("bookings", "appointments", "holds"):
        assert count(served, business, f"SELECT count(*) FROM {table} WHERE business_id = :business") == 1
    assert (
        count(served, business, "SELECT count(*) FROM allocations WHERE business_id = :business AND live")
        == 1
    )
    assert count(served, business, "SELECT count(*) FROM idempotency_keys WHERE business_id = :business") == 1


def test_the_same_form_from_twenty_windows_is_one_booking_with_twenty_answers(served):
    page, business, service, _ = a_place(served)
    [token] = served.tokens(page, 1)
    with browser(served.url) as client:
        answers = at_once([partial(hold, client, page, token, service, next_open(10)) for _ in range(20)])
    assert {answer.status_code for answer in answers} == {303}
    assert len({led_to(answer) for answer in answers}) == 1
    assert count(served, business, "SELECT count(*) FROM bookings WHERE business_id = :business") == 1


def test_without_lock_and_constraint_two_clients_win(unguarded):
    """The negative control: if this finds no second winner, the tests above prove nothing."""
    assert goes_wrong(lambda _: race(unguarded, 10)[0].count(303) > 1)
