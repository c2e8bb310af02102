"""What is paid first is said from the choice of a service on, with the code that makes it less."""

import pytest

from app.appointments.finding import hold_token
from app.core.db import db
from app.payments.models import PaymentSettings
from app.payments.stripe.account import keep_keys
from tests.factories import a_hold, a_shop, berlin
from tests.payments.coupons import a_coupon
from tests.reading import soup, words

TEN = berlin("2027-03-02 10:00")


@pytest.fixture
def shop(app, frozen):
    shop = a_shop(price_cents=6000, prepay="deposit", deposit_bp=3333)
    settings = PaymentSettings(business_id=shop.business.id, mode="test")
    keep_keys(settings, "pk_test_1", "sk_test_1", None, live=False)
    db.session.add(settings)
    db.session.flush()
    return shop


def notes(answer):
    return [words(it) for it in soup(answer).select(".summary-note")]


def test_who_chooses_reads_what_is_paid_when(client, shop):
    chosen = f"{shop.page}?service={shop.service.id}"
    deposit = "A deposit of €20.00 is paid when booking, the other €40.00 on site."
    assert notes(client.get(chosen)) == [deposit]
    shop.service.prepay = "none"
    shop.service.deposit_bp = None
    assert notes(client.get(chosen)) == ["Nothing is paid now. You pay on site."]


def test_where_the_price_is_told_on_site_nobody_promises_an_amount(client, shop):
    shop.service.price_cents = None
    said = notes(client.get(f"{shop.page}?service={shop.service.id}"))
    assert said == ["Nothing is paid now. You pay on site."]


def test_a_code_makes_what_is_paid_first_less(client, shop):
    a_coupon(shop.business, "SUMMER-10", amount=4500)
    page = f"{shop.page}/{hold_token(a_hold(shop, TEN))}/price"
    answer = client.post(page, data={"code": "summer10", "name": "", "email": ""})
    assert "A deposit of €5.00 is paid when booking, the other €10.00 on site." in notes(answer)
    assert words(soup(answer).select_one("#price button.large")) == "Go to payment"


def test_what_costs_nothing_with_a_code_is_booked_without_a_payment(client, shop):
    a_coupon(shop.business, "FREE", share_bp=10_000)
    page = f"{shop.page}/{hold_token(a_hold(shop, TEN))}/price"
    answer = client.post(page, data={"code": "free", "name": "", "email": ""})
    assert words(soup(answer).select_one("#price button.large")) == "Book"


def test_nothing_is_called_free_where_something_is_paid(client, shop):
    said = notes(client.get(f"{shop.page}/{hold_token(a_hold(shop, TEN))}"))
    assert said[-1] == "You can move or cancel online until 24 hours before."
    assert not any("Free to" in it for it in said)
