"""Our rows against what Stripe really did, over real HTTP."""

from datetime import timedelta

import pytest
import time_machine

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments.jobs import reconcile_payments, send_refund, sync_payment
from app.payments.models import Payment, Refund
from app.payments.refunding import give_back
from app.payments.starting import opened, page_opened, start
from app.payments.stripe import asking
from app.payments.stripe.account import account_of
from app.payments.stripe.answers import Refused, Unreachable
from tests.factories import a_business
from tests.payments.owed import an_invoice, with_keys
from tests.stripe_simulator.customer import pay, pay_on_page

DECLINED, SLOW = "4000 0000 0000 0002", "4000 0000 0000 7775"


@pytest.fixture
def business(app, stripe):
    business = a_business()
    with_keys(business, stripe)
    return business


@pytest.fixture
def account(business):
    return account_of(business.id)


@pytest.fixture
def invoice(business):
    return an_invoice(business, 6000, prepay=2000)


@pytest.fixture
def payment(business, invoice):
    payment = start(business, invoice, live=False, by_page=False, now=clock.now())
    db.session.commit()
    return payment


@pytest.fixture
def secret(account, payment):
    state = asking.open_intent(account, payment, "Haircut", "olivia@example.com")
    opened(payment, state.ref)
    db.session.commit()
    return state.client_secret


def synced(payment):
    sync_payment(payment.business_id, payment.id)
    return db.session.get_one(Payment, (payment.business_id, payment.id), populate_existing=True)


def opened_page(account, payment):
    until = clock.now() + timedelta(minutes=45)
    ways = {"back": "https://a.example/", "away": "https://b.example/"}
    return asking.open_page(account, payment, "Haircut", "olivia@example.com", until=until, **ways)


def charged(stripe):
    return stripe.ledger()["totals"].get("eur", {"charged": 0, "refunded": 0})


def test_what_was_paid_is_counted_once_however_often_it_is_looked_at(stripe, invoice, payment, secret):
    pay(stripe, secret)
    for _ in range(3):
        assert synced(payment).status == "succeeded"
    assert (payment.received_cents, invoice.paid_cents) == (2000, 2000)
    assert charged(stripe)["charged"] == 2000


def test_a_declined_card_and_then_another_is_one_payment(stripe, invoice, payment, secret):
    pay(stripe, secret, DECLINED)
    assert (synced(payment).status, invoice.paid_cents) == ("created", 0)
    assert "declined" in payment.failure
    pay(stripe, secret)
    assert (synced(payment).status, payment.failure, invoice.paid_cents) == ("succeeded", None, 2000)


def test_what_takes_its_time_is_asked_for_again_by_ourselves(stripe, invoice, payment, secret):
    pay(stripe, secret, SLOW)
    assert synced(payment).status == "processing"
    stripe.end_payment(payment.provider_ref, "succeed")
    with time_machine.travel(payment.next_sync_at + timedelta(seconds=1)):
        assert reconcile_payments() == 1
        assert reconcile_payments() == 0
    assert (payment.status, invoice.paid_cents) == ("succeeded", 2000)


def test_an_answer_that_was_lost_charges_nobody_twice(stripe, account, invoice, payment):
    stripe.mode("cut", path="/v1/payment_intents", after=True, times=None)
    with pytest.raises(Unreachable):
        asking.open_intent(account, payment, "Haircut", None)
    stripe.calm()
    again = asking.open_intent(account, payment, "Haircut", None)
    opened(payment, again.ref)
    pay(stripe, again.client_secret)
    synced(payment)
    assert (len(stripe.ledger()["payment_intents"]), charged(stripe)["charged"], invoice.paid_cents) == (
        1,
        2000,
        2000,
    )


def test_while_stripe_is_away_nothing_changes_and_it_is_tried_later(stripe, invoice, payment, secret):
    pay(stripe, secret)
    stripe.mode("fail", status=500, times=None)
    with pytest.raises(Unreachable):
        sync_payment(payment.business_id, payment.id)
    db.session.rollback()
    with time_machine.travel(payment.next_sync_at + timedelta(seconds=1)):
        reconcile_payments()
        db.session.refresh(payment)
        assert (payment.status, payment.next_sync_at > clock.now()) == ("created", True)
        stripe.calm()
    with time_machine.travel(payment.next_sync_at + timedelta(seconds=1)):
        reconcile_payments()
    assert (payment.status, invoice.paid_cents) == ("succeeded", 2000)


def test_a_page_of_stripes_ends_in_the_same_row(stripe, account, business, invoice, payment):
    page = opened_page(account, payment)
    page_opened(payment, page.ref)
    db.session.commit()
    assert synced(payment).status == "created"
    pay_on_page(page.url)
    assert (synced(payment).status, invoice.paid_cents) == ("succeeded", 2000)
    assert payment.provider_ref.startswith("pi_")


def test_a_page_nobody_used_in_time_ends_its_payment(stripe, account, invoice, payment):
    page = opened_page(account, payment)
    page_opened(payment, page.ref)
    asking.call_off(account, payment)
    assert (synced(payment).status, invoice.paid_cents) == ("cancelled", 0)


def test_what_fails_days_after_its_page_has_closed_has_ended(stripe, account, invoice, payment):
    page = opened_page(account, payment)
    page_opened(payment, page.ref)
    db.session.commit()
    pay_on_page(page.url, SLOW)
    assert synced(payment).status == "processing"
    stripe.end_payment(payment.provider_ref, "fail")
    assert (synced(payment).status, payment.next_sync_at, invoice.paid_cents) == ("failed", None, 0)


def test_what_was_paid_cannot_be_called_off(stripe, account, payment, secret):
    pay(stripe, secret)
    with pytest.raises(Refused):
        asking.call_off(account, payment)


def test_a_refund_is_sent_once_even_if_its_answer_is_lost(stripe, business, invoice, payment, secret):
    pay(stripe, secret)
    synced(payment)
    (refund,) = give_back(business, invoice, 1500, cause="cancelled", key="b/1", by=SYSTEM, now=clock.now())
    db.session.commit()
    stripe.mode("cut", path="/v1/refunds", after=True, times=None)
    with pytest.raises(Unreachable):
        send_refund(business.id, refund.id)
    db.session.rollback()
    stripe.calm()
    for _ in range(2):
        send_refund(business.id, refund.id)
    refund = db.session.get_one(Refund, (business.id, refund.id), populate_existing=True)
    assert (refund.status, invoice.refunded_cents) == ("succeeded", 1500)
    assert charged(stripe)["refunded"] == 1500


def test_a_refund_stripe_refuses_says_why_and_is_no_longer_reserved(
    stripe, business, invoice, payment, secret
):
    pay(stripe, secret)
    synced(payment)
    (refund,) = give_back(business, invoice, 1500, cause="cancelled", key="b/1", by=SYSTEM, now=clock.now())
    db.session.commit()
    asking.send_back(
        account_of(business.id), payment, Refund(id=0, amount_cents=1000, idempotency_key="x" * 20)
    )
    send_refund(business.id, refund.id)
    refund = db.session.get_one(Refund, (business.id, refund.id), populate_existing=True)
    assert refund.status == "failed"
    assert refund.failure
    # What was given back behind our back is found when the payment is looked at.
    synced(payment)
    assert invoice.refunded_cents == 1000 == charged(stripe)["refunded"]


def test_wrong_keys_are_refused_and_right_ones_have_a_name(stripe, business, account):
    assert asking.who_is(account)
    with pytest.raises(Refused):
        asking.who_is(type(account)(account.publishable, "sk_test_wrong", None, live=False))
