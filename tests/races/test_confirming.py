"""A hold becomes a booking once, whoever else is after it at the same moment: twins, the clock, another customer."""

from functools import partial

import httpx
import pytest

from app.appointments.jobs import expire_holds
from tests.races import effort
from tests.races.clients import at_once, browser, confirm, flows, hold, later, led_to, next_open
from tests.races.effort import goes_wrong
from tests.races.places import Left, a_place, count, left, one_after_the_other, run_out
from tests.serving import Served

pytestmark = pytest.mark.race
TWINS = 20
ROUNDS = 2 * effort.ROUNDS  # The moments at which one form overtakes the other lie close together.

BOOKED = Left(live=1, dead=0, taken=1, holds=0, customers=1, confirmations=1, timeless=0)
HELD_BY_ANOTHER = Left(live=1, dead=1, taken=1, holds=1, customers=0, confirmations=0, timeless=0)
WAS = """SELECT count(*) FROM audit_events
          WHERE business_id = :business AND action = 'booking.confirmed' AND changes -> 'status' ->> 0 = '{}'"""


def a_held_place(served: Served, client: httpx.Client) -> tuple[str, int, partial[httpx.Response]]:
    """The address of the details, the business, and what another visitor does who wants the same place."""
    page, business, service, _ = a_place(served)
    tokens = served.tokens(page, 2)
    first, other = (partial(hold, client, page, token, service, next_open(10)) for token in tokens)
    held = first()
    assert held.status_code == 303
    return held.headers["Location"], business, other


def sweep(served: Served) -> int:
    """What the clock process does every half minute."""
    with served.app.app_context():
        return expire_holds()


def twins(served: Served) -> tuple[list[httpx.Response], int]:
    """The answers to one contact form sent many times at once, and the business."""
    with browser(served.url) as client:
        details, business, _ = a_held_place(served, client)
        return at_once([partial(confirm, client, details)] * TWINS), business


def test_the_same_details_from_twenty_windows_are_one_booking_with_twenty_answers(served):
    answers, business = twins(served)
    assert {answer.status_code for answer in answers} == {303}
    [receipt] = {led_to(answer) for answer in answers}
    assert receipt.startswith("/bookings/")
    assert left(served, business) == BOOKED


def test_without_the_lock_twins_confirm_more_than_once(unguarded):
    """The negative control of the test above."""
    assert goes_wrong(lambda _: left(unguarded, twins(unguarded)[1]).confirmations > 1)


@pytest.mark.parametrize("first", ["customer", "clock"])
def test_who_has_the_lock_first_decides_whether_a_late_hold_ran_out(served, first):
    sweep(served)
    with browser(served.url) as client:
        details, business, _ = a_held_place(served, client)
        run_out(served, business)
        calls = [partial(confirm, client, details), partial(sweep, served)]
        if first == "customer":
            answer, expired = one_after_the_other(served, business, *calls)
        else:
            expired, answer = one_after_the_other(served, business, *reversed(calls))
    assert (answer.status_code, expired) == (303, int(first == "clock"))
    assert left(served, business) == BOOKED
    assert count(served, business, WAS.format("expired" if expired else "held")) == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_hold_confirmed_while_the_clock_sweeps_is_one_booking_with_its_time(served, round_):
    sweep(served)
    with browser(served.url) as client:
        details, business, _ = a_held_place(served, client)
        run_out(served, business)
        answer, expired = at_once(
            [partial(confirm, client, details), later(round_ * 0.003, partial(sweep, served))]
        )
    assert answer.status_code == 303
    assert left(served, business) == BOOKED
    assert count(served, business, WAS.format("expired" if expired else "held")) == 1


@pytest.mark.parametrize("first", ["owner", "other"])
def test_the_place_of_a_late_hold_goes_to_whoever_has_the_lock_first(served, first):
    with browser(served.url) as client:
        details, business, other = a_held_place(served, client)
        run_out(served, business)
        calls = [partial(confirm, client, details), other]
        if first == "other":
            calls.reverse()
        answers = one_after_the_other(served, business, *calls)
    assert [answer.status_code for answer in answers] == [303, 409]
    assert left(served, business) == (BOOKED if first == "owner" else HELD_BY_ANOTHER)


def rivals(served: Served, round_: int) -> tuple[tuple[int, int], Left]:
    """What the owner of a late hold and another visitor are answered who both want its place, and what is left.

    The owner's form takes a few milliseconds less, so in each round they begin a little later.
    """
    with browser(served.url) as client:
        details, business, other = a_held_place(served, client)
        run_out(served, business)
        late = later(round_ % 5 * 0.003, partial(confirm, client, details))
        owner, rival = at_once([late, other])
    return (owner.status_code, rival.status_code), left(served, business)


def test_two_who_want_the_place_of_a_late_hold_never_both_get_it(served):
    outcomes = {(303, 409): BOOKED, (409, 303): HELD_BY_ANOTHER}
    for round_ in range(ROUNDS):
        answers, rows = rivals(served, round_)
        assert rows == outcomes[answers]


def test_without_lock_and_constraint_both_get_the_place_of_a_late_hold(unguarded):
    """The negative control of the test above."""
    assert goes_wrong(lambda round_: rivals(unguarded, round_)[0] == (303, 303))


def heirs(served: Served, round_: int) -> tuple[list[int], Left]:
    """What two visitors are answered who want the place of a late hold while the clock sweeps, and what is left."""
    with browser(served.url) as client:
        page, business, service, _ = a_place(served)
        late, *others = [
            partial(hold, client, page, token, service, next_open(10)) for token in flows(served, business, 3)
        ]
        assert late().status_code == 303
        run_out(served, business)
        answers = at_once([*others, later(round_ % 5 * 0.003, partial(sweep, served))])[:2]
    return sorted(answer.status_code for answer in answers), left(served, business)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_of_two_gets_the_place_of_a_hold_that_runs_out_meanwhile(served, round_):
    assert heirs(served, round_) == ([303, 409], HELD_BY_ANOTHER)


def test_without_lock_and_constraint_both_get_the_place_of_a_hold_that_runs_out(unguarded):
    """The negative control of the test above."""
    assert goes_wrong(lambda round_: heirs(unguarded, round_)[0] == [303, 303])
