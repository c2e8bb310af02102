"""Money that is not what was asked for, and what members decide about it."""

import pytest

from app.audit.models import AuditEvent
from app.core import clock
from app.core.db import db
from app.payments.applying import apply_provider_state, apply_refund_state
from app.payments.models import Invoice, Refund
from app.payments.news import invoice_paid
from app.payments.refunding import GivenBackMeanwhile, MoreThanPaid, give_again, give_back
from app.payments.stripe.answers import ProviderState, SentBack
from app.payments.unexpected import DecidedMeanwhile, NoMoney, NotKnown, OtherMoney, decide
from app.payments.wording import finding_in_words
from tests.factories import ANNA, a_business
from tests.payments.owed import failed_refund, to_review


@pytest.fixture
def business(app):
    return a_business()


def decided(business, payment, decision):
    decide(business, payment, decision, reason="We asked them", by=ANNA, now=clock.now())


def invoice_of(payment):
    return db.session.get_one(Invoice, (payment.business_id, payment.invoice_id), populate_existing=True)


def says(payment, *sent_back, received=1500, currency="EUR", about=None):
    """What Stripe says of it from now on."""
    uid = about or str(payment.uid)
    state = ProviderState(
        payment.provider_ref, "succeeded", 2000, received, currency, uid, live=False, sent_back=sent_back
    )
    return apply_provider_state(payment.business_id, payment.id, state, clock.now())


def heard(business):
    """The invoices that are told to be paid."""
    told = []
    listener = lambda _shop, invoice, now: told.append(invoice.id)  # noqa: E731
    return told, invoice_paid.connected_to(listener, sender=business)


def test_what_is_counted_is_as_good_as_paid_whatever_stripe_repeats(business):
    payment = to_review(business, prepay=1000)
    told, listening = heard(business)
    with listening:
        decided(business, payment, "count")
    assert (payment.status, payment.received_cents, invoice_of(payment).kept_cents) == (
        "succeeded",
        1500,
        1500,
    )
    assert told == [payment.invoice_id]
    assert (payment.by_name, payment.note) == ("Anna", "We asked them")
    says(payment)
    assert (payment.status, invoice_of(payment).kept_cents, payment.next_sync_at) == ("succeeded", 1500, None)
    event = db.session.query(AuditEvent).filter_by(action="payment.count").one()
    assert (event.reason, event.changes) == ("We asked them", {"status": ["needs_review", "succeeded"]})


def test_what_is_too_little_is_counted_and_the_rest_of_it_is_still_due(business):
    payment = to_review(business, prepay=2000)
    told, listening = heard(business)
    with listening:
        decided(business, payment, "count")
    assert (told, invoice_of(payment).due_now_cents) == ([], 500)


def test_what_goes_back_books_nothing_and_goes_back_once(business):
    payment = to_review(business, received=2500)
    told, listening = heard(business)
    with listening:
        decided(business, payment, "give_back")
    invoice = invoice_of(payment)
    assert (told, invoice.paid_cents, invoice.refunded_cents) == ([], 2500, 2500)
    refund = db.session.query(Refund).one()
    assert (refund.amount_cents, refund.status, refund.reason) == (2500, "created", "We asked them")
    apply_refund_state(business.id, refund.id, SentBack("re_1", "succeeded", 2500, refund.id), clock.now())
    says(payment, SentBack("re_1", "succeeded", 2500, refund.id), received=2500)
    assert (payment.status, invoice_of(payment).kept_cents, db.session.query(Refund).count()) == (
        "succeeded",
        0,
        1,
    )


def test_what_is_set_aside_is_not_counted_whatever_stripe_repeats(business):
    payment = to_review(business)
    decided(business, payment, "set_aside")
    says(payment, about="another")
    says(payment)
    assert (payment.status, payment.received_cents, invoice_of(payment).paid_cents) == ("cancelled", 0, 0)


def test_nobody_decides_twice(business):
    payment = to_review(business)
    decided(business, payment, "set_aside")
    for decision in ("count", "give_back", "set_aside"):
        with pytest.raises(DecidedMeanwhile):
            decided(business, payment, decision)


def test_money_of_another_currency_is_not_counted_but_can_go_back(business):
    payment = to_review(business, currency="USD")
    with pytest.raises(OtherMoney):
        decided(business, payment, "count")
    db.session.refresh(payment)
    decided(business, payment, "give_back")
    assert (payment.currency, payment.received_cents, payment.refunded_cents) == ("USD", 1500, 1500)
    says(payment, currency="USD")
    assert payment.status == "succeeded"


def test_what_nobody_knows_the_sum_of_can_only_be_set_aside(business):
    payment = to_review(business)
    payment.review = None
    for decision in ("count", "give_back"):
        with pytest.raises(NotKnown):
            decided(business, payment, decision)
    assert finding_in_words(payment).startswith("Stripe says something")
    decided(business, payment, "set_aside")
    says(payment)
    assert payment.status == "cancelled"


def test_what_was_given_back_at_stripe_in_the_meantime_needs_no_decision(business):
    payment = to_review(business)
    says(payment, SentBack("re_1", "succeeded", 500))
    assert (payment.status, invoice_of(payment).paid_cents) == ("needs_review", 0)
    says(payment, SentBack("re_1", "succeeded", 500), SentBack("re_2", "pending", 1000))
    invoice = invoice_of(payment)
    assert (payment.status, invoice.paid_cents, invoice.refunded_cents) == ("succeeded", 1500, 1500)


def test_what_went_back_at_stripe_before_it_was_counted_is_told_of_at_the_next_look(business):
    payment = to_review(business)
    decided(business, payment, "count")
    assert payment.next_sync_at is not None
    says(payment, SentBack("re_1", "succeeded", 500))
    assert invoice_of(payment).kept_cents == 1000


def test_test_money_is_not_counted_for_a_business_in_earnest(business):
    payment = to_review(business, kind="trial")
    with pytest.raises(NoMoney):
        decided(business, payment, "count")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("sum", "€15.00 came in, but €20.00 was asked for."),
        ("about", "€15.00 came in, but Stripe says that it was for something else."),
        ("trial", "€15.00 came in with Stripe’s test keys, which move no money; you use live keys by now."),
        ("mode", "€15.00 came in in Stripe’s other mode, test instead of live or live instead of test."),
    ],
)
def test_what_is_wrong_is_said_in_words(business, kind, words):
    assert finding_in_words(to_review(business, kind=kind)) == words


def test_a_refund_that_failed_is_tried_again_as_one_of_its_own(business):
    failed = failed_refund(business)
    fresh = give_again(business, failed, by_hand=False, by=ANNA, now=clock.now())
    assert (fresh.status, fresh.amount_cents, fresh.cause) == ("created", 500, "member")
    assert (fresh.idempotency_key != failed.idempotency_key, fresh.next_sync_at is not None) == (True, True)
    with pytest.raises(GivenBackMeanwhile):
        give_again(business, failed, by_hand=True, by=ANNA, now=clock.now())
    apply_refund_state(business.id, fresh.id, "Closed for good.", clock.now())
    last = give_again(business, fresh, by_hand=True, by=ANNA, now=clock.now())
    assert (last.status, last.next_sync_at, last.by_name) == ("succeeded", None, "Anna")
    assert [it.status for it in db.session.query(Refund).order_by(Refund.id)] == [
        "failed",
        "failed",
        "succeeded",
    ]


def test_what_has_gone_back_in_another_way_does_not_go_back_again(business):
    failed = failed_refund(business, 1500)
    invoice = db.session.query(Invoice).filter_by(business_id=business.id).one()
    give_back(business, invoice, 1000, cause="member", key="desk/2", by=ANNA, now=clock.now())
    with pytest.raises(MoreThanPaid):
        give_again(business, failed, by_hand=False, by=ANNA, now=clock.now())
    assert db.session.query(Refund).count() == 2
