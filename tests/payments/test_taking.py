import pytest

from app.core import clock
from app.core.actor import Actor
from app.payments.models import Payment
from app.payments.news import invoice_paid
from app.payments.taking import MoreThanOwed, take
from tests.factories import a_business
from tests.payments.owed import an_invoice

MAYA = Actor("member", "Maya")


@pytest.fixture
def business(app):
    return a_business()


def taken(business, invoice, amount, **more):
    return take(business, invoice, amount, "cash", by=MAYA, now=clock.now(), **more)


def test_what_is_taken_at_the_shop_counts_at_once(business):
    invoice = an_invoice(business, 6000)
    payment = taken(business, invoice, 2500)
    assert (payment.status, payment.received_cents, payment.by_name) == ("succeeded", 2500, "Maya")
    assert (invoice.paid_cents, invoice.open_cents) == (2500, 3500)


def test_nobody_pays_more_than_is_open(business):
    invoice = an_invoice(business, 6000)
    taken(business, invoice, 5000)
    with pytest.raises(MoreThanOwed):
        taken(business, invoice, 1001)


def test_the_same_form_sent_twice_takes_once(business):
    invoice = an_invoice(business, 6000)
    assert taken(business, invoice, 1000, key="k" * 20).id == taken(business, invoice, 1000, key="k" * 20).id
    assert (invoice.paid_cents, Payment.query.filter_by(invoice_id=invoice.id).count()) == (1000, 1)


def test_the_rooms_above_hear_when_nothing_is_due_first_any_more(business):
    invoice = an_invoice(business, 6000, prepay=2000)
    heard = []
    with invoice_paid.connected_to(
        lambda _shop, invoice, now: heard.append(invoice.paid_cents), sender=business
    ):
        taken(business, invoice, 1950)
        assert heard == []
        # What is left of it is too little to be paid online.
        taken(business, invoice, 1)
    assert heard == [1951]
