"""Customers move and cancel what they booked while others do something to it, or want the same time."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from app.appointments.finding import receipt_token
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.db import db
from app.schedule.wall_clock import epoch_minute
from tests.races import acts
from tests.races.clients import at_once, browser, flows, hold, next_open
from tests.races.crew import DONE, done
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken
from tests.races.places import Place, a_place, a_service, either_way
from tests.serving import Served

pytestmark = pytest.mark.race
TEN = next_open(10, 4)
AT = {hour: epoch_minute(TEN.replace(hour=hour)) for hour in range(10, 18)}
TWO_WAYS = ["mover", "other"], ["other", "mover"]


def a_visit(served: Served, place: Place, *services: int, allowed: int | None = 3) -> int:
    """A visit at ten of these services, of somebody who may move it so often; its first booking."""
    with served.app.app_context():
        db.session.get_one(Business, place.business).most_moves = allowed
        db.session.commit()
    wish = acts.visit(services, AT[10]) if len(services) > 1 else place.wish(TEN)
    return done(served, acts.book, place.business, wish)[0]


def now_of(served: Served, place: Place, booking: int) -> list[tuple[str, int, int]]:
    """Status, start and moves of each part of the visit."""
    with served.app.app_context():
        first = db.session.get_one(Booking, (place.business, booking))
        rows = db.session.scalars(sa.select(Booking).filter_by(visit=first.visit).order_by(Booking.id))
        return [(it.status, epoch_minute(it.appointment.starts_at), it.moves) for it in rows]


def two_tabs(
    served: Served, crew, *, allowed: int | None
) -> tuple[list[str], list[tuple[str, int, int]], Place]:
    """Two tabs of one customer move the same booking to two times, both from the page before."""
    place = a_place(served, minutes=60)
    booking = a_visit(served, place, place.service, allowed=allowed)
    seen = f"{booking}.0" if allowed is None else None
    calls = [crew.act(served, acts.reschedule, place.business, booking, AT[hour], seen) for hour in (14, 15)]
    return [it.word for it in at_once(calls)], now_of(served, place, booking), place


@pytest.mark.parametrize(("allowed", "loser"), [(1, "MovedTooOften"), (None, "ChangedMeanwhile")])
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_tabs_one_moves_and_the_other_is_told_why_not(served, crew, allowed, loser, round_):
    words, [(status, start, moves)], _place = two_tabs(served, crew, allowed=allowed)
    assert sorted(words) == sorted([DONE, loser])
    assert (status, start, moves) == ("confirmed", AT[(14, 15)[words.index(DONE)]], 1)


@pytest.mark.parametrize("allowed", [1, None])
def test_without_the_lock_two_tabs_both_move(unguarded, crew, allowed):
    """The negative control of the test above."""
    assert goes_wrong(lambda _: two_tabs(unguarded, crew, allowed=allowed)[0] == [DONE, DONE])


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_form_sent_twenty_times_at_once_moves_once_and_leads_to_the_receipt(served, round_):
    place = a_place(served, minutes=60)
    booking = a_visit(served, place, place.service, allowed=1)
    with served.app.app_context(), served.app.test_request_context():
        token = receipt_token(db.session.get_one(Booking, (place.business, booking)))
    start = TEN.replace(hour=14).isoformat()
    form = {"start": start, "shown": start, "seen": f"{booking}.0"}
    with browser(served.url) as client:
        post = partial(client.post, f"/bookings/{token}/new-time", data=form)
        answers = at_once([post] * 20)
    assert {(it.status_code, it.headers["Location"].partition("?")[2]) for it in answers} == {
        (303, "done=moved")
    }
    assert now_of(served, place, booking) == [("confirmed", AT[14], 1)]


def moved_into(served: Served, crew, order=None):
    """A visit of two services is moved to two o'clock while somebody books the second half of that."""
    place = a_place(served)
    booking = a_visit(served, place, place.service, a_service(served, place, place.people))
    [token] = flows(served, place.business, 1)
    half_past = TEN.replace(hour=14) + timedelta(minutes=30)
    with browser(served.url) as client:
        calls = {
            "mover": crew.act(served, acts.reschedule, place.business, booking, AT[14]),
            "other": partial(hold, client, place.page, token, place.service, half_past),
        }
        outcome = either_way(served, place.business, calls, order)
    starts = [start for _status, start, _moves in now_of(served, place, booking)]
    return outcome["mover"].word, outcome["other"].status_code, starts, place


@pytest.mark.parametrize("order", [*TWO_WAYS, *[None] * ROUNDS])
def test_a_visit_is_moved_whole_or_somebody_has_its_second_half(served, crew, order):
    word, code, starts, _place = moved_into(served, crew, order)
    at_two, at_ten = [AT[14], AT[14] + 30], [AT[10], AT[10] + 30]
    assert (word, code, starts) in [(DONE, 409, at_two), ("SlotTaken", 303, at_ten)]
    if order:
        assert (word == DONE) == (order[0] == "mover")


def test_without_lock_and_constraint_both_have_the_second_half(unguarded, crew):
    """The negative control of the test above."""

    def fails(_round: int) -> bool:
        word, code, _starts, place = moved_into(unguarded, crew)
        return (word, code) == (DONE, 303) and "a resource is taken twice" in broken(
            unguarded, place.business - 1
        )

    assert goes_wrong(fails)


def cancelled_while_moved(served: Served, crew, order=None):
    """A customer cancels while a member moves the appointment."""
    place = a_place(served, minutes=60)
    booking, appointment = done(served, acts.book, place.business, place.wish(TEN))
    calls = {
        "mover": crew.act(served, acts.move, place.business, appointment, AT[14]),
        "other": crew.act(served, acts.withdraw, place.business, booking),
    }
    outcome = either_way(served, place.business, calls, order)
    return outcome["mover"].word, outcome["other"].word, now_of(served, place, booking)


@pytest.mark.parametrize("order", [*TWO_WAYS, *[None] * ROUNDS])
def test_a_booking_that_is_cancelled_while_a_member_moves_it_is_cancelled(served, crew, order):
    mover, other, [(status, _start, _moves)] = cancelled_while_moved(served, crew, order)
    assert (other, status) == (DONE, "cancelled")
    assert mover == {None: mover, "mover": DONE, "other": "ChangedMeanwhile"}[order[0] if order else None]
    assert mover in (DONE, "ChangedMeanwhile")


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_who_cancels_in_one_tab_and_moves_in_another_has_done_one_or_both(served, crew, round_):
    place = a_place(served, minutes=60)
    booking = a_visit(served, place, place.service)
    calls = [
        crew.act(served, acts.reschedule, place.business, booking, AT[14], f"{booking}.0"),
        crew.act(served, acts.withdraw, place.business, booking),
    ]
    mover, canceller = (it.word for it in at_once(calls))
    assert (mover, canceller) in [(DONE, DONE), ("ChangedMeanwhile", DONE)]
    assert now_of(served, place, booking)[0][0] == "cancelled"


@pytest.mark.parametrize("order", [["mover", "other"], ["other", "mover"], None])
def test_what_is_taken_back_is_there_or_somebody_else_has_the_time(served, crew, order):
    place = a_place(served, minutes=60)
    booking = a_visit(served, place, place.service)
    done(served, acts.withdraw, place.business, booking)
    calls = {
        "mover": crew.act(served, acts.take_back, place.business, booking),
        "other": crew.act(served, acts.book, place.business, place.wish(TEN)),
    }
    outcome = {who: it.word for who, it in either_way(served, place.business, calls, order).items()}
    assert sorted(outcome.values()) == [DONE, "SlotTaken"] or sorted(outcome.values()) == ["SlotTaken", DONE]
    status = now_of(served, place, booking)[0][0]
    assert status == ("confirmed" if outcome["mover"] == DONE else "cancelled")
