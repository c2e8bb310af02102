"""The invoice that is made of the bookings of a visit, and when it gets its number by itself."""

from datetime import timedelta

from app.appointments.billing import VISIT, bill_of
from app.appointments.finishing import complete_ended
from app.businesses.locking import lock_schedule
from app.core import clock
from app.core.db import db
from app.payments.issuing import issue
from app.payments.owing import Item, Subject, as_items, invoice_of, rewrite
from app.payments.reducing import reduce
from app.payments.taking import take
from app.payments.terms import Terms
from tests.factories import ANNA, a_booking, a_shop, a_visit, berlin

TEN, TWELVE = berlin("2027-03-02 10:00"), berlin("2027-03-02 12:00")


def lines(invoice):
    return [(it.label, it.quantity, it.amount_cents, it.tax_bp, it.prepay_cents) for it in invoice.lines]


def with_terms(booking, **terms):
    booking.policy = booking.policy | {"payment": Terms(**terms).written}
    return booking


def test_without_terms_nothing_is_due_first(app, frozen):
    shop = a_shop(tax_bp=1900)
    booking = a_booking(shop, TEN)
    invoice = bill_of(shop.business, [booking], clock.now())
    assert lines(invoice) == [("Haircut", 1, 4500, 1900, 0)]
    assert (invoice.total_cents, invoice.tax_cents, invoice.due_now_cents) == (4500, 718, 0)
    assert (invoice.name, invoice.email) == ("Olivia Park", "olivia@example.com")
    assert invoice.customer_id == booking.customer_id


def test_each_booking_of_a_visit_says_by_its_own_terms_what_is_due_first(app, frozen):
    shop = a_shop(people=2)
    deposit = with_terms(a_booking(shop, TEN), prepay="deposit", deposit_cents=2000)
    full = with_terms(a_booking(shop, TWELVE), prepay="full")
    full.visit = deposit.visit
    invoice = bill_of(shop.business, [deposit, full], clock.now())
    assert [it.prepay_cents for it in invoice.lines] == [2000, 4500]
    assert invoice.due_now_cents == 6500


def test_the_price_that_was_promised_counts_and_not_todays(app, frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    shop.service.price_cents, shop.service.name = 9900, "Cut"
    assert lines(bill_of(shop.business, [booking], clock.now())) == [("Haircut", 1, 4500, 0, 0)]


def test_a_price_told_on_site_is_nothing_yet(app, frozen):
    shop = a_shop(price_cents=None)
    assert bill_of(shop.business, [a_booking(shop, TEN)], clock.now()).total_cents == 0


def test_billing_twice_is_one_invoice(app, frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    first, second = (bill_of(shop.business, [booking], clock.now()) for _ in range(2))
    assert first.id == second.id
    assert lines(second) == [("Haircut", 1, 4500, 0, 0)]


def test_an_invoice_is_issued_with_the_last_of_its_visit_that_ends_by_itself(app, frozen):
    shop = a_shop()
    first = a_visit(shop.business, clock.now() - timedelta(hours=3))
    second = a_visit(shop.business, clock.now() + timedelta(hours=1))
    unbilled = a_visit(shop.business, clock.now() - timedelta(hours=5))
    second.visit = first.visit
    bill_of(shop.business, [first, second], clock.now())
    lock_schedule(shop.business.id)
    assert complete_ended(shop.business.id, clock.now(), 10) == 2
    subject = Subject(VISIT, first.visit)
    assert invoice_of(shop.business.id, subject).number is None
    frozen.shift(timedelta(hours=4))
    assert complete_ended(shop.business.id, clock.now(), 10) == 1
    assert invoice_of(shop.business.id, subject).number == "2027-0001"
    assert invoice_of(shop.business.id, Subject(VISIT, unbilled.visit)) is None


def test_what_is_taken_off_is_of_each_rate_its_share_and_comes_out_to_the_unit(app, frozen):
    shop = a_shop(tax_bp=1900)
    booking, other = a_booking(shop, TEN), a_booking(shop, TWELVE)
    other.visit, other.tax_bp = booking.visit, 700
    invoice = bill_of(shop.business, [booking, other], clock.now())
    total = invoice.total_cents
    for n in (1, 333, 1001):
        reduce(shop.business, invoice, n, by=ANNA, now=clock.now())
        total -= n
        assert invoice.total_cents == total
    take(shop.business, invoice, total, "cash", by=ANNA, now=clock.now())
    assert invoice.number
    note = reduce(shop.business, invoice, 777, by=ANNA, now=clock.now())
    assert note.total_cents == -777
    rest = reduce(shop.business, invoice, 10**9, by=ANNA, now=clock.now())
    assert rest.total_cents == -(total - 777)
    assert reduce(shop.business, invoice, 1, by=ANNA, now=clock.now()) is None
    db.session.flush()


def test_what_was_promised_in_one_currency_is_never_owed_in_another(app, frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    shop.business.currency = "JPY"
    invoice = bill_of(shop.business, [booking], clock.now())
    assert (invoice.currency, invoice.total_cents) == ("EUR", 4500)


def test_an_invoice_says_the_days_as_they_stood_when_it_was_issued(app, frozen):
    shop = a_shop()
    booking, other = a_booking(shop, TEN), a_booking(shop, TWELVE)
    other.visit = booking.visit
    invoice = bill_of(shop.business, [booking, other], clock.now())
    other.local_start += timedelta(days=3)
    invoice = issue(shop.business, invoice, by=ANNA, now=clock.now())
    booking.local_start += timedelta(days=1)
    note = reduce(shop.business, invoice, 100, by=ANNA, now=clock.now())
    day = TEN.date()
    assert [it.served_on for it in invoice.lines] == [day, day + timedelta(days=3)]
    assert [it.served_on for it in note.lines] == [None]


def test_a_line_of_another_kind_stays_though_it_has_the_number_of_a_booking(app, frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    invoice = bill_of(shop.business, [booking], clock.now())
    shampoo = Item("Shampoo", 1200, subject_id=booking.id, subject_kind="order")
    rewrite(invoice, [*as_items(invoice.lines), shampoo])
    assert [it.label for it in bill_of(shop.business, [booking], clock.now()).lines] == ["Haircut", "Shampoo"]
