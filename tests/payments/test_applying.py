from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments.applying import apply_provider_state, apply_refund_state
from app.payments.issuing import issue
from app.payments.models import Payment, PaymentSettings, Refund
from app.payments.news import invoice_paid
from app.payments.owing import Item, rewrite
from app.payments.reducing import reduce
from app.payments.refunding import give_back
from app.payments.starting import NothingDue, OtherPaymentUnderWay, start
from app.payments.stripe.answers import ProviderState, SentBack
from app.payments.taking import take
from tests.factories import a_business
from tests.payments.owed import an_invoice


@pytest.fixture
def business(app):
    return a_business()


@pytest.fixture
def invoice(business):
    return an_invoice(business, 6000, prepay=2000)


@pytest.fixture
def payment(business, invoice):
    return start(business, invoice, live=False, by_page=False, now=clock.now())


def said(payment, status="succeeded", **more):
    received = payment.amount_cents if status == "succeeded" else 0
    state = ProviderState("pi_1", status, payment.amount_cents, received, "EUR", str(payment.uid), live=False)
    return replace(state, **more)


def applied(payment, state, now=None):
    return apply_provider_state(payment.business_id, payment.id, state, now or clock.now())


def test_only_what_is_due_first_is_asked_for(payment):
    assert (payment.amount_cents, payment.status) == (2000, "created")


def test_pressing_pay_twice_starts_one_payment(business, invoice, payment):
    assert start(business, invoice, live=False, by_page=False, now=clock.now()).id == payment.id


def test_another_sum_or_way_has_to_wait_until_the_first_is_called_off(business, invoice, payment):
    payment.provider_ref = "pi_1"
    with pytest.raises(OtherPaymentUnderWay):
        start(business, invoice, live=False, by_page=True, now=clock.now())
    invoice.prepay_cents = 3000
    db.session.flush()
    with pytest.raises(OtherPaymentUnderWay):
        start(business, invoice, live=False, by_page=False, now=clock.now())


def test_after_the_deposit_the_rest_can_be_paid_and_then_nothing(business, invoice, payment):
    applied(payment, said(payment))
    rest = start(business, invoice, live=False, by_page=False, now=clock.now())
    assert rest.amount_cents == 4000
    applied(rest, said(rest, ref="pi_2"))
    with pytest.raises(NothingDue):
        start(business, invoice, live=False, by_page=False, now=clock.now())


def test_money_that_came_counts_once_however_often_stripe_says_so(business, invoice, payment):
    heard = []
    with invoice_paid.connected_to(
        lambda _shop, invoice, now: heard.append(invoice.paid_cents), sender=business
    ):
        for _ in range(3):
            applied(payment, said(payment))
    assert (payment.status, payment.received_cents, payment.next_sync_at) == ("succeeded", 2000, None)
    assert (invoice.paid_cents, heard) == (2000, [2000])


def test_in_whatever_order_it_is_said_the_end_is_the_same(business):
    for order in permutations(("created", "requires_action", "processing", "succeeded")):
        payment = start(business, an_invoice(business, 500), live=False, by_page=False, now=clock.now())
        for status in order:
            applied(payment, said(payment, status, ref=f"pi_{payment.id}"))
        assert (payment.status, payment.received_cents) == ("succeeded", 500)


def test_a_declined_card_can_be_tried_again(payment):
    applied(payment, said(payment, "created", failure="Your card was declined."))
    assert (payment.status, payment.failure) == ("created", "Your card was declined.")
    applied(payment, said(payment))
    assert (payment.status, payment.failure) == ("succeeded", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"received": 1999},
        {"received": 2001},
        {"currency": "USD"},
        {"about": "another"},
        {"about": None},
        {"live": True},
    ],
)
def test_money_that_is_not_what_was_asked_for_waits_for_a_member(invoice, payment, wrong):
    applied(payment, said(payment, **wrong))
    assert (payment.status, payment.received_cents, invoice.paid_cents) == ("needs_review", 0, 0)
    assert payment.review


def test_what_was_cancelled_and_paid_all_the_same_is_money(invoice, payment):
    applied(payment, said(payment, "cancelled"))
    assert payment.next_sync_at is None
    applied(payment, said(payment))
    assert (payment.status, invoice.paid_cents) == ("succeeded", 2000)


def test_stripe_is_asked_less_often_the_longer_it_takes(payment):
    begun, waits = payment.created_at, []
    for hours in (0, 0.5, 3, 20, 200):
        now = begun + timedelta(hours=hours)
        applied(payment, said(payment, "processing"), now)
        waits.append((payment.next_sync_at - now) / timedelta(minutes=1))
    assert waits == [2, 10, 60, 360, 360]


def test_a_refund_of_ours_ends_as_stripe_says(business, invoice, payment):
    applied(payment, said(payment))
    (refund,) = give_back(business, invoice, 500, cause="cancelled", key="b/1", by=SYSTEM, now=clock.now())
    apply_refund_state(business.id, refund.id, SentBack("re_1", "pending", 500, refund.id), clock.now())
    assert refund.next_sync_at is not None
    apply_refund_state(business.id, refund.id, SentBack("re_1", "succeeded", 500, refund.id), clock.now())
    apply_refund_state(business.id, refund.id, SentBack("re_1", "pending", 500, refund.id), clock.now())
    assert (refund.status, refund.provider_ref, refund.next_sync_at) == ("succeeded", "re_1", None)
    assert invoice.refunded_cents == 500


def test_a_refund_the_bank_sends_back_later_is_no_refund_any_more(business, invoice, payment):
    applied(payment, said(payment))
    (refund,) = give_back(business, invoice, 500, cause="cancelled", key="b/1", by=SYSTEM, now=clock.now())
    apply_refund_state(business.id, refund.id, SentBack("re_1", "succeeded", 500, refund.id), clock.now())
    failed = SentBack("re_1", "failed", 500, refund.id, "expired_or_canceled_card")
    applied(payment, said(payment, sent_back=(failed,)))
    refund = db.session.get_one(Refund, (business.id, refund.id), populate_existing=True)
    assert (refund.status, refund.failure, invoice.refunded_cents) == (
        "failed",
        "expired_or_canceled_card",
        0,
    )


def test_what_was_given_back_at_stripe_itself_becomes_a_row_once(business, invoice, payment):
    for _ in range(3):
        applied(payment, said(payment, sent_back=(SentBack("re_9", "succeeded", 700),)))
    refund = Refund.query.filter_by(payment_id=payment.id).one()
    assert (refund.by_name, refund.amount_cents, refund.status) == ("Stripe", 700, "succeeded")
    assert (invoice.paid_cents, invoice.refunded_cents) == (2000, 700)


def test_an_answer_that_was_lost_is_found_again_by_our_own_id(business, invoice, payment):
    applied(payment, said(payment))
    (refund,) = give_back(business, invoice, 2000, cause="cancelled", key="b/1", by=SYSTEM, now=clock.now())
    applied(payment, said(payment, sent_back=(SentBack("re_1", "succeeded", 2000, refund.id),)))
    refund = Refund.query.filter_by(payment_id=payment.id).one()
    assert (refund.provider_ref, refund.status) == ("re_1", "succeeded")


def test_what_was_promised_and_is_already_back_is_not_sent_again(business, invoice, payment):
    applied(payment, said(payment))
    (refund,) = give_back(business, invoice, 1500, cause="cancelled", key="b/1", by=SYSTEM, now=clock.now())
    applied(payment, said(payment, sent_back=(SentBack("re_9", "succeeded", 2000),)))
    refund = db.session.get_one(Refund, (business.id, refund.id), populate_existing=True)
    assert (refund.status, refund.next_sync_at) == ("failed", None)
    assert (invoice.paid_cents, invoice.refunded_cents) == (2000, 2000)


def test_a_payment_of_another_business_is_not_found(payment):
    with pytest.raises(Exception, match="No row was found"):
        apply_provider_state(a_business().id, payment.id, said(payment), clock.now())
    assert db.session.get_one(Payment, (payment.business_id, payment.id)).status == "created"


def test_what_comes_in_after_a_member_took_it_goes_back_once(business, invoice, payment):
    applied(payment, said(payment))
    rest = start(business, invoice, live=False, by_page=False, now=clock.now())
    take(business, invoice, 3000, "cash", by=SYSTEM, now=clock.now())
    for _ in range(2):
        applied(rest, said(rest, ref="pi_2"))
    refund = Refund.query.one()
    assert (refund.payment_id, refund.amount_cents, refund.cause) == (rest.id, 3000, "twice")
    assert (invoice.paid_cents, invoice.kept_cents, invoice.open_cents) == (9000, 6000, 0)


def test_what_comes_in_for_more_than_is_owed_by_then_goes_back(business, invoice, payment):
    rewrite(invoice, [Item("Shampoo", 1500)])
    applied(payment, said(payment))
    assert (Refund.query.one().amount_cents, invoice.kept_cents) == (500, 1500)


def test_what_a_credit_note_took_back_is_no_longer_owed(business, invoice, payment):
    applied(payment, said(payment))
    rest = start(business, invoice, live=False, by_page=False, now=clock.now())
    issue(business, invoice, by=SYSTEM, now=clock.now())
    reduce(business, invoice, 1000, by=SYSTEM, now=clock.now())
    applied(rest, said(rest, ref="pi_2"))
    assert (Refund.query.one().amount_cents, invoice.kept_cents, invoice.open_cents) == (1000, 5000, 0)


def test_a_payment_begun_with_test_keys_counts_for_nothing_once_it_is_in_earnest(business, invoice, payment):
    settings = PaymentSettings(business_id=business.id, mode="live")
    db.session.add(settings)
    applied(payment, said(payment))
    assert (payment.status, payment.received_cents, invoice.paid_cents) == ("needs_review", 0, 0)
    assert payment.review == "trial/2000/EUR"


def test_what_has_come_in_stays_so_whatever_is_edited_at_stripe_or_switched_here(business, invoice, payment):
    applied(payment, said(payment))
    db.session.add(PaymentSettings(business_id=business.id, mode="live"))
    applied(payment, said(payment, about="edited by hand"))
    assert (payment.status, payment.review, invoice.paid_cents) == ("succeeded", None, 2000)
