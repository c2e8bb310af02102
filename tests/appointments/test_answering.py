import pytest

from app.appointments.answering import accept, decline
from app.appointments.changing import ChangedMeanwhile
from app.appointments.jobs import expire_requests
from app.appointments.refusals import AlreadyBegun
from app.core import clock
from tests.appointments.looking import appointment_of, events, state, taken
from tests.factories import ANNA, a_booking, a_hold, a_shop, a_visit, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")
HOUR = 3600


def a_request(shop, at=TEN):
    booking = a_booking(shop, at, f"{at:%d%H}@example.com")
    assert booking.status == "requested"
    return booking


def accepted(shop, booking):
    accept(shop.business, booking, by=ANNA, now=clock.now())
    return booking


def declined(shop, booking, reason=None):
    decline(shop.business, booking, by=ANNA, now=clock.now(), reason=reason)
    return booking


def test_an_accepted_request_is_confirmed_and_keeps_its_time():
    shop = a_shop(approval=True)
    booking = accepted(shop, a_request(shop))
    assert (booking.status, booking.confirmed_at) == ("confirmed", clock.now())
    assert appointment_of(booking).places_taken == 1
    [event] = events("booking.confirmed")
    assert (event.changes, event.actor_name) == ({"status": ["requested", "confirmed"]}, "Anna")


def test_a_declined_request_gives_its_time_back_with_a_reason():
    shop = a_shop(approval=True)
    booking = declined(shop, a_request(shop), "we are full that day")
    assert (booking.status, booking.cancel_reason) == ("declined", "we are full that day")
    assert (appointment_of(booking).live, taken(appointment_of(booking))) == (False, [])
    assert events("booking.declined")[0].reason == "we are full that day"
    assert a_request(shop).status == "requested"


@pytest.mark.parametrize("answered", [accepted, declined])
def test_the_same_answer_twice_changes_nothing(answered):
    shop = a_shop(approval=True)
    booking = answered(shop, a_request(shop))
    before = state()
    answered(shop, booking)
    assert state() == before


@pytest.mark.parametrize("answered", [accepted, declined])
def test_only_a_request_has_an_answer(answered):
    shop = a_shop()
    for booking in (a_hold(shop, TEN), a_visit(shop.business, TEN, status="cancelled")):
        before = state()
        with pytest.raises(ChangedMeanwhile):
            answered(shop, booking)
        assert state() == before


def test_a_request_cannot_be_accepted_once_it_would_have_begun(frozen):
    shop = a_shop(approval=True)
    booking = a_request(shop)
    frozen.move_to(TEN)
    with pytest.raises(AlreadyBegun):
        accepted(shop, booking)
    assert booking.status == "requested"


@pytest.mark.parametrize("answered", [accepted, declined])
def test_a_request_of_another_business_is_out_of_reach(answered):
    shop, other = a_shop(), a_shop(approval=True)
    with pytest.raises(LookupError):
        answered(shop, a_request(other))


def test_a_request_runs_out_two_days_after_it_was_made(frozen):
    shop = a_shop(approval=True)
    booking = a_request(shop, berlin("2027-03-05 10:00"))
    frozen.shift(48 * HOUR - 1)
    assert expire_requests() == 0
    frozen.shift(1)
    assert expire_requests() == 1
    assert (booking.status, appointment_of(booking).live) == ("expired", False)
    assert events("booking.expired")[0].actor_kind == "system"


def test_a_request_runs_out_at_its_start(frozen):
    shop = a_shop(approval=True)
    booking = a_request(shop)
    frozen.move_to(TEN)
    assert (expire_requests(), expire_requests()) == (1, 0)
    assert booking.status == "expired"


def test_requests_run_out_at_every_business_and_nothing_else_does(frozen, monkeypatch):
    monkeypatch.setattr("app.appointments.jobs.AT_ONCE", 2)
    shops = [a_shop(approval=True), a_shop(approval=True)]
    requests = [a_request(shop, berlin(f"2027-03-05 {hour}:00")) for shop in shops for hour in (10, 11, 12)]
    confirmed = accepted(shops[0], a_request(shops[0], berlin("2027-03-05 15:00")))
    frozen.shift(48 * HOUR)
    assert expire_requests() == 6
    assert {booking.status for booking in requests} == {"expired"}
    assert (confirmed.status, appointment_of(confirmed).live) == ("confirmed", True)
