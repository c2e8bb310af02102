"""A business writes its prices without tax: whoever books sees, owes and gets back amounts with it."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments.agreeing import due_first
from app.appointments.billing import bill_of
from app.appointments.discounting import TypedCode, take_off
from app.appointments.paid import money_of
from app.appointments.settling_up import give_back_for, take_for
from app.businesses.changing import change_business
from app.core import clock
from app.core.db import db
from app.customers.models import Customer
from app.payments.terms import Terms
from app.services.models import Service
from app.services.pricing import final_price, price
from app.staff.menu import offer_of
from tests.appointments.paid import agree
from tests.factories import ANNA, a_booking, a_membership, a_shop, a_user, berlin, signed_in
from tests.payments.coupons import a_coupon
from tests.reading import soup, words

TEN, TWELVE = berlin("2027-03-02 10:00"), berlin("2027-03-02 12:00")


@pytest.fixture
def shop(app, frozen):
    """A haircut of 45.00 before 19 % of tax."""
    shop = a_shop(tax_bp=1900)
    on_top(shop)
    return shop


def on_top(shop, is_on_top=True):
    change_business(shop.business, {"tax_included": not is_on_top}, by=ANNA, now=clock.now())
    db.session.flush()
    db.session.expire(shop.service)


def counted(net, rate_bp):
    """What somebody pays for a price before tax, counted in another way than the app does."""
    exact = Decimal(net) * (1 + Decimal(rate_bp) / 10_000)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(0, 10**9), st.integers(0, 10_000), st.integers(1, 20), st.booleans())
def test_what_is_paid_is_the_price_and_its_tax_for_each_place(net, rate, places, is_on_top):
    service = Service(name="Cut", price_cents=net, tax_bp=rate)
    service.adds_tax = is_on_top
    each = counted(net, rate) if is_on_top else net
    assert final_price(service) == each
    found = price(service, places=places)
    assert (found.total, found.lines[0]["amount"]) == (each * places, each * places)


def test_own_prices_get_their_tax_and_no_price_gets_none(shop):
    assert price(shop.service, own_cents=5000).total == 5950
    shop.service.price_cents = None
    assert (final_price(shop.service), price(shop.service).total) == (None, 0)
    assert offer_of(shop.service, ()).cents is None


def test_the_booking_its_invoice_and_its_money_agree_to_the_cent(shop):
    booking = a_booking(shop, TEN)
    invoice = bill_of(shop.business, [booking], clock.now())
    assert booking.total_cents == invoice.total_cents == counted(4500, 1900) == 5355
    assert invoice.tax_cents == 855
    assert money_of(shop.business, [booking.visit])[booking.visit].owed == 5355


def test_a_deposit_is_counted_from_the_total_and_so_is_what_goes_back(shop):
    agree(shop.business, Terms("deposit", deposit_bp=2000))
    booking = a_booking(shop, TEN)
    assert due_first([booking]) == bill_of(shop.business, [booking], clock.now()).due_now_cents == 1071
    more = {"by": ANNA, "now": clock.now()}
    take_for(shop.business, booking, 5355, "cash", key="k" * 16, note=None, **more)
    give_back_for(shop.business, booking, 5355, key="k" * 16, reason="Ill", is_owed=False, **more)
    money = money_of(shop.business, [booking.visit])[booking.visit]
    assert (money.kept, money.owed, money.open) == (0, 0, 0)


def test_a_code_takes_its_amount_off_what_is_paid(shop):
    a_coupon(shop.business)
    booking = a_booking(shop, TEN)
    customer = db.session.get_one(Customer, (shop.business.id, booking.customer_id))
    take_off(shop.business, [booking], TypedCode("SUMMER-10"), customer, now=clock.now())
    invoice = bill_of(shop.business, [booking], clock.now())
    assert booking.total_cents == invoice.total_cents == 4355


def test_what_was_agreed_stays_whatever_becomes_of_the_switch(shop):
    before = a_booking(shop, TEN)
    billed = bill_of(shop.business, [before], clock.now())
    on_top(shop, is_on_top=False)
    after = a_booking(shop, TWELVE)
    again = bill_of(shop.business, [before], clock.now())
    assert (before.total_cents, again.total_cents, again.id) == (5355, 5355, billed.id)
    assert (after.total_cents, bill_of(shop.business, [after], clock.now()).total_cents) == (4500, 4500)
    on_top(shop)
    assert bill_of(shop.business, [after], clock.now()).total_cents == 4500


def test_customers_see_what_they_pay_before_they_book_and_afterwards(app, shop, client):
    shop.business.status = "open"
    db.session.flush()
    pages = [f"/b/{shop.business.slug}/", f"/b/{shop.business.slug}/book?service={shop.service.id}"]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert "€53.55" in words(soup(answer).select_one("main"))
        assert "45.00" not in answer.text


def test_members_write_prices_without_tax_and_read_so(app, shop):
    owner = signed_in(app, a_membership(shop.business, "owner", a_user()).user)
    room = f"/manage/{shop.business.slug}"
    assert "€45.00 plus tax" in words(soup(owner.get(f"{room}/services")).select_one("main"))
    form = soup(owner.get(f"{room}/services/{shop.service.id}"))
    assert form.select_one("#price")["value"] == "45.00"
    assert "Without tax." in words(form.select_one("#price-hint"))


def test_the_switch_is_in_the_settings(app, shop):
    owner = signed_in(app, a_membership(shop.business, "owner", a_user()).user)
    address = f"/manage/{shop.business.slug}/settings"
    page = soup(owner.get(address))
    assert page.select_one("#adds_tax").has_attr("checked")
    sent = {
        it["name"]: it.get("value", "")
        for it in page.select("main form input[name]")
        if it.get("type") not in ("checkbox", "radio")
    } | {it["name"]: it.select_one("[selected]")["value"] for it in page.select("main form select")}
    assert owner.post(address, data=sent).status_code == 303
    assert shop.business.tax_included
    assert owner.post(address, data=sent | {"adds_tax": "y"}).status_code == 303
    assert not shop.business.tax_included
