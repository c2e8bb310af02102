import uuid

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.payments.issuing import issue
from app.payments.owing import AlreadyIssued, Item, Subject, invoice_of, owe, rewrite
from tests.factories import a_business


def owed(business, items, subject=None):
    return owe(
        business,
        subject or Subject("visit", uuid.uuid4()),
        items,
        customer=None,
        language="en-GB",
        now=clock.now(),
    )


def test_prices_have_their_tax_in_them(app):
    invoice = owed(a_business(), [Item("Colour", 11_900, tax_bp=1900), Item("Shampoo", 1070, tax_bp=700)])
    assert (invoice.total_cents, invoice.tax_cents) == (12_970, 1970)
    assert [it.label for it in invoice.lines] == ["Colour", "Shampoo"]


def test_what_is_due_first_is_what_the_lines_say_and_no_more_than_is_owed(app):
    deposit = owed(a_business(), [Item("Cut", 6000, prepay_cents=2000), Item("Tea", 300)])
    assert (deposit.prepay_cents, deposit.due_now_cents, deposit.open_cents) == (2000, 2000, 6300)
    rebate = owed(
        a_business(), [Item("Cut", 6000, prepay_cents=6000), Item("SPRING", -1000, kind="discount")]
    )
    assert rebate.due_now_cents == 5000


def test_a_subject_has_one_invoice_whose_lines_can_change_until_it_is_issued(app):
    business, subject = a_business(), Subject("visit", uuid.uuid4())
    first = owed(business, [Item("Cut", 6000), Item("Colour", 9000)], subject)
    again = owed(business, [Item("Cut", 4500)], subject)
    assert again.id == first.id
    assert [(it.label, it.amount_cents) for it in again.lines] == [("Cut", 4500)]
    assert again.total_cents == 4500
    issue(business, again, by=SYSTEM, now=clock.now())
    with pytest.raises(AlreadyIssued):
        rewrite(again, [Item("Cut", 1)])
    assert invoice_of(business.id, subject).total_cents == 4500


def test_another_business_has_no_such_invoice(app):
    business, subject = a_business(), Subject("visit", uuid.uuid4())
    owed(business, [Item("Cut", 6000)], subject)
    assert invoice_of(a_business().id, subject) is None
