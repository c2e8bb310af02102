import pytest
from sqlalchemy import func, select

from app.appointments.confirming import confirm
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.refusals import HoldGone, NotOffered, PriceChanged, SlotTaken
from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.schedule.models import Allocation
from app.schedule.wall_clock import epoch_minute
from tests.factories import a_booking, a_hold, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")
OLIVIA = Contact("Olivia Park", "olivia@example.com", "+493055501", "Short, please")


def confirmed(shop, booking, contact=OLIVIA, **more):
    confirm(shop.business, booking, contact, by=VISITOR, now=clock.now(), host="book.example", **more)
    return booking


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_confirmed_booking_is_firm_and_needs_no_hold():
    shop = a_shop()
    booking = confirmed(shop, a_hold(shop, TEN))
    appointment = db.session.get(Appointment, (shop.business.id, booking.appointment_id))
    assert (booking.status, booking.hold_id, appointment.held_until) == ("confirmed", None, None)
    assert (appointment.live, appointment.places_taken) == (True, 1)
    assert count(Hold) == 0


def test_the_booking_keeps_its_own_copy_of_who_booked():
    shop = a_shop()
    booking = confirmed(shop, a_hold(shop, TEN))
    assert (booking.contact_name, booking.contact_email, booking.note) == (
        "Olivia Park",
        "olivia@example.com",
        "Short, please",
    )
    assert booking.ics_uid == f"{booking.uid}@book.example"


def test_the_same_person_is_the_same_customer_and_is_never_overwritten():
    shop = a_shop()
    first = confirmed(shop, a_hold(shop, TEN))
    second = confirmed(
        shop, a_hold(shop, berlin("2027-03-02 12:00")), Contact("O. Park-Lee", "olivia@example.com")
    )
    assert first.customer_id == second.customer_id
    assert db.session.get(Customer, (shop.business.id, first.customer_id)).name == "Olivia Park"
    assert second.contact_name == "O. Park-Lee"


def test_the_same_person_at_two_businesses_is_two_customers():
    one, two = a_shop(), a_shop()
    assert a_booking(one, TEN).customer_id != a_booking(two, TEN).customer_id


def test_confirming_twice_changes_nothing():
    shop = a_shop()
    booking = confirmed(shop, a_hold(shop, TEN))
    confirmed(shop, booking, Contact("Somebody Else", "else@example.com"))
    assert booking.contact_name == "Olivia Park"
    assert count(Customer) == 1


def test_a_service_that_needs_approval_is_requested():
    shop = a_shop(approval=True)
    booking = confirmed(shop, a_hold(shop, TEN))
    assert (booking.status, booking.confirmed_at) == ("requested", None)
    with pytest.raises(SlotTaken):
        a_hold(shop, TEN)


def test_a_hold_that_ran_out_but_was_not_needed_by_anybody_still_counts(frozen):
    shop = a_shop()
    booking = a_hold(shop, TEN)
    frozen.shift(900)
    assert confirmed(shop, booking).status == "confirmed"


def test_a_hold_that_was_swept_away_takes_its_time_again_if_it_is_free(frozen):
    shop = a_shop()
    booking = a_hold(shop, TEN)
    frozen.shift(900)
    expire_dead_holds(shop.business.id, clock.now())
    assert booking.status == "expired"
    confirmed(shop, booking)
    assert booking.status == "confirmed"
    [taken] = db.session.scalars(select(Allocation).filter_by(live=True))
    assert (taken.appointment_id, taken.starts_at) == (booking.appointment_id, TEN)


def test_a_hold_that_lost_its_time_is_refused_and_can_take_another(frozen):
    shop = a_shop()
    booking = a_hold(shop, TEN)
    frozen.shift(900)
    a_booking(shop, TEN, "sam@example.com")
    db.session.commit()
    with pytest.raises(SlotTaken):
        confirmed(shop, booking)
    db.session.rollback()
    assert booking.status == "expired"
    confirmed(shop, booking, start=epoch_minute(berlin("2027-03-02 11:00")))
    assert (booking.status, booking.local_start.hour) == ("confirmed", 11)


def test_a_hold_forgotten_while_somebody_typed_is_gone():
    shop = a_shop()
    booking = a_hold(shop, TEN)
    db.session.execute(db.text("DELETE FROM bookings"))
    with pytest.raises(HoldGone):
        confirmed(shop, booking)


def test_a_price_that_changed_meanwhile_is_shown_and_not_slipped_in(frozen):
    shop = a_shop()
    booking = a_hold(shop, TEN)
    frozen.shift(900)
    expire_dead_holds(shop.business.id, clock.now())
    shop.service.price_cents = 9900
    db.session.flush()
    with pytest.raises(PriceChanged):
        confirmed(shop, booking)


def run_out(shop, frozen):
    """A hold that was given back, so that its token is all that is left."""
    booking = a_hold(shop, TEN)
    frozen.shift(900)
    expire_dead_holds(shop.business.id, clock.now())
    return booking


@pytest.mark.parametrize("column", ["active", "bookable"])
def test_an_old_hold_does_not_book_a_service_that_is_offered_no_more(frozen, column):
    shop = a_shop()
    booking = run_out(shop, frozen)
    setattr(shop.service, column, False)
    db.session.commit()
    with pytest.raises(NotOffered):
        confirmed(shop, booking)
    db.session.rollback()
    assert booking.status == "expired"


def test_an_old_hold_does_not_get_round_what_the_service_asks_for_now(frozen):
    shop = a_shop()
    booking = run_out(shop, frozen)
    shop.service.approval, shop.service.after_min, shop.service.tax_bp = True, 15, 700
    confirmed(shop, booking)
    assert (booking.status, booking.after_min, booking.tax_bp) == ("requested", 15, 700)
    assert booking.price_lines[0]["tax_bp"] == 700


def test_an_old_hold_is_not_paid_in_another_currency(frozen):
    shop = a_shop()
    booking = run_out(shop, frozen)
    shop.business.currency = "CHF"
    with pytest.raises(PriceChanged):
        confirmed(shop, booking)


def test_a_time_that_only_a_dead_hold_is_on_is_free_to_take_again(frozen):
    shop = a_shop()
    booking = run_out(shop, frozen)
    a_hold(shop, TEN)
    frozen.shift(900)
    assert confirmed(shop, booking).status == "confirmed"


def test_the_audit_says_from_which_status_to_which():
    shop = a_shop()
    booking = confirmed(shop, a_hold(shop, TEN))
    events = db.session.scalars(
        select(AuditEvent).filter_by(subject_kind="booking").order_by(AuditEvent.id)
    ).all()
    assert [event.action for event in events] == ["booking.held", "booking.confirmed"]
    assert events[1].changes == {"status": ["held", "confirmed"]}
    assert events[1].subject_id == booking.id


def test_an_expired_booking_without_customer_is_all_that_a_lost_hold_leaves(frozen):
    shop = a_shop()
    a_hold(shop, TEN)
    frozen.shift(900)
    expire_dead_holds(shop.business.id, clock.now())
    [booking] = db.session.scalars(select(Booking))
    assert (booking.status, booking.customer_id, booking.live) == ("expired", None, None)
    assert not db.session.get(Appointment, (shop.business.id, booking.appointment_id)).live
