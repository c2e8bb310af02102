"""What people read when they come back from Stripe, and while they wait."""

import pytest

from app.appointments.jobs import expire_holds
from app.core import clock
from app.core.db import db
from app.payments.applying import apply_provider_state
from app.payments.stripe import asking
from app.payments.stripe.account import account_of
from tests.appointments.own.test_payments import TEN, booking, payment_of, shop, synced  # noqa: F401
from tests.factories import a_booking, berlin
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.reading import soup, words
from tests.stripe_simulator.customer import pay, pay_on_page

DECLINED, SLOW = "4000 0000 0000 0002", "4000 0000 0000 7775"


@pytest.fixture
def secret(of, booking):  # noqa: F811
    """Of the payment that was begun."""
    return of(booking, "/payment/intent", {}).get_json()["secret"]


def heading(answer):
    return words(soup(answer).h1)


def test_until_stripe_was_asked_nothing_is_said(of, booking, stripe, secret, frozen):  # noqa: F811
    pay(stripe, secret, DECLINED)
    synced(booking)
    frozen.shift(5)
    page = of(booking, "/payment/result")
    assert heading(page) == "Just a moment …"
    assert "Nothing was charged" not in page.text
    waiting = soup(page).select_one("#paying")["hx-get"].partition("/payment/result")[2]
    frozen.shift(2)
    synced(booking)
    again = of(booking, f"/payment/result{waiting}")
    assert heading(again) == "The payment did not work"
    assert "Held for you" in again.text


def test_who_comes_without_having_paid_reads_so(of, booking, stripe, secret, frozen):  # noqa: F811
    page = soup(of(booking, "/payment/result"))
    frozen.shift(2)
    synced(booking)
    waiting = page.select_one("#paying")["hx-get"].partition("/payment/result")[2]
    assert heading(of(booking, f"/payment/result{waiting}")) == "It is not paid yet"


def test_what_is_there_already_is_not_sent_again(of, booking, client, secret, frozen):  # noqa: F811
    page = soup(of(booking, "/payment/result"))
    address, asks = page.select_one("#paying")["hx-get"], {"HX-Request": "true"}
    assert client.get(address, headers=asks).status_code == 204
    frozen.shift(2)
    synced(booking)
    changed = client.get(address, headers=asks)
    assert (changed.status_code, "It is not paid yet" in changed.text) == (200, True)


@pytest.mark.parametrize("since", ["yesterday", "-1", "1e400", "nan", "9" * 400])
def test_any_time_may_be_said_to_have_come_back_at(of, booking, secret, since):  # noqa: F811
    synced(booking)
    assert of(booking, f"/payment/result?since={since}").status_code == 200


def test_who_has_paid_by_a_slow_bank_is_not_asked_to_pay_again(of, booking, stripe, secret):  # noqa: F811
    pay(stripe, secret, SLOW)
    synced(booking)
    again = of(booking, "/payment")
    assert (again.status_code, again.location.endswith("/payment/result")) == (303, True)
    assert heading(of(booking, "/payment/result")) == "Your payment is on its way"
    page = soup(of(booking))
    assert "Your payment is on its way." in words(page.main)
    assert page.select("main a[href$='/payment']") == []


def test_the_booking_says_how_much_is_to_be_paid_until_when(of, booking):  # noqa: F811
    page = soup(of(booking))
    assert "The time is kept for you until 10:30." in words(page.main)
    assert words(page.select_one("main a[href$='/payment']")) == "Pay €20.00"
    assert "A deposit of €20.00 is paid when booking, the other €40.00 on site." in words(page.main)
    assert "Add to calendar" not in words(page.main)


def test_when_the_time_is_no_longer_kept_nobody_is_asked_to_pay(of, booking, frozen):  # noqa: F811
    frozen.shift(31 * 60)
    page = soup(of(booking, "/payment"))
    assert page.select("form[data-pay]") == []
    assert "Nothing is owed for it." in words(page.select_one("[data-pay-over]"))
    expire_holds()
    assert of(booking, "/payment").status_code == 303


def test_a_visit_of_which_a_part_waits_is_told_by_what_waits(of, shop, booking):  # noqa: F811
    shop.service.prepay, shop.service.deposit_cents = "full", None
    db.session.flush()
    page = soup(of(a_booking(shop, berlin("2027-03-02 14:00"))))
    assert "€60.00 is paid when booking." in words(page.main)


def test_a_slow_payment_says_until_when_the_time_is_kept(of, booking, stripe, secret, frozen):  # noqa: F811
    pay(stripe, secret, SLOW)
    synced(booking)
    kept = "Your time is kept for you meanwhile, until Tue 2 Mar, 10:00 at the latest."
    assert kept in words(soup(of(booking, "/payment/result")).main)
    assert kept in words(soup(of(booking)).main)
    frozen.shift(31 * 60)
    expire_holds()
    assert heading(of(booking, "/payment/result")) == "Your payment is on its way"
    stripe.end_payment(payment_of(booking).provider_ref, "succeed")
    synced(booking)
    assert "You are booked" in of(booking).text


@pytest.mark.parametrize("rest", ["/payment/intent", "/payment"])
def test_a_slow_payment_that_fails_can_be_paid_in_another_way(of, booking, stripe, frozen, rest):  # noqa: F811
    begun = of(booking, rest, {})
    if rest == "/payment":
        pay_on_page(begun.location, SLOW)
    else:
        pay(stripe, begun.get_json()["secret"], SLOW)
    slow = synced(booking)
    frozen.shift(3 * 3600)
    page = soup(of(booking, "/payment/result"))
    stripe.end_payment(slow.provider_ref, "fail")
    for _ in range(2):
        assert synced(booking).status == "failed"
    waiting = page.select_one("#paying")["hx-get"].partition("/payment/result")[2]
    again = of(booking, f"/payment/result{waiting}")
    assert heading(again) == "The payment did not work"
    assert "Held for you" in again.text
    assert "The time is kept for you until 13:30." in words(soup(of(booking)).main)
    frozen.shift(29 * 60)
    expire_holds()
    pay(stripe, of(booking, "/payment/intent", {}).get_json()["secret"])
    assert (synced(booking).id != slow.id, stripe.ledger()["totals"]["eur"]["charged"]) == (True, 2000)
    assert "You are booked" in of(booking).text


def test_an_answer_from_before_a_slow_payment_began_is_no_failure(of, booking, stripe, secret):  # noqa: F811
    payment = payment_of(booking)
    pay(stripe, secret, DECLINED)
    account = account_of(payment.business_id)
    before = asking.read_state(account, payment)
    pay(stripe, secret, SLOW)
    synced(booking)
    apply_provider_state(payment.business_id, payment.id, before, clock.now())
    assert (before.status, payment_of(booking).status) == ("created", "processing")
