"""Money that came or went twice, or nearly: every cent is where Stripe says it is."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import OperationalError

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments import jobs
from app.payments.jobs import handle_webhooks, reconcile_payments, send_refund, sync_payment
from app.payments.models import Payment, PaymentSettings, Refund, WebhookEvent
from app.payments.refunding import give_back
from app.payments.starting import opened, start
from app.payments.stripe import asking
from app.payments.stripe.account import account_of, keep_keys
from app.payments.stripe.answers import SentBack
from app.payments.taking import take
from tests.factories import ANNA, a_business
from tests.payments.owed import an_invoice, with_keys
from tests.payments.telling import events_of, tell
from tests.payments.test_applying import applied, said
from tests.stripe_simulator.customer import pay

DAY = 25  # hours; Stripe forgets a key after 24


@pytest.fixture
def business(app, stripe):
    business = a_business()
    with_keys(business, stripe)
    return business


@pytest.fixture
def invoice(business):
    return an_invoice(business, 6000, prepay=2000)


def begun(business, invoice, number="4242 4242 4242 4242"):
    """A payment Stripe has been asked for, and what its customer needs to pay it."""
    payment = start(business, invoice, live=False, by_page=False, now=clock.now())
    state = asking.open_intent(account_of(business.id), payment, "Haircut", None)
    opened(payment, state.ref)
    db.session.commit()
    return payment, state.client_secret


@pytest.fixture
def payment(business, invoice, stripe):
    """Paid, and counted."""
    payment, secret = begun(business, invoice)
    pay(stripe, secret)
    sync_payment(business.id, payment.id)
    return payment


def promised(business, invoice, amount, key="cancelled/1"):
    (refund,) = give_back(business, invoice, amount, cause="cancelled", key=key, by=SYSTEM, now=clock.now())
    db.session.commit()
    return refund


def fresh(row):
    return db.session.get_one(type(row), (row.business_id, row.id), populate_existing=True)


def totals(stripe):
    return stripe.ledger()["totals"]["eur"]


def later(stripe, hours):
    """From now on it is so much later, here and at Stripe."""
    stripe.put_clock_ahead(hours * 3600)
    return time_machine.travel(clock.now() + timedelta(hours=hours))


def test_a_refund_that_takes_days_is_sent_once(stripe, business, invoice, payment):
    stripe.mode("refunds", to="pending")
    refund = promised(business, invoice, 500)
    reconcile_payments()
    with later(stripe, DAY):
        assert reconcile_payments() == 1
        assert (fresh(refund).status, refund.next_sync_at > clock.now()) == ("pending", True)
        stripe.end_refund(refund.provider_ref, "succeed")
    with later(stripe, 2 * DAY):
        reconcile_payments()
    assert (fresh(refund).status, refund.next_sync_at) == ("succeeded", None)
    assert (totals(stripe)["refunded"], fresh(invoice).refunded_cents) == (500, 500)


@pytest.mark.parametrize("amount", [500, 2000])
def test_a_refund_whose_answer_got_lost_is_not_sent_again_a_day_later(
    stripe, business, invoice, payment, amount
):
    refund = promised(business, invoice, amount)
    stripe.mode("cut", path="/v1/refunds", after=True, times=None)
    reconcile_payments()
    assert (fresh(refund).status, refund.provider_ref) == ("created", None)
    stripe.calm()
    with later(stripe, DAY):
        reconcile_payments()
    assert (fresh(refund).status, fresh(invoice).refunded_cents) == ("succeeded", amount)
    assert totals(stripe)["refunded"] == amount


def test_a_refund_waits_while_stripe_does_not_take_our_key(stripe, business, invoice, payment):
    refund = promised(business, invoice, 2000)
    settings = db.session.get_one(PaymentSettings, business.id)
    keep_keys(settings, stripe.publishable_key, "sk_test_taken_back", None, live=False)
    db.session.commit()
    reconcile_payments()
    assert (fresh(refund).status, refund.next_sync_at > clock.now()) == ("created", True)
    keep_keys(settings, stripe.publishable_key, stripe.secret_key, None, live=False)
    db.session.commit()
    with later(stripe, 1):
        reconcile_payments()
    assert (fresh(refund).status, totals(stripe)["refunded"]) == ("succeeded", 2000)


def test_what_stripe_does_not_give_back_because_it_is_gone_is_known_at_once(
    stripe, business, invoice, payment
):
    refund = promised(business, invoice, 1500)
    by_hand = Refund(id=0, amount_cents=1000, idempotency_key="x" * 20)
    asking.send_back(account_of(business.id), payment, by_hand)
    send_refund(business.id, refund.id)
    assert fresh(refund).status == "failed"
    assert fresh(invoice).refunded_cents == 1000 == totals(stripe)["refunded"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_answers_about_a_refund_end_the_same_in_whatever_order_they_arrive(business, invoice, order):
    """Several ask at once, and who asked first may write last: the bank has sent it back in the end."""
    paid = start(business, invoice, live=False, by_page=False, now=clock.now())
    applied(paid, said(paid))
    refund = promised(business, invoice, 700)
    words = [(), *(((SentBack("re_1", it, 700, refund.id)),) for it in ("pending", "succeeded", "failed"))]
    for at in order:
        applied(paid, said(paid, sent_back=words[at]))
    assert (fresh(refund).status, fresh(invoice).refunded_cents) == ("failed", 0)


def test_answers_about_a_payment_end_the_same_in_whatever_order_they_arrive(business):
    """Created, asked by the bank, slow, paid, and given back at Stripe: in each of the 120 orders."""
    back = (SentBack("re_{}", "succeeded", 2000),)
    for number, order in enumerate(permutations(range(5))):
        invoice = an_invoice(business, 6000, prepay=2000)
        paid = start(business, invoice, live=False, by_page=False, now=clock.now())
        statuses = ("created", "requires_action", "processing", "succeeded")
        words = [said(paid, it, ref=f"pi_{number}") for it in statuses]
        gone = [replace(it, ref=it.ref.format(number)) for it in back]
        words.append(said(paid, ref=f"pi_{number}", sent_back=tuple(gone)))
        for at in (*order, order[0]):
            applied(paid, words[at])
        assert (paid.status, paid.received_cents, paid.next_sync_at) == ("succeeded", 2000, None), order
        assert (fresh(invoice).paid_cents, invoice.refunded_cents) == (2000, 2000), order
        assert Refund.query.filter_by(payment_id=paid.id).count() == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_refund_we_gave_up_and_stripe_gave_all_the_same_counts(business, invoice, order):
    paid = start(business, invoice, live=False, by_page=False, now=clock.now())
    applied(paid, said(paid))
    refund = promised(business, invoice, 700)
    jobs.apply_refund_state(business.id, refund.id, "No.", clock.now())
    words = [(), *(((SentBack("re_1", it, 700, refund.id)),) for it in ("pending", "pending", "succeeded"))]
    for at in order:
        applied(paid, said(paid, sent_back=words[at]))
    assert (fresh(refund).status, fresh(invoice).refunded_cents) == ("succeeded", 700)
    jobs.apply_refund_state(business.id, refund.id, "No, an answer that was slower.", clock.now())
    assert fresh(refund).status == "succeeded"


def test_money_to_look_at_that_was_given_back_at_stripe_disturbs_nobody(app, stripe, business, invoice):
    paid, secret = begun(business, invoice)
    pay(stripe, secret)
    db.session.execute(sa.update(Payment).values(amount_cents=1999))
    asking.send_back(account_of(business.id), paid, Refund(id=0, amount_cents=2000, idempotency_key="x" * 20))
    for event in events_of(stripe):
        assert tell(app, stripe, business.id, event) == 200
    handle_webhooks()
    assert {it.last_error for it in WebhookEvent.query} == {None}
    # All of it is back where it came from: nobody has to look at it any more.
    assert (fresh(paid).status, paid.received_cents, fresh(invoice).kept_cents) == ("succeeded", 2000, 0)


def test_what_cannot_be_done_for_one_keeps_nobody_else_waiting(stripe, business, invoice, monkeypatch):
    others = an_invoice(business, 3000)
    (poison, _), (payment, secret) = begun(business, invoice), begun(business, others)
    pay(stripe, secret)
    sync = jobs.apply_provider_state

    def fails_for_one(business_id, payment_id, *words):
        if payment_id == poison.id:
            raise OperationalError("SELECT 1", {}, Exception("broken"))
        return sync(business_id, payment_id, *words)

    monkeypatch.setattr(jobs, "apply_provider_state", fails_for_one)
    with later(stripe, 1):
        reconcile_payments()
        assert fresh(poison).next_sync_at > clock.now()
    assert fresh(payment).status == "succeeded"


def test_who_pays_by_card_what_was_taken_in_cash_meanwhile_gets_it_back(stripe, business, invoice, payment):
    rest, secret = begun(business, invoice)
    take(business, invoice, 4000, "cash", by=ANNA, now=clock.now())
    db.session.commit()
    pay(stripe, secret)
    for _ in range(2):
        sync_payment(business.id, rest.id)
    refund = Refund.query.filter_by(business_id=business.id).one()
    assert (refund.payment_id, refund.amount_cents, refund.cause) == (rest.id, 4000, "twice")
    reconcile_payments()
    assert (fresh(invoice).kept_cents, totals(stripe)) == (
        6000,
        {"charged": 6000, "refunded": 4000, "net": 2000},
    )


def test_only_what_is_too_much_goes_back(stripe, business, invoice, payment):
    rest, secret = begun(business, invoice)
    take(business, invoice, 1500, "cash", by=ANNA, now=clock.now())
    db.session.commit()
    pay(stripe, secret)
    sync_payment(business.id, rest.id)
    assert Refund.query.filter_by(business_id=business.id).one().amount_cents == 1500
    assert (fresh(invoice).kept_cents, invoice.number is not None) == (6000, True)
