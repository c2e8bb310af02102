from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.appointments import jobs
from app.appointments.changing import ChangedMeanwhile
from app.appointments.finishing import arrive, complete, mark_no_show
from app.appointments.jobs import complete_visits
from app.appointments.models import Booking
from app.appointments.refusals import TooEarly, TooLateToCorrect
from app.businesses.locking import lock_schedule
from app.core import clock
from app.core.bell import OutOfTime
from app.core.db import db
from tests.appointments.looking import appointment_of, events, state
from tests.factories import ANNA, a_booking, a_hold, a_shop, a_visit, berlin, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")
END = berlin("2027-03-02 10:30")
DAY = 86_400
MARKS = {"completed": complete, "no_show": mark_no_show}


def said(shop, booking, status):
    MARKS[status](shop.business, booking, by=ANNA, now=clock.now())
    return booking


@pytest.mark.parametrize("status", MARKS)
def test_from_the_start_on_a_member_says_what_became_of_it(frozen, status):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.move_to(TEN)
    assert said(shop, booking, status).status == status
    [event] = events(f"booking.{status}")
    assert (event.changes, event.actor_name) == ({"status": ["confirmed", status]}, "Anna")
    assert (appointment_of(booking).live, appointment_of(booking).places_taken) == (True, 1)


@pytest.mark.parametrize("status", MARKS)
def test_before_the_start_nobody_can_know(frozen, status):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.move_to(TEN)
    frozen.shift(-1)
    before = state()
    with pytest.raises(TooEarly):
        said(shop, booking, status)
    assert state() == before


@pytest.mark.parametrize("status", MARKS)
def test_saying_it_twice_changes_nothing(frozen, status):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.move_to(TEN)
    said(shop, booking, status)
    before = state()
    said(shop, booking, status)
    assert state() == before


@pytest.mark.parametrize(("was", "to"), [("completed", "no_show"), ("no_show", "completed")])
def test_it_can_be_corrected_until_a_week_after_the_end(frozen, was, to):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.move_to(TEN)
    said(shop, booking, was)
    frozen.move_to(END)
    frozen.shift(7 * DAY)
    assert said(shop, booking, to).status == to
    frozen.shift(1)
    with pytest.raises(TooLateToCorrect):
        said(shop, booking, was)
    assert booking.status == to


@pytest.mark.parametrize("status", MARKS)
def test_only_a_confirmed_booking_comes_about(frozen, status):
    shop = a_shop(approval=True)
    others = [a_booking(shop, TEN), a_visit(shop.business, TEN, status="cancelled")]
    others.append(a_hold(shop, berlin("2027-03-02 12:00")))
    frozen.shift(2 * DAY)
    for booking in others:
        with pytest.raises(ChangedMeanwhile):
            said(shop, booking, status)


@pytest.mark.parametrize("act", [complete, mark_no_show, arrive])
def test_a_booking_of_another_business_is_out_of_reach(frozen, act):
    shop, other = a_shop(), a_shop()
    booking = a_booking(other, TEN)
    frozen.move_to(TEN)
    with pytest.raises(LookupError):
        act(shop.business, booking, by=ANNA, now=clock.now())
    assert booking.status == "confirmed"


def test_who_is_here_early_that_day_is_noted_once(frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.move_to(berlin("2027-03-02 09:40"))
    arrive(shop.business, booking, by=ANNA, now=clock.now())
    came = booking.arrived_at
    assert came == berlin("2027-03-02 09:40")
    frozen.shift(60)
    arrive(shop.business, booking, by=ANNA, now=clock.now())
    assert booking.arrived_at == came
    assert [event.changes for event in events("booking.arrived")] == [{"arrived_at": [None, str(came)]}]


def test_nobody_is_here_the_day_before_or_for_what_was_cancelled():
    shop = a_shop()
    with pytest.raises(TooEarly):
        arrive(shop.business, a_booking(shop, TEN), by=ANNA, now=clock.now())
    gone = a_visit(shop.business, TEN, status="cancelled")
    with pytest.raises(ChangedMeanwhile):
        arrive(shop.business, gone, by=ANNA, now=TEN)


def test_an_hour_after_the_end_the_clock_takes_it_for_completed(frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.move_to(END)
    frozen.shift(3599)
    assert complete_visits() == 0
    frozen.shift(1)
    assert (complete_visits(), complete_visits()) == (1, 0)
    assert (booking.status, appointment_of(booking).live) == ("completed", True)
    assert events("booking.completed")[0].actor_kind == "system"


def test_the_clock_leaves_alone_what_was_said_or_given_back(frozen):
    shop = a_shop(approval=True)
    for status in ("no_show", "cancelled", "declined", "expired", "requested"):
        a_visit(shop.business, TEN, status=status)
    frozen.shift(3 * DAY)
    assert complete_visits() == 0


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_clock_finds_what_is_over_wherever_the_shop_is(frozen, zone):
    shop = a_shop()
    shop.business.zone = zone
    booking = a_visit(shop.business, TEN)
    frozen.move_to(booking.appointment.ends_at)
    frozen.shift(3600)
    assert complete_visits() == 1


def test_however_many_are_over_all_are_completed(frozen, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    shops = [a_shop(), a_shop()]
    for shop in shops:
        for hour in range(9, 14):
            a_booking(shop, berlin(f"2027-03-02 {hour:02}:00"))
    frozen.shift(3 * DAY)
    assert complete_visits() == 10
    assert set(db.session.scalars(select(Booking.status))) == {"completed"}


@pytest.mark.parametrize(("state_", "raises"), [("55P03", False), ("08006", True)])
def test_a_business_where_something_breaks_does_not_stop_those_after_it(frozen, monkeypatch, state_, raises):
    broken, fine = a_shop(), a_shop()
    bookings = [a_booking(shop, TEN) for shop in (broken, fine)]
    frozen.shift(3 * DAY)
    db.session.commit()

    def lock(business_id):
        if business_id == broken.business.id:
            raise OperationalError("SELECT … FOR UPDATE", {}, SimpleNamespace(pgcode=state_))
        return lock_schedule(business_id)

    monkeypatch.setattr(jobs, "lock_schedule", lock)
    if raises:
        with pytest.raises(OperationalError):
            complete_visits()
    else:
        assert complete_visits() == 1
    assert [booking.status for booking in bookings] == ["confirmed", "completed"]


def test_what_a_member_said_while_the_clock_waited_for_the_lock_stands(frozen, monkeypatch):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.shift(3 * DAY)

    def lock_after_the_member(business_id):
        version = lock_schedule(business_id)
        if booking.status == "confirmed":
            said(shop, booking, "no_show")
        return version

    monkeypatch.setattr(jobs, "lock_schedule", lock_after_the_member)
    assert complete_visits() == 0
    assert booking.status == "no_show"


def test_a_job_whose_time_is_up_stops_at_once(frozen, monkeypatch):
    shops = [a_shop(), a_shop()]
    bookings = [a_booking(shop, TEN) for shop in shops]
    frozen.shift(3 * DAY)
    db.session.commit()

    def lock(business_id):
        if business_id == shops[0].business.id:
            raise OutOfTime
        return lock_schedule(business_id)

    monkeypatch.setattr(jobs, "lock_schedule", lock)
    with pytest.raises(OutOfTime):
        complete_visits()
    assert {booking.status for booking in bookings} == {"confirmed"}


def test_who_comes_before_midnight_to_a_visit_after_it_is_not_too_early(frozen):
    shop = a_shop()
    set_week(shop.business.id, dict.fromkeys(range(5), [(18 * 60, 26 * 60)]))
    booking = a_booking(shop, berlin("2027-03-03 00:30"))
    frozen.move_to(berlin("2027-03-02 23:50"))
    arrive(shop.business, booking, by=ANNA, now=clock.now())
    assert booking.arrived_at == clock.now()
