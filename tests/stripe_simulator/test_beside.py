"""The simulator beside a Daybook: the demo businesses take its cards as long as it is there."""

import pytest

from app.core.db import db
from app.payments.connecting import connection_of
from app.payments.models import PaymentSettings
from app.payments.stripe.account import account_of, keep_keys
from app.payments.stripe.asking import who_is
from tests.factories import a_business
from tests.stripe_simulator.beside import connect, disconnect


@pytest.fixture
def salon(app, stripe_simulator, monkeypatch):
    monkeypatch.setitem(app.config, "STRIPE_API", stripe_simulator.url)
    return a_business("linden-studio")


def test_a_demo_business_takes_test_cards_until_it_ends(salon, stripe_simulator):
    other = a_business()
    assert connect(stripe_simulator, "http://127.0.0.1:8000") == [salon]
    account = account_of(salon.id)
    assert (who_is(account), account.live) == ("acct_linden_studio", False)
    assert account_of(other.id) is None
    disconnect()
    assert connection_of(salon.id).mode == "off"
    assert connection_of(salon.id).test is None


def test_each_business_hears_of_its_own_payments_only(salon, stripe_simulator):
    studio = a_business("tide-yoga")
    stripe_simulator.mode("webhooks", to="hold")
    connect(stripe_simulator, "http://127.0.0.1:8000")
    import stripe

    account = account_of(studio.id)
    client = stripe.StripeClient(account.secret, base_addresses={"api": stripe_simulator.url})
    client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    (held,) = stripe_simulator.held()
    assert held["url"] == f"http://127.0.0.1:8000/webhooks/stripe/{studio.id}"


def test_keys_that_somebody_entered_are_left_alone(salon, stripe_simulator):
    settings = PaymentSettings(business_id=salon.id, mode="test")
    keep_keys(settings, "pk_test_real", "sk_test_real", None, live=False)
    db.session.add(settings)
    db.session.commit()
    assert connect(stripe_simulator, "http://127.0.0.1:8000") == []
    disconnect()
    assert account_of(salon.id).secret == "sk_test_real"


def test_a_second_start_finds_the_keys_of_the_first_which_was_killed(salon, stripe_simulator):
    connect(stripe_simulator, "http://127.0.0.1:8000")
    stripe_simulator.reset()
    assert connect(stripe_simulator, "http://127.0.0.1:8000") == [salon]
    assert who_is(account_of(salon.id)) == "acct_linden_studio"
