"""What came free while somebody waits is held for them, and for nobody else: whoever cancels, grabs, or is too late."""

from functools import partial

import pytest
import sqlalchemy as sa

from app.appointments.freeing import place_freed
from app.core.db import db
from app.waitlist.passing import pass_on
from tests.races import acts
from tests.races.clients import at_once, browser, flows, hold, next_open
from tests.races.crew import DONE, Crew, done, perform
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.places import Place, a_place, count, either_way, left
from tests.serving import Served

pytestmark = pytest.mark.race
TEN = next_open(10)
HOURS = range(9, 18)
OFFERS = """
    SELECT o.entry_id, o.status, extract(hour FROM o.starts_at AT TIME ZONE 'Europe/Berlin')::int
      FROM waitlist_offers o WHERE o.business_id = :business ORDER BY o.id
"""
TAKEN = "SELECT count(*) FROM audit_events WHERE business_id = :business AND action = 'waitlist_offer.taken'"
# Two days pass for all that is held: longer than any offer is kept, whatever the time of the day.
LAPSED = (
    """UPDATE holds SET created_at = created_at - interval '2 days', expires_at = expires_at - interval '2 days'
        WHERE business_id = :business""",
    "UPDATE appointments SET held_until = held_until - interval '2 days' WHERE business_id = :business",
    "UPDATE waitlist_offers SET expires_at = expires_at - interval '2 days' WHERE business_id = :business",
)


def a_full_place(served: Served, waiting: int) -> tuple[Place, dict[int, int], list[int]]:
    """A person whose day is full, the booking of each hour, and the entries of so many who wait for that day."""
    place = a_place(served, minutes=60)
    booked = {
        hour: done(served, acts.book, place.business, place.wish(TEN.replace(hour=hour)))[0] for hour in HOURS
    }
    names = [f"waiting{number}" for number in range(waiting)]
    entries = [done(served, acts.wait, place.business, place.service, TEN.date(), it) for it in names]
    return place, booked, entries


def offers(served: Served, business: int) -> list[tuple[int, str, int]]:
    """(entry, status, hour) of all offers there, in order."""
    with served.app.app_context():
        return [tuple(row) for row in db.session.execute(sa.text(OFFERS), {"business": business})]


def lapse(served: Served, business: int) -> None:
    with served.app.app_context():
        for statement in LAPSED:
            db.session.execute(sa.text(statement), {"business": business})
        db.session.commit()


def cancelled_and_grabbed(served: Served, crew: Crew, order: list[str] | None):
    """What those are told who cancel ten o'clock and who book it meanwhile, over HTTP, and what is offered then."""
    place, booked, [entry] = a_full_place(served, 1)
    [token] = flows(served, place.business, 1)
    with browser(served.url) as client:
        calls = {
            "canceller": crew.act(served, acts.cancel, place.business, booked[10]),
            "grabber": partial(hold, client, place.page, token, place.service, TEN),
        }
        outcome = either_way(served, place.business, calls, order)
    return outcome["canceller"].word, outcome["grabber"].status_code, offers(served, place.business), entry


@pytest.mark.parametrize("round_", range(2 * ROUNDS))
def test_what_is_cancelled_is_never_grabbed_from_who_waits(served, crew, round_):
    word, code, offered, entry = cancelled_and_grabbed(served, crew, None)
    assert (word, code, offered) == (DONE, 409, [(entry, "open", 10)])


def test_without_the_same_transaction_it_is_grabbed_from_who_waits(served):
    """The negative control: passed on a moment later, as by a clock, the place is somebody else's."""
    place, booked, [_entry] = a_full_place(served, 1)
    [token] = flows(served, place.business, 1)
    place_freed.disconnect(pass_on)
    try:
        done(served, acts.cancel, place.business, booked[10])
    finally:
        place_freed.connect(pass_on)
    with browser(served.url) as client:
        assert hold(client, place.page, token, place.service, TEN).status_code == 303
    assert offers(served, place.business) == []


def two_cancelled(served: Served, crew: Crew):
    """What two are told who cancel at once, and what the two who wait are offered."""
    place, booked, entries = a_full_place(served, 2)
    calls = [crew.act(served, acts.cancel, place.business, booked[hour]) for hour in (10, 12)]
    words = [outcome.word for outcome in at_once(calls)]
    return words, offers(served, place.business), entries


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_cancel_at_once_and_both_who_wait_have_a_place(served, crew, round_):
    words, offered, entries = two_cancelled(served, crew)
    assert words == [DONE, DONE]
    assert sorted(offered) in (
        [(entries[0], "open", 10), (entries[1], "open", 12)],
        [(entries[0], "open", 12), (entries[1], "open", 10)],
    )


def test_without_the_lock_two_places_are_for_the_first_in_line(unguarded, crew):
    """The negative control: both transactions offer theirs to the same person, and one of them fails."""
    assert goes_wrong(lambda _: two_cancelled(unguarded, crew)[0] != [DONE, DONE])


def an_offer(served: Served, waiting: int) -> tuple[Place, list[int]]:
    """Ten o'clock is offered to the first of those who wait."""
    place, booked, entries = a_full_place(served, waiting)
    done(served, acts.cancel, place.business, booked[10])
    return place, entries


def taken_while_it_lapses(served: Served, crew: Crew, order: list[str] | None):
    """What becomes of an offer that is taken when it has just run out, and of the next in line."""
    place, entries = an_offer(served, 2)
    lapse(served, place.business)
    calls = {
        "taker": crew.act(served, acts.take, place.business, entries[0]),
        "clock": crew.act(served, acts.sweep),
    }
    outcome = either_way(served, place.business, calls, order)
    found = {entry: status for entry, status, hour in offers(served, place.business) if hour == 10}
    return outcome["taker"].word, [found.get(it) for it in entries]


@pytest.mark.parametrize("order", [["taker", "clock"], ["clock", "taker"]])
def test_an_offer_that_is_taken_while_it_lapses_has_one_winner(served, crew, order):
    word, found = taken_while_it_lapses(served, crew, order)
    assert (word, found) == (
        (DONE, ["taken", None]) if order[0] == "taker" else ("OfferOver", ["lapsed", "open"])
    )


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_an_offer_goes_to_whoever_takes_it_or_to_the_next(served, crew, round_):
    assert taken_while_it_lapses(served, crew, None) in [
        (DONE, ["taken", None]),
        ("OfferOver", ["lapsed", "open"]),
    ]


def test_without_the_lock_it_goes_to_both(unguarded, crew):
    """The negative control."""

    def fails(_round: int) -> bool:
        word, found = taken_while_it_lapses(unguarded, crew, None)
        return (word == DONE and found[1] == "open") or word not in (DONE, "OfferOver")

    assert goes_wrong(fails)


def taken_twice(served: Served, crew: Crew):
    """What a double click is told, how often the offer was taken by it, and how many more bookings there are."""
    place, [entry] = an_offer(served, 1)
    before = left(served, place.business)
    clicks = at_once([crew.act(served, acts.take, place.business, entry) for _ in range(2)])
    after = left(served, place.business)
    return clicks, count(served, place.business, TAKEN), after.live - before.live


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_an_offer_that_is_taken_twice_is_booked_once(served, crew, round_):
    clicks, takings, more = taken_twice(served, crew)
    assert [it.word for it in clicks] == [DONE, DONE]
    assert clicks[0].value == clicks[1].value
    assert (takings, more) == (1, 0)


def test_without_the_lock_it_is_taken_twice(unguarded, crew):
    """The negative control."""
    assert goes_wrong(lambda _: taken_twice(unguarded, crew)[1] != 1)


def taken_or_booked(served: Served, crew: Crew, order: list[str] | None, *, ran_out: bool):
    """What those are told of whom one takes ten o'clock, which is offered, and another books it for somebody else."""
    place, [entry] = an_offer(served, 1)
    if ran_out:
        lapse(served, place.business)
    calls = {
        "taker": crew.act(served, acts.take, place.business, entry),
        "member": crew.act(served, acts.book, place.business, place.wish(TEN)),
    }
    outcome = either_way(served, place.business, calls, order)
    return outcome["taker"].word, outcome["member"].word


@pytest.mark.parametrize("order", [["taker", "member"], ["member", "taker"], None])
def test_what_is_offered_no_member_books(served, crew, order):
    assert taken_or_booked(served, crew, order, ran_out=False) == (DONE, "SlotTaken")


@pytest.mark.parametrize("order", [["taker", "member"], ["member", "taker"], None])
def test_what_ran_out_is_theirs_or_the_members(served, crew, order):
    outcome = taken_or_booked(served, crew, order, ran_out=True)
    possible = {"taker": (DONE, "SlotTaken"), "member": ("OfferOver", DONE)}
    assert outcome in ([possible[order[0]]] if order else possible.values())


def test_without_the_lock_both_have_it(unguarded, crew):
    """The negative control."""
    assert goes_wrong(
        lambda _: (
            taken_or_booked(unguarded, crew, None, ran_out=True)
            not in [(DONE, "SlotTaken"), ("OfferOver", DONE)]
        )
    )


def undone_or_taken(served: Served, crew: Crew, order: list[str] | None):
    """What those are told of whom one takes ten o'clock, which is offered, and a member books again what it was."""
    place, booked, [entry] = a_full_place(served, 1)
    done(served, acts.cancel, place.business, booked[10])
    calls = {
        "taker": crew.act(served, acts.take, place.business, entry),
        "undoer": crew.act(served, acts.undo, place.business, booked[10]),
    }
    outcome = either_way(served, place.business, calls, order)
    found = [status for _entry, status, hour in offers(served, place.business) if hour == 10]
    return outcome["taker"].word, outcome["undoer"].word, found, left(served, place.business).live


UNDONE = {
    "taker": (DONE, "SlotTaken", ["taken"], len(HOURS)),
    "undoer": ("OfferOver", DONE, ["withdrawn"], len(HOURS)),
}


@pytest.mark.parametrize("order", [["taker", "undoer"], ["undoer", "taker"]])
def test_an_offer_that_is_taken_while_a_member_undoes_has_one_winner(served, crew, order):
    assert undone_or_taken(served, crew, order) == UNDONE[order[0]]


@pytest.mark.parametrize("round_", range(2 * ROUNDS))
def test_a_place_goes_to_whoever_takes_it_or_back_to_whoever_had_it(served, crew, round_):
    assert undone_or_taken(served, crew, None) in UNDONE.values()


def test_without_the_lock_undoing_and_taking_go_wrong(unguarded, crew):
    """The negative control."""
    assert goes_wrong(lambda _: undone_or_taken(unguarded, crew, None) not in UNDONE.values())


def test_nothing_is_cancelled_where_nothing_can_be_offered(served, monkeypatch):
    """One transaction: whatever breaks while a place is passed on leaves it with whoever had it."""

    def breaks(*_args, **_more):
        raise OSError("the process dies")

    place, booked, _entries = a_full_place(served, 1)
    before = left(served, place.business)
    monkeypatch.setattr("app.waitlist.passing.offer_time", breaks)
    with pytest.raises(OSError, match="dies"):
        perform(served.app, acts.cancel, place.business, booked[10])
    assert left(served, place.business) == before
