"""A customer pays what is left of what is booked already."""

import pytest

from app.appointments.cancelling import cancel
from app.appointments.settling_up import take_for
from app.core import clock
from app.core.actor import SYSTEM
from app.payments.connecting import remove_account
from tests.appointments.own.test_payments import TEN, booking, payment_of, shop, synced  # noqa: F401
from tests.factories import ANNA
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.reading import soup, words
from tests.stripe_simulator.customer import pay

OFFER = "€40.00 is left to pay. Pay it now"


@pytest.fixture
def booked(of, booking, stripe):  # noqa: F811
    """Twenty of sixty euros are paid."""
    pay(stripe, of(booking, "/payment/intent", {}).get_json()["secret"])
    synced(booking)
    return booking


def said(of, booking):  # noqa: F811
    return words(soup(of(booking)).main)


def test_who_has_paid_a_deposit_can_pay_the_rest(of, booked, stripe):  # noqa: F811
    page = soup(of(booked))
    assert OFFER in words(page.main)
    assert "Left to pay" not in words(page.main)
    link = page.find("a", string="Pay it now")
    assert link["href"].endswith("/payment")
    paying = soup(of(booked, "/payment"))
    assert words(paying.h1) == "Pay the rest"
    assert paying.select_one(".hold-pill, [data-pay-over]") is None
    assert [words(it) for it in paying.select(".price-lines dd")] == ["€60.00", "€20.00", "€40.00"]
    pay(stripe, of(booked, "/payment/intent", {}).get_json()["secret"])
    synced(booked)
    assert "Paid: €60.00." in said(of, booked)
    assert "Pay it now" not in said(of, booked)
    assert of(booked, "/payment/result").status_code == 303
    assert stripe.ledger()["totals"]["eur"]["charged"] == 6000


def test_who_comes_back_before_it_is_known_waits_for_it(of, booked, stripe):  # noqa: F811
    secret = of(booked, "/payment/intent", {}).get_json()["secret"]
    waiting = of(booked, "/payment/result")
    assert (waiting.status_code, words(soup(waiting).h1)) == (200, "Just a moment …")
    pay(stripe, secret)
    synced(booked)
    assert of(booked, "/payment/result").status_code == 303


def test_what_is_on_its_way_is_not_asked_for_again(of, booked, stripe):  # noqa: F811
    pay(stripe, of(booked, "/payment/intent", {}).get_json()["secret"], "4000 0000 0000 7775")
    synced(booked)
    assert "€40.00 is on its way. We write to you as soon as it has come in." in said(of, booked)
    assert "Pay it now" not in said(of, booked)


def test_it_can_be_paid_once_the_visit_is_over(of, booked, frozen):
    frozen.move_to(TEN.replace(hour=20))
    booked.status = "completed"
    assert OFFER in said(of, booked)
    assert of(booked, "/payment").status_code == 200


@pytest.mark.parametrize("why", ["nothing left", "too little", "no keys", "cancelled"])
def test_where_it_cannot_be_paid_nobody_is_asked_to(of, booked, shop, stripe, why):  # noqa: F811
    if why == "no keys":
        remove_account(shop.business, live=False, by=SYSTEM, now=clock.now())
    elif why == "cancelled":
        cancel(shop.business, booked, by=ANNA, now=clock.now())
    else:
        amount = 4000 if why == "nothing left" else 3960
        more = {"key": "k" * 16, "note": None, "by": ANNA, "now": clock.now()}
        take_for(shop.business, booked, amount, "cash", **more)
    assert "Pay it now" not in said(of, booked)
    assert ("Left to pay: €0.40." in said(of, booked)) == (why == "too little")
    assert of(booked, "/payment").status_code == of(booked, "/payment/result").status_code == 303
    assert [of(booked, it, {}).status_code for it in ("/payment", "/payment/intent")] == [303, 409]
    assert stripe.ledger()["totals"]["eur"]["charged"] == 2000
