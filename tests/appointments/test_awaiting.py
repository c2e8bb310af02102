"""A request that is accepted and paid first: its place is kept until it is paid, until the deadline, or given up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.appointments.answering import accept, accept_unpaid, decline, expire_unanswered
from app.appointments.awaiting import to_pay_first
from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.confirming import confirm
from app.appointments.expiring import expire_dead_holds
from app.appointments.finding import bookings_of_visit
from app.appointments.holding import hold
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.moving import move
from app.appointments.receipt import receipt_of
from app.appointments.refusals import AlreadyBegun
from app.appointments.settling_up import issue_for, take_for
from app.appointments.undoing import undo
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.core.jobs import _WAITING
from app.customers.meeting import Contact
from app.payments.jobs import call_off_payment
from app.payments.models import Invoice, PaymentSettings, Refund
from app.payments.starting import start
from app.schedule.loading import Part
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import events, state
from tests.appointments.paying import a_deposit_shop, come_in, fresh, invoice_for
from tests.factories import (
    ANNA,
    a_booking,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    a_visitor,
    a_wish,
    add_need,
    add_service,
    berlin,
)
from tests.notifications.messages import messages_of

pytestmark = pytest.mark.usefixtures("app", "frozen")
FRIDAY, TODAY = berlin("2027-03-05 10:00"), berlin("2027-03-01 17:00")
DAY = 24 * 3600


@pytest.fixture
def shop(app):
    shop = a_deposit_shop(approval=True)
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    return shop


def told(shop, kind=None):
    return [
        (it.kind, it.recipient, it.status)
        for it in messages_of(shop.business.id)
        if kind is None or it.kind == kind
    ]


def kinds(shop):
    return [kind for kind, _to, status in told(shop) if status == "pending"]


def sent(shop):
    """All that waits has left."""
    for it in messages_of(shop.business.id):
        if it.status == "pending":
            it.status, it.sent_at = "sent", clock.now()
    db.session.flush()


def accepted(shop, at=FRIDAY):
    booking = a_booking(shop, at)
    assert booking.status == "requested"
    sent(shop)
    assert accept(shop.business, booking, by=ANNA, now=clock.now())
    return booking


def ticket_of(booking):
    return db.session.get_one(Hold, (booking.business_id, booking.hold_id))


def test_nothing_is_asked_for_before_a_request_is_answered(shop):
    booking = a_booking(shop, FRIDAY)
    assert (booking.status, Invoice.query.count()) == ("requested", 0)


def test_what_is_accepted_waits_for_its_payment_for_a_day_and_its_customer_is_told(shop):
    booking = accepted(shop)
    ticket = ticket_of(booking)
    assert (booking.status, booking.confirmed_at) == ("pending_payment", None)
    assert (ticket.kind, ticket.expires_at - clock.now()) == ("payment", timedelta(hours=24))
    assert (invoice_for(booking).due_now_cents, invoice_for(booking).total_cents) == (2000, 6000)
    assert kinds(shop) == ["payment_due"]
    [row] = [it for it in messages_of(shop.business.id) if it.kind == "payment_due"]
    assert (row.recipient, row.expires_at) == ("olivia@example.com", ticket.expires_at)
    at = db.session.get_one(Appointment, (booking.business_id, booking.appointment_id))
    assert (at.live, at.held_until) == (True, ticket.expires_at)
    [event] = events("booking.pending_payment")
    assert event.actor_name == "Anna"


def test_it_is_never_kept_beyond_its_start(shop):
    booking = accepted(shop, TODAY)
    assert ticket_of(booking).expires_at == TODAY


def test_it_goes_on_being_kept_however_often_it_is_accepted(shop, frozen):
    booking = accepted(shop)
    until, before = ticket_of(booking).expires_at, state()
    frozen.shift(3600)
    accept(shop.business, booking, by=ANNA, now=clock.now())
    assert (ticket_of(booking).expires_at, state()) == (until, before)
    assert len(told(shop, "payment_due")) == 1


def test_once_it_is_paid_it_is_booked_and_confirmed(shop):
    booking = accepted(shop)
    come_in(start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now()))
    assert (fresh(booking).status, booking.hold_id, Hold.query.count()) == ("confirmed", None, 0)
    assert sorted(kinds(shop)) == ["booking_confirmed", "payment_due", "payment_receipt"]


def test_nobody_pays_and_it_is_free_again_and_customer_and_owner_are_told(shop, frozen):
    booking = accepted(shop)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    frozen.shift(DAY - 1)
    assert expire_dead_holds(shop.business.id, clock.now()) == 0
    frozen.shift(1)
    for _ in range(2):
        expire_dead_holds(shop.business.id, clock.now())
    assert (fresh(booking).status, invoice_for(booking).open_cents) == ("expired", 0)
    assert (call_off_payment, (shop.business.id, payment.id)) in db.session.info[_WAITING]
    assert sorted(kinds(shop)) == ["payment_lapsed", "payment_missed"]
    assert told(shop, "payment_missed") == [("payment_missed", "maya@example.com", "pending")]
    assert told(shop, "payment_due")[0][2] == "cancelled"
    assert a_hold(shop, FRIDAY).status == "held"


def test_who_booked_by_themselves_and_did_not_pay_is_told_nothing(app):
    shop = a_deposit_shop()
    booking = a_booking(shop, FRIDAY)
    expire_dead_holds(shop.business.id, clock.now() + timedelta(minutes=31))
    assert (fresh(booking).status, told(shop)) == ("expired", [])


def test_paid_after_it_lapsed_it_is_booked_again_and_said_once(shop, frozen):
    booking = accepted(shop)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    frozen.shift(DAY)
    expire_dead_holds(shop.business.id, clock.now())
    sent(shop)
    come_in(payment)
    assert fresh(booking).status == "confirmed"
    assert sorted(kinds(shop)) == ["booking_confirmed", "payment_receipt"]
    [row] = [it for it in messages_of(shop.business.id) if it.kind == "booking_confirmed"]
    assert row.payload["late"] is True


def test_a_member_books_what_lapsed_again_and_the_customer_hears_it(shop, frozen):
    booking = accepted(shop)
    frozen.shift(DAY)
    expire_dead_holds(shop.business.id, clock.now())
    sent(shop)
    undo(shop.business, booking, by=ANNA, now=clock.now())
    assert (fresh(booking).status, kinds(shop)) == ("confirmed", ["booking_confirmed"])


def test_cancelled_while_it_waits_nothing_is_owed_and_its_late_money_goes_back(shop):
    booking = accepted(shop)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    assert (fresh(booking).status, Hold.query.count()) == ("cancelled", 0)
    assert invoice_for(booking).open_cents == 0
    come_in(payment)
    assert Refund.query.one().amount_cents == 2000
    assert kinds(shop)[-1] == "payment_late"


@pytest.mark.parametrize("is_accepted", [False, True])
def test_a_manager_books_it_without_payment(shop, is_accepted):
    booking = accepted(shop) if is_accepted else a_booking(shop, FRIDAY)
    for _ in range(2):
        accept_unpaid(shop.business, booking, by=ANNA, now=clock.now())
    assert (fresh(booking).status, Hold.query.count()) == ("confirmed", 0)
    assert len(told(shop, "booking_confirmed")) == 1
    assert [it[2] for it in told(shop, "payment_due")] == ["cancelled"] * is_accepted


def test_what_a_visitor_pays_for_just_now_can_be_booked_without_that(app):
    shop = a_deposit_shop()
    booking = a_booking(shop, FRIDAY)
    with pytest.raises(ChangedMeanwhile):
        accept(shop.business, booking, by=ANNA, now=clock.now())
    accept_unpaid(shop.business, booking, by=ANNA, now=clock.now())
    assert (fresh(booking).status, kinds(shop)) == ("confirmed", ["booking_confirmed"])
    assert invoice_for(booking).open_cents == 6000


def test_too_late_or_given_back_it_cannot_be_accepted_in_any_way(shop, frozen):
    waiting, gone = a_booking(shop, TODAY), a_booking(shop, FRIDAY, "b@example.com")
    decline(shop.business, gone, by=ANNA, now=clock.now())
    frozen.move_to(TODAY)
    for way in (accept, accept_unpaid):
        with pytest.raises(AlreadyBegun):
            way(shop.business, waiting, by=ANNA, now=clock.now())
        with pytest.raises(ChangedMeanwhile):
            way(shop.business, gone, by=ANNA, now=clock.now())


def test_a_request_of_another_business_is_out_of_reach(shop):
    other = a_shop()
    with pytest.raises(LookupError):
        accept_unpaid(other.business, a_booking(shop, FRIDAY), by=ANNA, now=clock.now())


def test_without_keys_an_accepted_request_is_simply_booked(shop):
    booking = a_booking(shop, FRIDAY)
    db.session.get_one(PaymentSettings, shop.business.id).mode = "off"
    assert not accept(shop.business, booking, by=ANNA, now=clock.now())
    assert (booking.status, Invoice.query.count()) == ("confirmed", 0)


def test_moved_to_sooner_it_is_kept_no_longer_than_to_the_new_start(shop):
    booking = accepted(shop)
    sooner = berlin("2027-03-02 09:00")
    move(shop.business, booking.appointment, start=epoch_minute(sooner), by=ANNA, now=clock.now(), tell=True)
    assert ticket_of(booking).expires_at == sooner
    at = db.session.get_one(
        Appointment, (booking.business_id, booking.appointment_id), populate_existing=True
    )
    assert at.held_until == sooner
    assert kinds(shop) == ["payment_due"]


def test_moved_to_later_it_is_kept_as_long_as_was_said(shop):
    booking = accepted(shop)
    until = ticket_of(booking).expires_at
    later = epoch_minute(FRIDAY + timedelta(hours=3))
    move(shop.business, booking.appointment, start=later, by=ANNA, now=clock.now())
    assert ticket_of(booking).expires_at == until


@pytest.fixture
def held_pair(shop):
    """Somebody holds a visit of what needs approval and of something that does not; the deposit is for both."""
    cut = add_service(
        shop.business.id, "Cut", minutes=30, price_cents=4000, prepay="deposit", deposit_cents=1000
    )
    add_need(shop.business.id, cut.id, [Server(shop.person.resource_id)])
    whole = replace(a_wish(shop, FRIDAY), then=(Part(cut.id),))
    return hold(shop.business, whole, a_visitor(), by=VISITOR, now=clock.now())


def confirmed(shop, held):
    """The request of a visit, and the rest of it."""
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, held, contact, by=VISITOR, now=clock.now(), host="book.example")
    found = {it.service_name: it for it in bookings_of_visit(shop.business.id, held.visit)}
    return found["Haircut"], found["Cut"]


@pytest.fixture
def pair(shop, held_pair):
    """The same, asked for."""
    return confirmed(shop, held_pair)


def statuses(pair):
    return tuple(fresh(it).status for it in pair)


def test_while_a_part_waits_for_an_answer_nothing_of_the_visit_is_asked_for(shop, pair):
    asked, cut = pair
    assert statuses(pair) == ("requested", "pending_payment")
    assert ticket_of(cut).expires_at == cut.appointment.starts_at
    assert receipt_of(bookings_of_visit(shop.business.id, asked.visit)).status == "requested"
    assert kinds(shop) == ["booking_requested", "booking_new"]
    accept(shop.business, asked, by=ANNA, now=clock.now())
    assert statuses(pair) == ("pending_payment", "pending_payment")
    assert ticket_of(cut).id == ticket_of(asked).id
    assert ticket_of(cut).expires_at - clock.now() == timedelta(hours=24)
    assert invoice_for(asked).due_now_cents == 3000
    assert kinds(shop).count("payment_due") == 1
    come_in(start(shop.business, invoice_for(asked), live=False, by_page=False, now=clock.now()))
    assert statuses(pair) == ("confirmed", "confirmed")


def test_what_had_run_out_while_they_typed_is_kept_again_until_the_request_is_answered(
    shop, held_pair, frozen
):
    frozen.shift(900)
    expire_dead_holds(shop.business.id, clock.now())
    pair = confirmed(shop, held_pair)
    assert statuses(pair) == ("requested", "pending_payment")
    assert ticket_of(pair[1]).expires_at == pair[1].appointment.starts_at
    accept(shop.business, pair[0], by=ANNA, now=clock.now())
    assert statuses(pair) == ("pending_payment", "pending_payment")


def test_where_the_request_is_declined_the_rest_is_asked_for(shop, pair):
    asked, cut = pair
    decline(shop.business, asked, by=ANNA, now=clock.now(), tell=True)
    assert statuses(pair) == ("declined", "pending_payment")
    assert ticket_of(cut).expires_at - clock.now() == timedelta(hours=24)
    assert invoice_for(cut).due_now_cents == 1000
    assert "payment_due" in kinds(shop)
    assert "booking_declined" not in kinds(shop)


def test_where_nobody_answers_the_request_the_rest_is_asked_for(shop, pair, frozen):
    frozen.shift(2 * DAY)
    assert expire_unanswered(shop.business.id, clock.now(), 10) == 1
    assert statuses(pair) == ("expired", "pending_payment")
    assert ticket_of(pair[1]).expires_at - clock.now() == timedelta(hours=24)


def test_where_the_customer_gives_up_the_request_the_rest_is_asked_for_once(shop, pair):
    cancel(shop.business, pair[0], by=VISITOR, now=clock.now())
    assert statuses(pair) == ("cancelled", "pending_payment")
    assert invoice_for(pair[1]).due_now_cents == 1000
    assert kinds(shop).count("payment_due") == 1


def test_all_of_a_visit_is_booked_without_payment_at_once(shop, pair):
    accept_unpaid(shop.business, pair[0], by=ANNA, now=clock.now())
    assert statuses(pair) == ("confirmed", "confirmed")
    assert kinds(shop).count("booking_confirmed") == 1
    assert Booking.query.filter(Booking.hold_id.is_not(None)).count() == 0


def test_paid_too_late_only_what_was_asked_for_is_booked_again(shop, pair, frozen):
    frozen.shift(2 * DAY)
    expire_unanswered(shop.business.id, clock.now(), 10)
    payment = start(shop.business, invoice_for(pair[1]), live=False, by_page=False, now=clock.now())
    frozen.shift(DAY)
    expire_dead_holds(shop.business.id, clock.now())
    assert statuses(pair) == ("expired", "expired")
    come_in(payment)
    assert statuses(pair) == ("expired", "confirmed")


def test_of_two_requests_in_a_visit_the_first_answer_asks_for_nothing(shop):
    held = hold(
        shop.business,
        replace(a_wish(shop, FRIDAY), then=(Part(shop.service.id),)),
        a_visitor(),
        by=VISITOR,
        now=clock.now(),
    )
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, held, contact, by=VISITOR, now=clock.now(), host="book.example")
    both = bookings_of_visit(shop.business.id, held.visit)
    assert statuses(both) == ("requested", "requested")
    accept(shop.business, both[0], by=ANNA, now=clock.now())
    assert (statuses(both), "payment_due" in kinds(shop)) == (("pending_payment", "requested"), False)
    assert ticket_of(fresh(both[0])).expires_at == both[0].appointment.starts_at
    assert Invoice.query.count() == 0
    accept(shop.business, both[1], by=ANNA, now=clock.now())
    assert (statuses(both), kinds(shop).count("payment_due")) == (("pending_payment",) * 2, 1)
    assert ticket_of(fresh(both[0])).expires_at - clock.now() == timedelta(hours=24)
    assert (Hold.query.count(), invoice_for(held).due_now_cents) == (1, 4000)


@pytest.mark.parametrize("is_issued", [False, True])
def test_what_was_kept_of_another_part_pays_for_nothing_that_is_left(shop, frozen, is_issued):
    shop.business.refund_steps, wish = [], replace(a_wish(shop, FRIDAY), then=(Part(shop.service.id),))
    held = hold(shop.business, wish, a_visitor(), by=VISITOR, now=clock.now())
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, held, contact, by=VISITOR, now=clock.now(), host="book.example")
    first, second = bookings_of_visit(shop.business.id, held.visit)
    accept_unpaid(shop.business, first, by=ANNA, now=clock.now())
    take_for(shop.business, first, 2000, "cash", key="cash", note=None, by=ANNA, now=clock.now())
    if is_issued:
        issue_for(shop.business, first, by=ANNA, now=clock.now())
    cancel(shop.business, first, by=VISITOR, now=clock.now())
    assert (Refund.query.count(), statuses((first, second))) == (0, ("cancelled", "requested"))
    assert accept(shop.business, second, by=ANNA, now=clock.now())
    assert statuses((first, second)) == ("cancelled", "pending_payment")
    assert to_pay_first(shop.business, [fresh(second)]) == 1000
    if not is_issued:
        assert invoice_for(second).due_now_cents == 1000
