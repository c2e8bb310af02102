import pytest

from app.appointments import reviving
from app.appointments.answering import decline
from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.jobs import expire_requests
from app.appointments.models import Appointment
from app.appointments.moving import move
from app.appointments.overriding import overridable
from app.appointments.refusals import AlreadyOver, NotOffered, SlotTaken
from app.appointments.settling import settle
from app.appointments.undoing import OnlyAnotherDate, undo
from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of, events, state, taken
from tests.factories import ANNA, a_booking, a_class_date, a_hold, a_shop, a_timetable, a_visit, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "
TEN = berlin(TUESDAY + "10:00")


def cancelled(shop, booking):
    cancel(shop.business, booking, by=ANNA, now=clock.now(), reason="ill")
    return booking


def undone(shop, booking):
    undo(shop.business, booking, by=ANNA, now=clock.now())
    return booking


def refused(error, shop, booking):
    appointment_of(booking)
    before = state()
    with pytest.raises(error):
        undone(shop, booking)
    assert state() == before


def test_a_cancelled_booking_takes_its_own_time_again():
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN))
    was = booking.appointment_id
    undone(shop, booking)
    appointment = appointment_of(booking)
    assert (booking.status, booking.appointment_id, booking.schedule_seq) == ("confirmed", was, 2)
    assert (booking.cancelled_at, booking.cancelled_by, booking.cancel_reason) == (None, None, None)
    assert (appointment.live, appointment.places_taken) == (True, 1)
    assert taken(appointment) == [(shop.person.resource_id, "Tue 10:00", "10:30")]
    assert events("booking.confirmed")[-1].changes == {"status": ["cancelled", "confirmed"]}
    with pytest.raises(SlotTaken):
        a_hold(shop, TEN)


def test_undoing_twice_changes_nothing():
    shop = a_shop()
    booking = undone(shop, cancelled(shop, a_booking(shop, TEN)))
    before = state()
    undone(shop, booking)
    assert state() == before


def test_what_was_declined_or_ran_out_can_be_confirmed_after_all(frozen):
    shop = a_shop(approval=True)
    declined = a_booking(shop, berlin("2027-03-05 10:00"))
    decline(shop.business, declined, by=ANNA, now=clock.now())
    ran_out = a_booking(shop, berlin("2027-03-05 12:00"), "sam@example.com")
    frozen.shift(48 * 3600)
    expire_requests()
    assert {undone(shop, declined).status, undone(shop, ran_out).status} == {"confirmed"}


@pytest.mark.parametrize("minute", ["10:00", "09:45", "10:15"])
def test_what_somebody_else_has_by_now_is_gone(minute):
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN))
    a_booking(shop, berlin(TUESDAY + minute), "sam@example.com")
    refused(SlotTaken, shop, booking)


def test_what_somebody_has_with_another_person_is_not_in_the_way():
    shop = a_shop(people=2)
    booking = cancelled(shop, a_booking(shop, TEN, person=shop.people[0]))
    a_booking(shop, TEN, "sam@example.com", person=shop.people[1])
    assert undone(shop, booking).status == "confirmed"


def test_the_constraint_has_the_last_word(monkeypatch):
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN))
    a_booking(shop, TEN, "sam@example.com")
    monkeypatch.setattr(reviving, "_is_taken", lambda appointment: False)
    refused(SlotTaken, shop, booking)


def test_a_hold_is_in_the_way_until_it_runs_out(frozen):
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN))
    a_hold(shop, TEN)
    refused(SlotTaken, shop, booking)
    frozen.shift(600)
    assert undone(shop, booking).status == "confirmed"


def test_what_was_squeezed_in_is_in_the_way_though_the_constraint_does_not_see_it():
    shop = a_shop()
    booking = a_booking(shop, TEN)
    in_the_way = a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com")
    start = epoch_minute(TEN)
    squeeze = {"despite": overridable("owner"), "by": ANNA, "now": clock.now()}
    move(shop.business, appointment_of(in_the_way), start=start, **squeeze)
    cancelled(shop, booking)
    db.session.execute(db.text("UPDATE allocations SET overlap_ok = true WHERE live"))
    refused(SlotTaken, shop, booking)


def test_a_squeeze_in_that_is_undone_alone_is_guarded():
    shop = a_shop()
    first = a_booking(shop, TEN)
    second = a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com")
    squeeze = {"despite": overridable("owner"), "by": ANNA, "now": clock.now()}
    move(shop.business, appointment_of(second), start=epoch_minute(TEN), **squeeze)
    cancelled(shop, second)
    refused(SlotTaken, shop, second)
    cancelled(shop, first)
    undone(shop, second)
    assert taken(appointment_of(second)) == [(shop.person.resource_id, "Tue 10:00", "10:30")]


def test_somebody_in_the_chair_can_be_put_back_until_the_end(frozen):
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN))
    frozen.move_to(berlin(TUESDAY + "10:30"))
    refused(AlreadyOver, shop, booking)
    frozen.shift(-1)
    assert undone(shop, booking).status == "confirmed"


def test_only_what_was_given_back_and_has_a_name_can_be_undone(frozen):
    shop = a_shop()
    for status in ("completed", "requested"):
        refused(ChangedMeanwhile, shop, a_visit(shop.business, TEN, status=status))
    held = a_hold(shop, TEN)
    refused(ChangedMeanwhile, shop, held)
    cancel(shop.business, held, by=ANNA, now=clock.now())
    refused(ChangedMeanwhile, shop, held)


def test_a_booking_of_another_business_is_out_of_reach():
    shop, other = a_shop(), a_shop()
    booking = cancelled(other, a_booking(other, TEN))
    with pytest.raises(LookupError):
        undone(shop, booking)
    assert booking.status == "cancelled"


def a_class(places=2, **more):
    shop = a_shop(capacity=places, **more)
    return shop, a_class_date(shop, TEN)


def test_a_place_in_a_class_is_taken_again_if_there_is_one():
    shop, date = a_class()
    booking = cancelled(shop, a_booking(shop, TEN))
    a_booking(shop, TEN, "sam@example.com")
    undone(shop, booking)
    assert (booking.status, date.places_taken, booking.schedule_seq) == ("confirmed", 2, 2)


def test_a_class_that_is_full_by_now_has_no_place():
    shop, _ = a_class()
    booking = cancelled(shop, a_booking(shop, TEN))
    for name in ("sam", "kim"):
        a_booking(shop, TEN, f"{name}@example.com")
    refused(SlotTaken, shop, booking)


def test_a_class_that_moved_meanwhile_is_joined_where_it_is_and_with_whom():
    shop, date = a_class(people=2)
    booking = cancelled(shop, a_booking(shop, TEN))
    later = epoch_minute(berlin(TUESDAY + "15:00"))
    stand_in = shop.people[1].resource_id
    move(shop.business, date, start=later, person_id=stand_in, by=ANNA, now=clock.now())
    undone(shop, booking)
    assert (booking.local_start.hour, booking.performer_name) == (15, "Tomás")


def taken_off_the_timetable(shop, date):
    date.scheduled = False
    settle(shop.business.id, date.id)
    assert not date.live


def test_a_class_that_died_meanwhile_is_opened_again_if_its_time_is_free():
    shop = a_shop(capacity=2)
    date = a_timetable(shop, starts_min=600).dates[0]
    booking = cancelled(shop, a_booking(shop, TEN))
    taken_off_the_timetable(shop, date)
    a_class_date(shop, berlin(TUESDAY + "11:00"))
    undone(shop, booking)
    assert (date.live, date.places_taken, date.scheduled) == (True, 1, True)
    assert len(taken(date)) == 1


def test_a_class_that_died_with_its_class_time_takes_in_whoever_was_in_it_and_nobody_else():
    shop, date = a_class()
    booking = cancelled(shop, a_booking(shop, TEN))
    taken_off_the_timetable(shop, date)
    undone(shop, booking)
    assert (date.live, date.places_taken, date.scheduled) == (True, 1, False)
    with pytest.raises(NotOffered):
        a_hold(shop, TEN)


def test_a_class_that_died_stays_dead_when_its_time_is_taken():
    shop, date = a_class()
    booking = cancelled(shop, a_booking(shop, TEN))
    taken_off_the_timetable(shop, date)
    a_visit(shop.business, TEN, person=shop.person)
    refused(SlotTaken, shop, booking)
    assert not db.session.get_one(Appointment, (shop.business.id, date.id)).live


def test_another_date_of_the_class_at_that_time_takes_in_whoever_was_in_the_dead_one():
    shop, date = a_class()
    booking = cancelled(shop, a_booking(shop, TEN))
    taken_off_the_timetable(shop, date)
    again = a_class_date(shop, TEN)
    undone(shop, booking)
    assert (booking.appointment_id, again.places_taken, date.live) == (again.id, 1, False)


def test_a_date_with_somebody_else_does_not_take_in_whoever_was_in_the_dead_one():
    shop, date = a_class(people=2)
    booking = cancelled(shop, a_booking(shop, TEN))
    taken_off_the_timetable(shop, date)
    a_class_date(shop, TEN, shop.people[1])
    refused(OnlyAnotherDate, shop, booking)


def test_of_several_dates_at_that_time_the_one_with_the_same_person_takes_them_in():
    shop, date = a_class(people=2)
    booking = cancelled(shop, a_booking(shop, TEN))
    taken_off_the_timetable(shop, date)
    a_class_date(shop, TEN, shop.people[1])
    again = a_class_date(shop, TEN)
    undone(shop, booking)
    assert (booking.appointment_id, booking.performer_name) == (again.id, "Maya")


def test_the_same_class_time_takes_them_in_whoever_leads_it_by_now():
    shop = a_shop(capacity=3, people=2)
    first, second = a_timetable(shop).dates[:2]
    booking = cancelled(shop, a_booking(shop, first.starts_at))
    taken_off_the_timetable(shop, first)
    to, stand_in = epoch_minute(first.starts_at), shop.people[1].resource_id
    move(shop.business, second, start=to, person_id=stand_in, by=ANNA, now=clock.now())
    undone(shop, booking)
    assert (booking.appointment_id, booking.performer_name) == (second.id, "Tomás")
