"""The last places of a class: never one more than there are, whoever joins, leaves or cancels the date meanwhile."""

from functools import partial

import pytest

from tests.races import acts
from tests.races.clients import at_once, browser, flows, hold, later, next_open
from tests.races.crew import DONE, done
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken
from tests.races.places import a_class, appointment, count, either_way, left

pytestmark = pytest.mark.race
CAPACITY = 8
CLIENTS = 12
AT = next_open(10)
TOO_MANY = {"places are miscounted", "there are more people than places"}


def by_browser(served, _crew, place, wanted):
    """Words as below, for who wants one place each over HTTP."""
    codes = {303: DONE, 409: "SlotTaken"}
    with browser(served.url) as client:
        tokens = flows(served, place.business, len(wanted))
        answers = at_once([partial(hold, client, place.page, it, place.service, AT) for it in tokens])
    return [codes.get(answer.status_code, str(answer.status_code)) for answer in answers]


def by_act(served, crew, place, wanted):
    """What each is told who wants so many places."""
    calls = [crew.act(served, acts.hold, place.business, place.wish(AT, places=it)) for it in wanted]
    return [outcome.word for outcome in at_once(calls)]


@pytest.mark.parametrize("places", [1, 2, 3])
@pytest.mark.parametrize("join", [by_act, by_browser])
def test_exactly_the_places_left_are_won(served, crew, join, places):
    place, date, _ = a_class(served, AT, CAPACITY, places)
    words = join(served, crew, place, [1] * CLIENTS)
    assert (words.count(DONE), words.count("SlotTaken")) == (places, CLIENTS - places)
    assert appointment(served, place, date).places_taken == CAPACITY
    assert left(served, place.business).live == 1 + places


@pytest.mark.parametrize(("places", "winners"), [(1, 0), (2, 1), (3, 1)])
def test_who_wants_two_places_gets_both_or_none(served, crew, places, winners):
    place, date, _ = a_class(served, AT, CAPACITY, places)
    words = by_act(served, crew, place, [2] * CLIENTS)
    assert (words.count(DONE), words.count("SlotTaken")) == (winners, CLIENTS - winners)
    assert appointment(served, place, date).places_taken == CAPACITY - places + 2 * winners


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_class_is_full_to_the_last_place_when_some_want_one_and_some_want_two(served, crew, round_):
    place, date, _ = a_class(served, AT, CAPACITY, 3)
    wanted = [1, 2] * (CLIENTS // 2)
    words = by_act(served, crew, place, wanted)
    won = [places for word, places in zip(words, wanted, strict=True) if word == DONE]
    assert sorted(won) in ([1, 2], [1, 1, 1])
    assert appointment(served, place, date).places_taken == CAPACITY


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_five_first_bookers_have_five_places_in_the_one_date(served, crew, round_):
    place, date, only = a_class(served, AT, CAPACITY, CAPACITY - 1)
    done(served, acts.cancel, place.business, only)
    assert by_act(served, crew, place, [1] * 5) == [DONE] * 5
    assert appointment(served, place, date).places_taken == 5
    assert (
        count(served, place.business, "SELECT count(*) FROM appointments WHERE business_id = :business") == 1
    )


def test_without_the_lock_a_class_has_more_people_than_places(unguarded, crew):
    """The negative control of the tests above."""

    def fails(_round: int) -> bool:
        place, _, _ = a_class(unguarded, AT, CAPACITY, 1)
        by_act(unguarded, crew, place, [1] * CLIENTS)
        return broken(unguarded, place.business - 1).keys() >= TOO_MANY

    assert goes_wrong(fails)


def ends(served, crew, end, order=None, after=0):
    """What those are told who end something of a class, so late, and who join it meanwhile; and the class."""
    place, date, last = a_class(served, AT, CAPACITY, CAPACITY - 1)
    act, which = (acts.cancel, last) if end == "booking" else (acts.cancel_date, date)
    calls = {
        "end": later(after, crew.act(served, act, place.business, which)),
        "join": crew.act(served, acts.hold, place.business, place.wish(AT)),
    }
    outcome = either_way(served, place.business, calls, order)
    return outcome["end"].word, outcome["join"].word, place


ORDERS = [None, ("end", "join"), ("join", "end")]


@pytest.mark.parametrize("order", ORDERS)
def test_who_joins_while_the_last_one_leaves_has_a_place_and_the_class_its_time(served, crew, order):
    for _ in range(1 if order else ROUNDS):
        ended, joined, place = ends(served, crew, "booking", order)
        assert (ended, joined) == (DONE, DONE)
        rows = left(served, place.business)
        assert (rows.live, rows.dead, rows.taken, rows.timeless) == (1, 1, 1, 0)


@pytest.mark.parametrize("order", ORDERS)
def test_who_joins_while_the_date_is_cancelled_is_cancelled_too_or_refused(served, crew, order):
    for _ in range(1 if order else ROUNDS):
        ended, joined, place = ends(served, crew, "date", order)
        assert ended == DONE
        assert joined in (DONE, "NotOffered")
        if order:
            assert joined == (DONE if order[0] == "join" else "NotOffered")
        rows = left(served, place.business)
        assert (rows.live, rows.dead, rows.taken) == (0, 1 + (joined == DONE), 0)


def test_without_the_lock_somebody_is_booked_without_a_time(unguarded, crew):
    """The negative control of the test above."""

    def fails(round_: int) -> bool:
        *_, place = ends(unguarded, crew, "date", after=round_ % 10 * 0.003)
        return "somebody is booked without a time" in broken(unguarded, place.business - 1)

    assert goes_wrong(fails)
