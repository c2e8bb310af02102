from datetime import UTC

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments.issuing import credit, issue
from app.payments.models import PaymentSettings
from app.payments.owing import Item
from tests.factories import a_business, berlin
from tests.payments.owed import an_invoice


def numbered(business, at="2027-03-02 10:00"):
    return issue(business, an_invoice(business), by=SYSTEM, now=berlin(at).astimezone(UTC)).number


def test_numbers_count_up_for_each_business_and_year_by_the_clock_of_the_shop(app):
    business = a_business()
    numbers = [numbered(business), numbered(business), numbered(business, "2027-12-31 23:59")]
    assert numbers == ["2027-0001", "2027-0002", "2027-0003"]
    # In London it is still 2027.
    assert numbered(business, "2028-01-01 00:30") == "2028-0001"
    assert numbered(a_business()) == "2027-0001"


def test_a_number_that_is_rolled_back_is_given_again(app):
    business = a_business()
    numbered(business)
    with db.session.begin_nested() as attempt:
        assert numbered(business) == "2027-0002"
        attempt.rollback()
    assert numbered(business) == "2027-0002"


def test_issuing_twice_keeps_the_number(app):
    business = a_business()
    invoice = an_invoice(business)
    number = issue(business, invoice, by=SYSTEM, now=clock.now()).number
    assert issue(business, invoice, by=SYSTEM, now=clock.now()).number == number


def test_an_invoice_keeps_who_sold_even_if_they_move(app):
    business = a_business(street="Lindenstr. 4", postcode="10969", city="Berlin")
    db.session.add(PaymentSettings(business_id=business.id, tax_number="DE123", invoice_prefix="RE-"))
    invoice = issue(business, an_invoice(business), by=SYSTEM, now=berlin("2027-03-02 10:00"))
    business.street = "Elsewhere 1"
    assert invoice.number == "RE-2027-0001"
    assert invoice.seller["address"] == "Lindenstr. 4\n10969 Berlin\nDE"
    assert invoice.seller["tax_number"] == "DE123"


def test_a_credit_note_takes_back_in_a_series_of_its_own(app):
    business = a_business()
    invoice = issue(
        business, an_invoice(business, 11_900, tax_bp=1900), by=SYSTEM, now=berlin("2027-03-02 10:00")
    )
    note = credit(
        business, invoice, [Item("Haircut", 5950, tax_bp=1900)], by=SYSTEM, now=berlin("2027-03-03 10:00")
    )
    assert (note.number, note.kind, note.corrects_id) == ("C2027-0001", "credit_note", invoice.id)
    assert (note.total_cents, note.tax_cents, note.prepay_cents) == (-5950, -950, 0)
    assert invoice.total_cents == 11_900
