"""What a code does to the bookings of a visit, and what becomes of it when the visit does not happen."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.appointments.answering import decline, expire_unanswered
from app.appointments.billing import bill_of, subject_of
from app.appointments.cancelling import cancel, cancel_together
from app.appointments.confirming import confirm
from app.appointments.discounting import TypedCode, spread
from app.appointments.finding import bookings_of_visit
from app.appointments.holding import hold
from app.appointments.models import Booking
from app.appointments.placing import Wish
from app.appointments.receipt import receipt_of
from app.appointments.undoing import undo
from app.appointments.withdrawing import withdraw
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.payments.models import CouponUse
from app.payments.owing import invoice_of
from app.payments.redeeming import CodeGone, CodeUsedByYou, Discount, NothingToTakeOff
from app.schedule.loading import Part
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of
from tests.factories import ANNA, a_membership, a_shop, a_visitor, add_need, add_service, berlin, signed_in
from tests.payments.coupons import a_coupon
from tests.payments.owed import paid_online
from tests.reading import soup, words

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin("2027-03-02 10:00")


@pytest.fixture
def shop(app):
    return a_shop()


def booked(shop, code="SUMMER-10", at=TEN, then=(), email="olivia@example.com"):
    """Somebody books with a code; the bookings of their visit."""
    wish = Wish(shop.service.id, epoch_minute(at), then=tuple(Part(it.id) for it in then))
    held = hold(shop.business, wish, a_visitor(), by=VISITOR, now=clock.now())
    typed = TypedCode(code) if code else None
    confirm(
        shop.business,
        held,
        Contact("Olivia Park", email),
        by=VISITOR,
        now=clock.now(),
        host="book.example",
        code=typed,
    )
    return bookings_of_visit(shop.business.id, held.visit)


def another(shop, price, name="Gloss", **columns):
    service = add_service(shop.business.id, name, minutes=30, price_cents=price, **columns)
    add_need(shop.business.id, service.id, [Server(shop.person.resource_id)])
    return service


def uses(coupon):
    db.session.flush()
    db.session.refresh(coupon)
    return coupon.uses


def invoice(shop, booking):
    return invoice_of(shop.business.id, subject_of(booking))


def pay(shop, booking, amount):
    return paid_online(shop.business, invoice(shop, booking), amount)


def test_the_parts_of_a_visit_share_a_discount_and_each_rate_has_its_own(shop):
    shop.service.tax_bp = 1900
    a_coupon(shop.business)
    cut, gloss = booked(shop, then=[another(shop, 2500, tax_bp=700)])
    assert (cut.total_cents, gloss.total_cents) == (4500 - 643, 2500 - 357)
    assert [(it.price_lines[-1]["amount"], it.price_lines[-1]["tax_bp"]) for it in (cut, gloss)] == [
        (-643, 1900),
        (-357, 700),
    ]
    bill = invoice(shop, cut)
    assert bill.total_cents == 6000
    assert [(it.amount_cents, it.tax_bp) for it in bill.lines] == [
        (4500, 1900),
        (-643, 1900),
        (2500, 700),
        (-357, 700),
    ]
    receipt = receipt_of([cut, gloss])
    assert (receipt.total_cents, receipt.discount_cents, receipt.code) == (6000, 1000, "SUMMER-10")


def test_what_is_priced_on_site_has_no_part_in_it(shop):
    a_coupon(shop.business, amount=10_000)
    cut, colour = booked(shop, then=[another(shop, None)])
    assert (cut.total_cents, colour.total_cents, colour.is_priced) == (0, 0, False)
    assert (len(cut.price_lines), len(colour.price_lines)) == (2, 1)
    assert invoice(shop, cut).total_cents == 0


def test_where_no_price_is_known_a_code_is_refused(app):
    shop = a_shop(price_cents=None)
    a_coupon(shop.business)
    with pytest.raises(NothingToTakeOff):
        booked(shop)


AMOUNTS = st.integers(min_value=0, max_value=10**10)
VISITS = st.lists(st.tuples(AMOUNTS, st.sampled_from([0, 700, 1900])), min_size=1, max_size=6)


@given(parts=VISITS, share=st.integers(min_value=0, max_value=10_000))
def test_shares_add_up_and_no_booking_costs_less_than_nothing(parts, share):
    bookings = [
        Booking(
            price_lines=[{"label": "Haircut", "kind": "service", "amount": price, "tax_bp": rate}],
            total_cents=price,
        )
        for price, rate in parts
    ]
    total = sum(price for price, _rate in parts)
    discount = total * share // 10_000
    spread(bookings, Discount("ANY", discount))
    assert sum(it.total_cents for it in bookings) == total - discount
    assert sum(it.discount_cents for it in bookings) == discount
    for booking, (price, rate) in zip(bookings, parts, strict=True):
        assert 0 <= booking.total_cents <= price
        assert booking.total_cents == sum(line["amount"] for line in booking.price_lines)
        assert {line["tax_bp"] for line in booking.price_lines} == {rate}


@pytest.mark.parametrize("by", [ANNA, VISITOR])
def test_a_visit_cancelled_before_anything_was_paid_gives_its_code_back(shop, by):
    coupon = a_coupon(shop.business, most_uses=1)
    [booking] = booked(shop)
    cancel(shop.business, booking, by=by, now=clock.now())
    assert (uses(coupon), invoice(shop, booking).open_cents) == (0, 0)
    assert booked(shop, at=berlin("2027-03-02 12:00"), email="grace@example.com")


def test_it_goes_back_with_the_last_part_of_the_visit(shop):
    coupon = a_coupon(shop.business)
    cut, gloss = booked(shop, then=[another(shop, 2500)])
    cancel(shop.business, cut, by=ANNA, now=clock.now())
    assert uses(coupon) == 1
    cancel(shop.business, gloss, by=ANNA, now=clock.now())
    assert uses(coupon) == 0
    cancel_together(shop.business, [cut, gloss], by=ANNA, now=clock.now())
    assert uses(coupon) == 0


def test_who_has_paid_and_cancels_has_used_their_code(shop):
    coupon = a_coupon(shop.business)
    [booking] = booked(shop)
    pay(shop, booking, 2000)
    withdraw(shop.business, booking, [booking.id], by=VISITOR, now=clock.now())
    assert uses(coupon) == 1


def test_the_shop_that_cancels_gives_the_code_back_whatever_was_paid(shop):
    coupon = a_coupon(shop.business)
    [booking] = booked(shop)
    pay(shop, booking, 2000)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert uses(coupon) == 0
    assert invoice(shop, booking).void_at is None  # What becomes of money is settled by others.


def test_a_request_that_is_declined_or_runs_out_gives_its_code_back(shop):
    shop.service.approval = True
    coupon = a_coupon(shop.business, most_uses=1, most_per_customer=1)
    [booking] = booked(shop)
    assert (booking.status, uses(coupon)) == ("requested", 1)
    decline(shop.business, booking, by=ANNA, now=clock.now())
    assert uses(coupon) == 0
    [booking] = booked(shop)
    assert uses(coupon) == 1
    expire_unanswered(shop.business.id, clock.now() + timedelta(hours=49), 10)
    assert (booking.status, uses(coupon)) == ("expired", 0)


def test_a_hold_nobody_confirmed_has_used_nothing(shop):
    coupon = a_coupon(shop.business)
    cancel(shop.business, booked(shop, code=None)[0], by=ANNA, now=clock.now())
    assert uses(coupon) == 0
    assert db.session.scalar(select(CouponUse.id)) is None


def test_whoever_cancels_uses_the_code_elsewhere_and_cannot_have_both(shop):
    coupon = a_coupon(shop.business, most_per_customer=1)
    [first] = booked(shop)
    cancel(shop.business, first, by=VISITOR, now=clock.now())
    [second] = booked(shop, at=berlin("2027-03-02 14:00"))
    with pytest.raises(CodeGone), db.session.begin_nested():
        undo(shop.business, first, by=ANNA, now=clock.now())
    assert (uses(coupon), second.total_cents) == (1, 3500)
    with pytest.raises(CodeUsedByYou):
        booked(shop, at=berlin("2027-03-02 16:00"))


def test_what_was_given_up_cannot_be_had_at_its_price_once_others_used_the_code_up(shop):
    coupon = a_coupon(shop.business, most_uses=1)
    [first] = booked(shop)
    cancel(shop.business, first, by=ANNA, now=clock.now())
    booked(shop, at=berlin("2027-03-02 14:00"), email="grace@example.com")
    with pytest.raises(CodeGone, match="used up since"):
        undo(shop.business, first, by=ANNA, now=clock.now())
    assert uses(coupon) == 1


def test_what_is_paid_keeps_its_price_also_when_the_code_is_used_up(shop):
    coupon = a_coupon(shop.business, most_uses=1)
    [first] = booked(shop)
    cancel(shop.business, first, by=ANNA, now=clock.now())
    booked(shop, at=berlin("2027-03-02 14:00"), email="grace@example.com")
    pay(shop, first, 3500)
    undo(shop.business, first, by=ANNA, now=clock.now())
    assert (first.status, first.total_cents, uses(coupon)) == ("confirmed", 3500, 1)


def test_the_deposit_is_of_the_price_with_the_code(shop):
    a_coupon(shop.business)
    [booking] = booked(shop)
    booking.policy = booking.policy | {
        "payment": {
            "prepay": "full",
            "deposit_cents": None,
            "deposit_bp": None,
            "steps": [],
            "no_show_back_bp": 0,
        }
    }
    assert bill_of(shop.business, [booking], clock.now()).prepay_cents == 3500


def test_members_see_it(app, shop):
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    a_coupon(shop.business)
    [booking] = booked(shop)
    page = manager.get(f"/manage/{shop.business.slug}/appointments/{appointment_of(booking).id}")
    assert "Code SUMMER-10 -€10.00 Total €35.00" in words(soup(page).select_one("main"))
