"""What goes back when something that was paid for is cancelled, declined, missed, moved or booked again."""

from datetime import timedelta

import pytest

from app.appointments.answering import accept, decline, expire_unanswered
from app.appointments.billing import bill_of
from app.appointments.cancelling import cancel
from app.appointments.class_dates import cancel_date
from app.appointments.confirming import confirm
from app.appointments.exchanging import exchange
from app.appointments.finding import bookings_of_visit
from app.appointments.finishing import complete, mark_no_show
from app.appointments.moving import move
from app.appointments.paying_back import would_go_back
from app.appointments.rescheduling import reschedule
from app.appointments.undoing import undo, undo_together
from app.appointments.withdrawing import take_back, withdraw
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.payments.issuing import issue
from app.payments.models import Invoice
from app.payments.owing import Item, rewrite
from app.payments.refund_steps import RefundStep
from app.payments.refunding import give_back
from app.payments.terms import Terms
from app.schedule.wall_clock import epoch_minute
from app.services.offering import change_service
from tests.appointments.looking import appointment_of
from tests.appointments.paid import OLIVIA, agree, lines, notes, paid, refunds
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.factories import ANNA, a_booking, a_class_date, a_hold, a_membership, a_shop, berlin
from tests.payments.owed import paid_online

pytestmark = pytest.mark.usefixtures("app", "frozen")
START = berlin("2027-03-04 10:00")
DAY = timedelta(hours=24)
FREE_FOR_A_DAY = (RefundStep(1440, 10_000),)
LADDER = (RefundStep(1440, 10_000), RefundStep(120, 5_000))


@pytest.fixture
def shop(app):
    """Sixty euros, twenty of them first; customers may cancel until the start."""
    shop = a_shop(price_cents=6000)
    shop.business.change_until_min = 0
    agree(shop.business, Terms("deposit", 2000, steps=FREE_FOR_A_DAY, no_show_back_bp=0))
    return shop


def withdrawn(shop, *bookings):
    withdraw(shop.business, bookings[0], [it.id for it in bookings], by=OLIVIA, now=clock.now())


def taken_back(invoice):
    """What its credit notes say; what was paid in full has its number."""
    return [it.total_cents for it in notes(invoice)]


def said(shop, booking, **more):
    visit = bookings_of_visit(shop.business.id, booking.visit)
    found = would_go_back(
        shop.business, visit, [it for it in visit if it.id == booking.id], clock.now(), **more
    )
    return found and (found.paid, found.back)


@pytest.mark.parametrize(
    ("early", "back"),
    [(DAY + timedelta(seconds=1), 2000), (DAY, 2000), (DAY - timedelta(seconds=1), 0)],
)
def test_a_deposit_goes_back_until_the_last_second_and_not_a_second_longer(shop, frozen, early, back):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    frozen.move_to(START - early)
    assert said(shop, booking) == (2000, back)
    withdrawn(shop, booking)
    assert sum(refunds(shop.business)) == back
    assert invoice.kept_cents == 2000 - back == invoice.total_cents
    assert invoice.open_cents == invoice.due_now_cents == 0
    assert lines(invoice) == ([] if back else [("fee", 2000)])


@pytest.mark.parametrize(
    ("moment", "back"),
    [
        ("2027-03-27 09:00:00", 2000),
        ("2027-03-27 09:00:01", 0),
        ("2027-10-30 11:00:00", 2000),
        ("2027-10-30 11:00:01", 0),
    ],
)
def test_24_hours_are_real_hours_also_where_the_clocks_change(shop, frozen, moment, back):
    """From Saturday ten to Sunday ten it is 23 hours in March and 25 in October."""
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    appointment, now = appointment_of(booking), berlin(moment)
    appointment.starts_at = berlin("2027-03-28 10:00" if now.month == 3 else "2027-10-31 10:00")
    appointment.ends_at = appointment.starts_at + timedelta(minutes=30)
    db.session.flush()
    frozen.move_to(now)
    withdrawn(shop, booking)
    assert sum(refunds(shop.business)) == back


def test_what_the_business_cancels_goes_back_whole_however_late(shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(minutes=5))
    assert said(shop, booking, by_terms=False) == (2000, 2000)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert refunds(shop.business) == [2000]


def test_a_member_may_cancel_as_was_agreed_when_the_customer_asked_for_it(shop, frozen):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=3))
    cancel(shop.business, booking, by=ANNA, now=clock.now(), by_terms=True)
    assert refunds(shop.business) == []
    assert lines(invoice) == [("fee", 2000)]


def test_a_date_of_a_class_that_is_cancelled_gives_everybody_all_of_it_back(app, frozen):
    shop = a_shop(price_cents=2500, capacity=8)
    agree(shop.business, Terms("full"))
    date = a_class_date(shop, START)
    both = [a_booking(shop, START, email) for email in ("olivia@example.com", "sam@example.com")]
    for it in both:
        paid(shop.business, it, 2500)
    frozen.move_to(START - timedelta(minutes=1))
    cancel_date(shop.business, date, by=ANNA, now=clock.now())
    assert refunds(shop.business) == [2500, 2500]


def test_what_was_booked_keeps_its_price_and_its_terms_whatever_is_edited_later(shop, frozen):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    change_service(shop.service, price_cents=9000, by=ANNA, now=clock.now())
    agree(shop.business, Terms("full", steps=()))
    bill_of(shop.business, [booking], clock.now())
    assert (invoice.total_cents, invoice.prepay_cents) == (6000, 2000)
    withdrawn(shop, booking)
    assert refunds(shop.business) == [2000]


def test_a_service_with_terms_of_its_own_is_booked_by_them(shop, frozen):
    agree(shop.service, Terms("full", steps=LADDER))
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 6000)
    assert invoice.prepay_cents == 6000
    frozen.move_to(START - timedelta(hours=2))
    withdrawn(shop, booking)
    assert refunds(shop.business) == [3000]
    assert lines(invoice) == [("item", 6000)]
    assert taken_back(invoice) == [-3000]


def test_a_time_that_is_taken_again_keeps_the_terms_it_was_shown_with(shop, frozen):
    held = a_hold(shop, START)
    agree(shop.business, Terms("none", steps=()))
    frozen.shift(3600)
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, held, contact, by=VISITOR, now=clock.now(), host="book.example")
    assert held.policy["payment"]["prepay"] == "deposit"


def test_a_fee_that_is_kept_is_an_invoice_with_a_number(shop, frozen):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=1))
    withdrawn(shop, booking)
    assert invoice.number == "2027-0001"
    assert notes(invoice) == []


def test_of_an_invoice_that_was_issued_a_credit_note_takes_back_what_is_not_owed(shop, frozen):
    agree(shop.business, Terms("full", steps=LADDER))
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 6000)
    issue(shop.business, invoice, by=ANNA, now=clock.now())
    frozen.move_to(START - timedelta(hours=5))
    withdrawn(shop, booking)
    [note] = notes(invoice)
    assert (invoice.total_cents, note.total_cents, note.number) == (6000, -3000, "C2027-0001")
    assert (invoice.kept_cents, invoice.open_cents) == (3000, 0)


def test_what_is_issued_and_booked_again_owes_what_went_back(shop, frozen):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 6000)
    issue(shop.business, invoice, by=ANNA, now=clock.now())
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert invoice.open_cents == 0
    undo(shop.business, booking, by=ANNA, now=clock.now())
    assert [it.total_cents for it in notes(invoice)] == [-6000, 6000]
    assert invoice.open_cents == 6000


def test_cancelling_a_part_gives_back_what_was_paid_for_that_part(shop, frozen):
    first, second = a_visit_of(shop, a_second(shop))
    invoice = paid(shop.business, first, 4000)
    assert invoice.prepay_cents == 4000
    withdrawn(shop, second)
    assert refunds(shop.business) == [2000]
    assert lines(invoice) == [("item", 6000)]
    assert (invoice.prepay_cents, invoice.due_now_cents, invoice.open_cents) == (2000, 0, 4000)


def test_the_deposit_of_one_part_is_not_given_back_for_another(shop, frozen):
    second_service = a_second(shop)
    agree(second_service, Terms("none", steps=FREE_FOR_A_DAY))
    first, second = a_visit_of(shop, second_service)
    invoice = paid(shop.business, first, 2000)
    withdrawn(shop, second)
    assert refunds(shop.business) == []
    assert (invoice.kept_cents, invoice.due_now_cents) == (2000, 0)


def test_both_parts_one_after_the_other_give_back_all_that_was_paid(shop, frozen):
    first, second = a_visit_of(shop, a_second(shop))
    invoice = paid(shop.business, first, 4001)
    withdrawn(shop, second)
    withdrawn(shop, first, second)
    assert sum(refunds(shop.business)) == 4001
    assert invoice.kept_cents == 0


def test_what_a_manager_gave_back_before_does_not_go_back_twice(shop, frozen):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    give_back(shop.business, invoice, 1500, cause="member", key="m", by=ANNA, now=clock.now())
    withdrawn(shop, booking)
    assert refunds(shop.business) == [1500, 500]


def test_a_discount_on_all_is_given_back_with_the_part_it_was_for(shop, frozen):
    first, second = a_visit_of(shop, a_second(shop))
    invoice = paid(shop.business, first, 0)
    cheaper = [Item(it.label, it.amount_cents, it.subject_id, it.subject_kind) for it in invoice.lines]
    rewrite(invoice, [*cheaper, Item("Spring", -800, kind="discount")])
    paid_online(shop.business, invoice, 7200)
    withdrawn(shop, second)
    assert refunds(shop.business) == [1800]
    assert lines(invoice) == [("item", 6000), ("item", 2000), ("discount", -800)]
    assert taken_back(invoice) == [-1800]
    assert invoice.open_cents == 0


def test_who_does_not_come_has_back_what_was_agreed_for_that(shop, frozen):
    agree(shop.business, Terms("deposit", 2000, steps=FREE_FOR_A_DAY, no_show_back_bp=2500))
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    frozen.move_to(START + timedelta(hours=1))
    mark_no_show(shop.business, booking, by=ANNA, now=clock.now())
    assert refunds(shop.business) == [500]
    assert lines(invoice) == [("fee", 1500)]
    mark_no_show(shop.business, booking, by=ANNA, now=clock.now())
    assert refunds(shop.business) == [500]


def test_who_came_after_all_owes_all_of_it(shop, frozen):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    frozen.move_to(START + timedelta(hours=1))
    mark_no_show(shop.business, booking, by=ANNA, now=clock.now())
    complete(shop.business, booking, by=ANNA, now=clock.now())
    assert (invoice.kept_cents, invoice.open_cents) == (2000, 4000)


@pytest.mark.parametrize("ends", ["withdrawn", "declined", "expired"])
def test_of_a_request_nobody_agreed_to_all_goes_back(app, frozen, ends):
    shop = a_shop(approval=True)
    agree(shop.business, Terms("full"))
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 4500)
    if ends == "withdrawn":
        withdrawn(shop, booking)
    elif ends == "declined":
        decline(shop.business, booking, by=ANNA, now=clock.now())
    else:
        frozen.move_to(START)
        expire_unanswered(shop.business.id, clock.now(), 10)
    assert refunds(shop.business) == [4500]
    assert taken_back(invoice) == [-4500]


def test_once_it_was_accepted_what_was_agreed_counts(app, frozen):
    shop = a_shop(approval=True)
    agree(shop.business, Terms("full"))
    booking = a_booking(shop, START)
    paid(shop.business, booking, 4500)
    accept(shop.business, booking, by=ANNA, now=clock.now())
    withdrawn(shop, booking)
    assert refunds(shop.business) == []


def test_cancelling_twice_gives_back_once(shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    withdrawn(shop, booking)
    withdrawn(shop, booking)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert refunds(shop.business) == [2000]


def test_what_is_booked_again_is_owed_again_and_goes_back_only_when_it_was_paid_again(shop, frozen):
    booking = a_booking(shop, START)
    invoice = paid(shop.business, booking, 2000)
    withdrawn(shop, booking)
    member = a_membership(shop.business)
    undone = undo_together(shop.business, booking, member, by=ANNA, now=clock.now())
    assert undone.owed == 2000
    assert (invoice.open_cents, invoice.due_now_cents) == (6000, 2000)
    withdrawn(shop, booking)
    assert refunds(shop.business) == [2000]
    take_back(shop.business, booking, by=OLIVIA, now=clock.now())
    paid_online(shop.business, invoice, 2000)
    withdrawn(shop, booking)
    assert refunds(shop.business) == [2000, 2000]
    assert invoice.kept_cents == 0


def test_who_moves_late_has_it_counted_from_where_it_was(shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=20))
    later = epoch_minute(berlin("2027-03-11 10:00"))
    reschedule(shop.business, booking, start=later, by=OLIVIA, now=clock.now())
    assert booking.refund_from == START
    assert said(shop, booking) == (2000, 0)
    withdrawn(shop, booking)
    assert refunds(shop.business) == []


def test_who_takes_an_offer_late_has_it_counted_from_where_it_was(shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=20))
    held = a_hold(shop, berlin("2027-03-11 10:00"))
    exchange(shop.business, booking, held, by=OLIVIA, now=clock.now())
    assert (booking.refund_from, booking.appointment.starts_at.day) == (START, 11)
    withdrawn(shop, booking)
    assert refunds(shop.business) == []


def test_who_moves_in_time_has_it_counted_from_the_new_start(shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    later = epoch_minute(berlin("2027-03-11 10:00"))
    reschedule(shop.business, booking, start=later, by=OLIVIA, now=clock.now())
    assert booking.refund_from is None
    frozen.move_to(START)
    withdrawn(shop, booking)
    assert refunds(shop.business) == [2000]


def test_what_a_member_moves_is_counted_from_the_new_start(shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=20))
    later = epoch_minute(berlin("2027-03-11 10:00"))
    reschedule(shop.business, booking, start=later, by=OLIVIA, now=clock.now())
    again = epoch_minute(berlin("2027-03-11 11:00"))
    move(shop.business, appointment_of(booking), start=again, by=ANNA, now=clock.now())
    assert booking.refund_from is None
    withdrawn(shop, booking)
    assert refunds(shop.business) == [2000]


def test_who_moves_to_an_earlier_start_gains_nothing_by_it(shop, frozen):
    booking = a_booking(shop, START)
    paid(shop.business, booking, 2000)
    frozen.move_to(START - timedelta(hours=20))
    sooner = epoch_minute(berlin("2027-03-03 17:00"))
    reschedule(shop.business, booking, start=sooner, by=OLIVIA, now=clock.now())
    assert said(shop, booking) == (2000, 0)


def test_where_nothing_was_owed_nothing_is_made(shop, frozen):
    booking = a_booking(shop, START)
    withdrawn(shop, booking)
    assert db.session.query(Invoice).count() == 0
    assert said(shop, booking) is None
