"""What is too little to be paid online, or no whole step of it: nobody is asked for it, and nobody waits for it."""

import pytest

from app.appointments.answering import accept
from app.appointments.confirming import confirm
from app.appointments.discounting import TypedCode
from app.appointments.finding import hold_token
from app.appointments.forms.money_words import before_booking
from app.appointments.settling_up import give_back_for, take_for
from app.appointments.withdrawing import withdraw
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.payments.refund_steps import RefundStep
from app.payments.refunding import NotInSteps
from app.payments.starting import NothingDue, start
from app.payments.terms import Terms
from tests.appointments.paid import OLIVIA, agree, refunds
from tests.appointments.paying import come_in, fresh, invoice_for, with_own_keys
from tests.appointments.test_rescheduling import a_second, a_visit_of
from tests.factories import ANNA, a_booking, a_hold, a_shop, berlin
from tests.payments.coupons import a_coupon
from tests.reading import soup, words

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")


def a_paid_shop(terms, price_cents=6000, currency="EUR", **columns):
    shop = a_shop(price_cents=price_cents, **columns)
    shop.business.currency = currency
    agree(shop.business, terms)
    with_own_keys(shop)
    return shop


def begun(shop, booking):
    return start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())


@pytest.mark.parametrize(("price", "status"), [(49, "confirmed"), (50, "pending_payment")])
def test_what_is_too_cheap_to_be_paid_online_is_booked_at_once(price, status):
    shop = a_paid_shop(Terms("full"), price)
    held = a_hold(shop, TEN)
    assert bool(before_booking(shop.business, [held], clock.now())) == (status == "pending_payment")
    assert a_booking(shop, berlin("2027-03-02 12:00")).status == status


@pytest.mark.parametrize(("share", "status"), [(82, "confirmed"), (84, "pending_payment")])
def test_a_share_that_is_too_little_is_not_asked_for(share, status):
    shop = a_paid_shop(Terms("deposit", None, share))
    assert a_booking(shop, TEN).status == status


def test_a_code_that_leaves_too_little_books_at_once():
    shop = a_paid_shop(Terms("full"))
    coupon = a_coupon(shop.business, amount=5960)
    held = a_hold(shop, TEN)
    contact = Contact("Olivia Park", "olivia@example.com")
    typed = TypedCode(coupon.code)
    now = clock.now()
    confirm(shop.business, held, contact, by=VISITOR, now=now, host="book.example", code=typed)
    assert (fresh(held).status, invoice_for(held).open_cents, invoice_for(held).due_now_cents) == (
        "confirmed",
        40,
        0,
    )
    with pytest.raises(NothingDue):
        begun(shop, held)


def test_the_page_on_which_it_is_chosen_and_the_one_before_booking_say_so_too(client):
    shop = a_paid_shop(Terms("full"), 40)
    chosen = client.get(f"{shop.page}?service={shop.service.id}")
    held = client.get(f"{shop.page}/{hold_token(a_hold(shop, TEN))}")
    for page in (chosen, held):
        assert "Nothing is paid now. You pay on site." in words(soup(page).main)


def test_two_parts_that_are_too_little_each_are_asked_for_together():
    shop = a_paid_shop(Terms("full"), 30)
    second = a_second(shop)
    second.price_cents = 30
    assert [it.status for it in a_visit_of(shop, second)] == ["pending_payment"] * 2


def test_a_request_that_costs_too_little_is_confirmed_by_its_acceptance():
    shop = a_paid_shop(Terms("full"), 40, approval=True)
    booking = a_booking(shop, TEN)
    assert booking.status == "requested"
    assert not accept(shop.business, booking, by=ANNA, now=clock.now())
    assert fresh(booking).status == "confirmed"


def test_when_a_member_has_taken_all_but_too_little_of_it_nobody_waits_for_the_rest():
    shop = a_paid_shop(Terms("deposit", 2000))
    booking = a_booking(shop, TEN)
    take_for(shop.business, booking, 1960, "cash", key="k" * 16, note=None, by=ANNA, now=clock.now())
    assert (fresh(booking).status, invoice_for(booking).open_cents) == ("confirmed", 4040)


def test_the_rest_is_not_asked_for_where_it_is_too_little():
    shop = a_paid_shop(Terms("deposit", 5970))
    booking = a_booking(shop, TEN)
    come_in(begun(shop, booking))
    assert (fresh(booking).status, invoice_for(booking).open_cents) == ("confirmed", 30)
    with pytest.raises(NothingDue):
        begun(shop, booking)


def test_dinars_are_asked_for_by_tens_and_the_rest_stays_open():
    shop = a_paid_shop(Terms("full"), 12_345, "KWD")
    booking = a_booking(shop, TEN)
    payment = begun(shop, booking)
    assert payment.amount_cents == 12_340
    come_in(payment)
    assert fresh(booking).status == "confirmed"
    assert (invoice_for(booking).kept_cents, invoice_for(booking).open_cents) == (12_340, 5)
    with pytest.raises(NothingDue):
        begun(shop, booking)


def test_a_share_of_dinars_goes_back_by_tens_in_the_customers_favour():
    shop = a_paid_shop(Terms("full", steps=(RefundStep(0, 3333),)), 12_345, "KWD")
    shop.business.change_until_min = 0
    booking = a_booking(shop, TEN)
    come_in(begun(shop, booking))
    withdraw(shop.business, booking, [booking.id], by=OLIVIA, now=clock.now())
    invoice = invoice_for(booking)
    # 4,112.9 would be a third.
    assert refunds(shop.business) == [4120]
    assert (invoice.total_cents, invoice.kept_cents, invoice.open_cents) == (8220, 8220, 0)


def test_a_member_who_types_dinars_that_cannot_go_back_online_reads_so():
    shop = a_paid_shop(Terms("full"), 12_345, "KWD")
    booking = a_booking(shop, TEN)
    come_in(begun(shop, booking))
    given = {"key": "k" * 16, "reason": "Late", "is_owed": False, "by": ANNA, "now": clock.now()}
    with pytest.raises(NotInSteps):
        give_back_for(shop.business, booking, 1005, **given)
    db.session.expire_all()
    assert refunds(shop.business) == []
    give_back_for(shop.business, booking, 1010, **given)
    assert refunds(shop.business) == [1010]


def test_what_was_paid_in_cash_goes_back_to_the_last_thousandth():
    shop = a_paid_shop(Terms("full"), 12_345, "KWD")
    booking = a_booking(shop, TEN)
    come_in(begun(shop, booking))
    more = {"note": None, "by": ANNA, "now": clock.now()}
    take_for(shop.business, booking, 5, "cash", key="k" * 16, **more)
    give_back_for(
        shop.business,
        booking,
        1005,
        key="m" * 16,
        reason="Late",
        is_owed=False,
        by=ANNA,
        now=clock.now(),
    )
    assert refunds(shop.business) == [1000, 5]
