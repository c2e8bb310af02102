import pytest

from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.models import Hold
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from tests.appointments.looking import appointment_of, events, state, taken
from tests.factories import ANNA, a_booking, a_class_date, a_hold, a_shop, a_visit, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")


def cancelled(shop, booking, by=ANNA, reason=None):
    cancel(shop.business, booking, by=by, now=clock.now(), reason=reason)
    return booking


def test_a_cancelled_booking_gives_its_time_back_at_once():
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN))
    appointment = appointment_of(booking)
    assert (booking.status, booking.live) == ("cancelled", None)
    assert (appointment.live, appointment.places_taken, taken(appointment)) == (False, 0, [])
    assert a_booking(shop, TEN, "sam@example.com").status == "confirmed"


@pytest.mark.parametrize(("by", "who"), [(ANNA, "member"), (VISITOR, "customer"), (SYSTEM, "system")])
def test_it_is_written_down_who_cancelled_when_and_why(by, who):
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN), by, "ill")
    assert (booking.cancelled_at, booking.cancelled_by, booking.cancel_reason) == (clock.now(), who, "ill")
    [event] = events("booking.cancelled")
    assert (event.changes, event.reason, event.subject_id) == (
        {"status": ["confirmed", "cancelled"]},
        "ill",
        booking.id,
    )


def test_cancelling_twice_changes_nothing(frozen):
    shop = a_shop()
    booking = cancelled(shop, a_booking(shop, TEN), reason="ill")
    before = state()
    frozen.shift(60)
    cancelled(shop, booking, VISITOR, "again")
    assert state() == before


@pytest.mark.parametrize("status", ["completed", "no_show", "declined", "expired"])
def test_what_is_over_cannot_be_cancelled(status):
    shop = a_shop()
    booking = a_visit(shop.business, TEN, status=status)
    before = state()
    with pytest.raises(ChangedMeanwhile):
        cancelled(shop, booking)
    assert state() == before


def test_a_hold_without_a_name_is_let_go_of_instead():
    shop = a_shop()
    booking = cancelled(shop, a_hold(shop, TEN))
    assert (booking.status, booking.hold_id) == ("expired", None)
    assert db.session.query(Hold).count() == 0
    before = state()
    cancelled(shop, booking)
    assert state() == before


def test_a_class_keeps_its_time_when_one_of_it_or_the_last_cancels():
    shop = a_shop(capacity=8)
    date = a_class_date(shop, TEN)
    first, last = a_booking(shop, TEN), a_booking(shop, TEN, "sam@example.com")
    cancelled(shop, first)
    assert (appointment_of(first).live, appointment_of(first).places_taken) == (True, 1)
    cancelled(shop, last)
    assert (date.live, date.places_taken, len(taken(date))) == (True, 0, 1)


def test_a_booking_of_another_business_is_out_of_reach():
    shop, other = a_shop(), a_shop()
    booking = a_booking(other, TEN)
    with pytest.raises(LookupError):
        cancelled(shop, booking)
    assert booking.status == "confirmed"


def test_cancelling_asks_the_database_a_fixed_number_of_times(queries):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    db.session.commit()
    assert shop.business.id
    assert booking.id
    with queries() as seen:
        cancelled(shop, booking)
    assert len(seen) == 13
