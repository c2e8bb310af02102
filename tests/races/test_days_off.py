"""Somebody is told to be away, or the shop to be closed, while a customer books that day."""

from functools import partial

import pytest

from tests.races import acts
from tests.races.clients import browser, flows, hold, later, next_open
from tests.races.crew import DONE
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.places import a_place, count, either_way

pytestmark = pytest.mark.race
AT = next_open(10)
EDITS = ["close", "take_off", "shorten"]
LIVE = "SELECT id FROM bookings WHERE business_id = :business AND live UNION ALL SELECT 0 LIMIT 1"


def race(served, crew, edit, order=None, after=0.0):
    """The code the customer gets, the booking that lives (or 0), and those whoever edits the rules is shown."""
    place = a_place(served)
    [token] = flows(served, place.business, 1)
    whom = place.people if edit == "take_off" else ()
    with browser(served.url) as client:
        calls = {
            "member": later(after, crew.act(served, getattr(acts, edit), place.business, AT.date(), *whom)),
            "customer": partial(hold, client, place.page, token, place.service, AT),
        }
        outcome = either_way(served, place.business, calls, order)
    assert outcome["member"].word == DONE
    return outcome["customer"].status_code, count(served, place.business, LIVE), outcome["member"].value


@pytest.mark.parametrize("edit", EDITS)
def test_a_booking_that_was_first_is_listed_when_the_rules_change(served, crew, edit):
    code, booking, listed = race(served, crew, edit, ["customer", "member"])
    assert (code, listed) == (303, [booking])


@pytest.mark.parametrize("edit", EDITS)
def test_who_looked_before_the_rules_changed_is_refused_after_it(served, crew, edit):
    assert race(served, crew, edit, ["member", "customer"]) == (422, 0, [])


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("round_", range(2 * ROUNDS))
def test_a_booking_is_refused_or_listed_and_never_neither(served, crew, edit, round_):
    code, booking, listed = race(served, crew, edit, after=round_ * 0.003)
    assert (code, listed) == ((303, [booking]) if booking else (422, []))


@pytest.mark.parametrize("edit", EDITS)
def test_without_the_lock_somebody_books_a_day_off_and_is_on_nobodys_list(unguarded, crew, edit):
    """The negative control of the tests above."""

    def fails(round_: int) -> bool:
        code, booking, listed = race(unguarded, crew, edit, after=round_ % 10 * 0.003)
        return code == 303 and booking > 0 and listed == []

    assert goes_wrong(fails)
