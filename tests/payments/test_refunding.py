import pytest

from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.payments.counting import count
from app.payments.models import Payment, Refund
from app.payments.refunding import MoreThanPaid, give_back, hand_out
from app.payments.taking import take
from tests.factories import a_business
from tests.payments.owed import an_invoice, paid_online

MAYA = Actor("member", "Maya")


@pytest.fixture
def business(app):
    return a_business()


def returned(business, invoice, amount, key="cancelled/7", **more):
    return give_back(business, invoice, amount, cause="cancelled", key=key, by=MAYA, now=clock.now(), **more)


def left(payment):
    return db.session.get_one(
        Payment, (payment.business_id, payment.id), populate_existing=True
    ).refunded_cents


def test_what_goes_back_is_reserved_at_once(business):
    invoice = an_invoice(business, 6000)
    payment = paid_online(business, invoice, 6000)
    (refund,) = returned(business, invoice, 2000)
    assert (refund.status, refund.amount_cents) == ("created", 2000)
    assert refund.next_sync_at is not None
    assert left(payment) == 2000
    assert (invoice.paid_cents, invoice.refunded_cents, invoice.kept_cents) == (6000, 2000, 4000)


def test_the_same_cause_pays_back_once(business):
    invoice = an_invoice(business, 6000)
    paid_online(business, invoice, 6000)
    first, again = returned(business, invoice, 2000), returned(business, invoice, 2000)
    assert [it.id for it in first] == [it.id for it in again]
    assert invoice.refunded_cents == 2000


def test_refunds_never_add_up_to_more_than_was_paid(business):
    invoice = an_invoice(business, 6000)
    paid_online(business, invoice, 5000)
    returned(business, invoice, 3000, "member/1")
    with pytest.raises(MoreThanPaid):
        returned(business, invoice, 2001, "member/2")
    returned(business, invoice, 2000, "member/3")
    with pytest.raises(MoreThanPaid):
        returned(business, invoice, 1, "member/4")
    with pytest.raises(MoreThanPaid):
        returned(business, invoice, -1, "member/5")


def test_what_stripe_has_goes_back_before_what_is_in_the_till(business):
    invoice = an_invoice(business, 6000)
    online = paid_online(business, invoice, 2000)
    cash = take(business, invoice, 4000, "cash", by=MAYA, now=clock.now())
    refunds = returned(business, invoice, 5000)
    assert [(it.payment_id, it.amount_cents, it.status) for it in refunds] == [
        (online.id, 2000, "created"),
        (cash.id, 3000, "pending"),
    ]
    assert refunds[1].next_sync_at is None


def test_cash_is_back_when_a_member_has_handed_it_out(business):
    invoice = an_invoice(business, 6000)
    take(business, invoice, 6000, "cash", by=MAYA, now=clock.now())
    (refund,) = returned(business, invoice, 1500)
    hand_out(business, refund, by=Actor("member", "June"), now=clock.now())
    hand_out(business, refund, by=MAYA, now=clock.now())
    refund = db.session.get_one(Refund, (business.id, refund.id), populate_existing=True)
    assert (refund.status, refund.by_name) == ("succeeded", "June")
    assert invoice.refunded_cents == 1500


def test_a_refund_that_failed_can_be_tried_anew_as_another(business):
    invoice = an_invoice(business, 6000)
    paid_online(business, invoice, 6000)
    (refund,) = returned(business, invoice, 6000)
    refund.status = "failed"
    count(invoice)
    assert invoice.refunded_cents == 0
    returned(business, invoice, 6000, "member/again")
    assert invoice.refunded_cents == 6000


def test_one_payment_alone_can_give_back(business):
    invoice = an_invoice(business, 6000)
    first, second = paid_online(business, invoice, 3000), paid_online(business, invoice, 3000)
    returned(business, invoice, 1000, only=first)
    assert (left(first), left(second)) == (1000, 0)
    with pytest.raises(MoreThanPaid):
        returned(business, invoice, 2500, "more", only=first)
