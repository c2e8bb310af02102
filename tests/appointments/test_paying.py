from dataclasses import replace
from datetime import timedelta

import pytest

from app.appointments.cancelling import cancel
from app.appointments.codes import use_code
from app.appointments.confirming import confirm
from app.appointments.discounting import TypedCode
from app.appointments.expiring import expire_dead_holds
from app.appointments.finding import bookings_of_visit
from app.appointments.holding import hold
from app.appointments.lapsing import let_lapse
from app.appointments.limiting import HoldLimits, address_key
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.refusals import TooManyHolds
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.jobs import _WAITING
from app.customers.meeting import Contact
from app.notifications.models import Notification
from app.payments.applying import apply_provider_state
from app.payments.jobs import call_off_payment
from app.payments.models import Invoice, PaymentSettings, Refund
from app.payments.starting import start
from app.payments.stripe.answers import ProviderState, SentBack
from app.payments.taking import MoreThanOwed, take
from app.schedule.loading import Part
from app.schedule.serving import Server
from app.services.models import Service
from tests.appointments.paying import a_deposit_shop, come_in, fresh, invoice_for
from tests.factories import (
    ANNA,
    VISITOR,
    a_booking,
    a_hold,
    a_visitor,
    a_wish,
    add_need,
    add_service,
    berlin,
)
from tests.payments.coupons import a_coupon

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN, ELEVEN = berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00")


@pytest.fixture
def shop(app):
    return a_deposit_shop()


def paid(shop, booking):
    invoice = invoice_for(booking)
    payment = start(shop.business, invoice, live=False, by_page=False, now=clock.now())
    return come_in(payment)


def told(booking):
    rows = Notification.query.filter_by(business_id=booking.business_id).order_by(Notification.id)
    return [it.kind for it in rows if it.status == "pending"]


def run_out(shop):
    """The deadline passes, and the clock comes by."""
    expire_dead_holds(shop.business.id, clock.now() + timedelta(minutes=31))


def test_a_deposit_keeps_the_place_until_it_is_paid_and_tells_nobody(shop):
    booking = a_booking(shop, TEN)
    assert (booking.status, told(booking)) == ("pending_payment", [])
    ticket = db.session.get_one(Hold, (booking.business_id, booking.hold_id))
    assert (ticket.kind, ticket.expires_at - clock.now()) == ("payment", timedelta(minutes=30))
    invoice = invoice_for(booking)
    assert (invoice.total_cents, invoice.due_now_cents) == (6000, 2000)
    assert db.session.get(Appointment, (booking.business_id, booking.appointment_id)).held_until is not None


def test_what_was_paid_is_booked_and_told(shop):
    booking = a_booking(shop, TEN)
    paid(shop, booking)
    assert (fresh(booking).status, booking.hold_id) == ("confirmed", None)
    assert sorted(told(booking)) == ["booking_confirmed", "payment_receipt"]
    assert Hold.query.count() == 0
    assert (invoice_for(booking).paid_cents, invoice_for(booking).open_cents) == (2000, 4000)


def test_a_booking_keeps_what_was_agreed_when_it_was_made(shop):
    booking = a_booking(shop, TEN)
    service = db.session.get_one(Service, (shop.business.id, shop.service.id))
    service.prepay, service.deposit_cents = "full", None
    assert booking.policy["payment"]["deposit_cents"] == 2000
    assert invoice_for(booking).due_now_cents == 2000


def test_where_a_business_cannot_be_paid_online_nothing_is_asked_for_first(shop):
    db.session.get_one(PaymentSettings, shop.business.id).mode = "off"
    booking = a_booking(shop, TEN)
    assert booking.status == "confirmed"
    assert Invoice.query.count() == 0


def test_a_new_choice_of_the_same_flow_does_not_give_the_paid_place_back(shop):
    visitor = a_visitor()
    booking = a_hold(shop, TEN, visitor)
    confirm(shop.business, booking, Contact("Olivia", "o@example.com"), by=VISITOR, now=clock.now(), host="a")
    a_hold(shop, ELEVEN, visitor)
    assert fresh(booking).status == "pending_payment"


def confirmed(shop, booking, email="olivia@example.com", **more):
    who = Contact("Olivia Park", email)
    confirm(shop.business, booking, who, by=VISITOR, now=clock.now(), host="book.example", **more)
    return booking


def test_a_hold_that_was_swept_away_is_paid_first_all_the_same(shop, frozen):
    booking = a_hold(shop, TEN)
    frozen.shift(900)
    expire_dead_holds(shop.business.id, clock.now())
    confirmed(shop, booking, address_key=address_key("203.0.113.7"))
    ticket = db.session.get_one(Hold, (booking.business_id, booking.hold_id))
    assert (booking.status, ticket.kind, ticket.expires_at - clock.now()) == (
        "pending_payment",
        "payment",
        timedelta(minutes=30),
    )
    paid(shop, booking)
    assert (fresh(booking).status, Hold.query.count()) == ("confirmed", 0)


def test_what_ran_out_unpaid_can_be_asked_for_again_and_is_kept_anew(shop, frozen):
    booking = a_booking(shop, TEN)
    frozen.shift(3600)
    expire_dead_holds(shop.business.id, clock.now())
    confirmed(shop, booking)
    assert (booking.status, invoice_for(booking).due_now_cents) == ("pending_payment", 2000)


def test_an_address_keeps_no_more_places_by_letting_them_run_out_and_asking_again(shop, frozen):
    limits = HoldLimits(per_address_and_business=2)
    swept = a_hold(shop, TEN)
    frozen.shift(900)
    for at in (ELEVEN, berlin("2027-03-02 12:00")):
        a_hold(shop, at)
    assert fresh(swept).status == "expired"
    with pytest.raises(TooManyHolds):
        confirmed(shop, swept, limits=limits, address_key=address_key("203.0.113.7"))


def test_one_person_keeps_three_places_at_most_without_paying(shop):
    for hour in (9, 10, 11):
        assert a_booking(shop, berlin(f"2027-03-02 {hour:02}:00")).status == "pending_payment"
    with pytest.raises(TooManyHolds):
        a_booking(shop, berlin("2027-03-02 12:00"))
    db.session.rollback()


def test_what_nobody_pays_for_is_free_again_and_owes_nothing(shop):
    booking = a_booking(shop, TEN)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    run_out(shop)
    assert fresh(booking).status == "expired"
    invoice = invoice_for(booking)
    assert (invoice.due_now_cents, invoice.open_cents) == (0, 0)
    assert (call_off_payment, (shop.business.id, payment.id)) in db.session.info[_WAITING]
    assert a_hold(shop, TEN).status == "held"


def test_paid_late_the_place_is_taken_again_if_it_is_free(shop):
    booking = a_booking(shop, TEN)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    run_out(shop)
    come_in(payment)
    assert fresh(booking).status == "confirmed"
    assert told(booking) == ["booking_confirmed", "payment_receipt"]
    assert (invoice_for(booking).open_cents, Refund.query.count()) == (4000, 0)


def test_paid_late_and_taken_all_of_it_goes_back_once(shop):
    booking = a_booking(shop, TEN)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    run_out(shop)
    other = a_hold(shop, TEN)
    for _ in range(3):
        come_in(payment)
    assert (fresh(booking).status, fresh(other).status) == ("expired", "held")
    refund = Refund.query.one()
    assert (refund.amount_cents, refund.cause, refund.status) == (2000, "late", "created")
    invoice = invoice_for(booking)
    assert (invoice.kept_cents, invoice.open_cents) == (0, 0)


def test_paid_after_it_should_have_begun_all_of_it_goes_back(shop):
    booking = a_booking(shop, TEN)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    run_out(shop)
    state = ProviderState("pi_1", "succeeded", 2000, 2000, "EUR", str(payment.uid), live=False)
    apply_provider_state(payment.business_id, payment.id, state, TEN)
    assert (fresh(booking).status, Refund.query.one().amount_cents) == ("expired", 2000)


def test_who_cancels_instead_of_paying_owes_nothing_and_gets_back_what_came_all_the_same(shop):
    booking = a_booking(shop, TEN)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert invoice_for(booking).open_cents == 0
    assert (call_off_payment, (shop.business.id, payment.id)) in db.session.info[_WAITING]
    for _ in range(2):
        come_in(payment)
    assert (fresh(booking).status, Refund.query.one().amount_cents) == ("cancelled", 2000)
    assert invoice_for(booking).kept_cents == 0


def test_a_member_takes_nothing_later_for_a_cancelled_visit(shop):
    booking = a_booking(shop, TEN)
    paid(shop, booking)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    with pytest.raises(MoreThanOwed):
        take(shop.business, invoice_for(booking), 100, "cash", by=ANNA, now=clock.now())
    assert Refund.query.filter_by(cause="late").count() == 0


def test_what_was_paid_of_a_deposit_and_not_enough_goes_back_when_its_time_is_over(shop):
    booking = a_booking(shop, TEN)
    take(shop.business, invoice_for(booking), 500, "cash", by=ANNA, now=clock.now())
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    assert payment.amount_cents == 1500
    run_out(shop)
    assert (Refund.query.one().amount_cents, invoice_for(booking).kept_cents) == (500, 0)
    # Together it would have been enough; without what has gone back it is not.
    come_in(payment)
    assert fresh(booking).status == "expired"
    assert [it.amount_cents for it in Refund.query.order_by(Refund.id)] == [500, 1500]


def test_nothing_lapses_where_nothing_was_owed(shop):
    booking = a_hold(shop, TEN)
    let_lapse(shop.business.id, [booking.visit], clock.now())
    assert Invoice.query.count() == 0
    assert Booking.query.one().status == "held"


@pytest.fixture
def with_code(shop):
    """A visit that waits for its deposit, made cheaper by a code that is good once; and the code."""
    coupon = a_coupon(shop.business, most_uses=1)
    booking = a_hold(shop, TEN)
    who, typed = Contact("Olivia Park", "olivia@example.com"), TypedCode("SUMMER-10")
    confirm(shop.business, booking, who, by=VISITOR, now=clock.now(), host="book.example", code=typed)
    return booking, coupon


def test_a_deposit_that_never_comes_gives_the_code_back(shop, with_code):
    booking, coupon = with_code
    assert (booking.status, booking.total_cents, fresh(coupon).uses) == ("pending_payment", 5000, 1)
    assert invoice_for(booking).due_now_cents == 2000
    run_out(shop)
    assert (fresh(booking).status, fresh(coupon).uses) == ("expired", 0)


def test_a_deposit_that_comes_late_is_of_the_price_that_was_agreed(shop, with_code):
    booking, _coupon = with_code
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    run_out(shop)
    come_in(payment)
    assert (fresh(booking).status, fresh(booking).total_cents) == ("confirmed", 5000)
    assert invoice_for(booking).open_cents == 3000


@pytest.fixture
def two(shop):
    """A visit of which the first part is paid first, and the second needs no payment."""
    cut = add_service(shop.business.id, "Cut", minutes=30, price_cents=4000, prepay="none")
    add_need(shop.business.id, cut.id, [Server(shop.person.resource_id)])
    whole = replace(a_wish(shop, TEN), then=(Part(cut.id),))
    held = confirmed(shop, hold(shop.business, whole, a_visitor(), by=VISITOR, now=clock.now()))
    return bookings_of_visit(shop.business.id, held.visit)


def test_what_is_left_of_a_visit_is_booked_when_nothing_of_it_is_to_be_paid_any_more(shop, two):
    paid_first, cut = two
    assert {it.status for it in two} == {"pending_payment"}
    cancel(shop.business, paid_first, by=Actor("customer", "Olivia"), now=clock.now())
    assert (fresh(paid_first).status, fresh(cut).status, cut.hold_id) == ("cancelled", "confirmed", None)
    assert "booking_confirmed" in told(cut)
    run_out(shop)
    assert fresh(cut).status == "confirmed"
    assert invoice_for(cut).open_cents == 4000


def test_what_is_left_of_a_visit_is_still_paid_first_where_that_is_due(shop, two):
    paid_first, cut = two
    cancel(shop.business, cut, by=Actor("customer", "Olivia"), now=clock.now())
    assert (fresh(paid_first).status, invoice_for(cut).due_now_cents) == ("pending_payment", 2000)


def test_a_code_that_leaves_nothing_to_pay_books_what_waited_for_its_payment(shop):
    booking = a_booking(shop, TEN)
    a_coupon(shop.business, code="ALL OF IT", share_bp=10_000)
    use_code(shop.business, booking, "ALL OF IT", by=ANNA, now=clock.now())
    assert (fresh(booking).status, booking.total_cents, Hold.query.count()) == ("confirmed", 0, 0)


def test_money_for_something_else_that_is_all_back_books_nothing(shop):
    booking = a_booking(shop, TEN)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    come_in(payment, about="another", sent_back=(SentBack("re_1", "succeeded", 2000),))
    assert (fresh(payment).status, invoice_for(booking).kept_cents) == ("succeeded", 0)
    assert (fresh(booking).status, told(booking)) == ("pending_payment", ["payment_returned"])
