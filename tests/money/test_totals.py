"""The sums of a period by the database, held against the same entries added up one after the other."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.db import db
from app.payments.models import Invoice, InvoiceLine, Payment, Refund
from app.schedule.periods import Period
from app.takings.entries import entries_of
from app.takings.totals import Sum, totals_of
from tests.factories import a_booking, a_shop, berlin
from tests.money.oracle import takings_of
from tests.money.test_routes import gives_back, takes

MARCH = Period(date(2027, 3, 1), date(2027, 3, 31), "Europe/Berlin")
# Nothing, what cannot be divided evenly, and more than fits into 64 bits when it is multiplied.
AMOUNTS = (0, 0, 1, 1, 100, 333, 4500, 10**13)


@pytest.fixture
def shop(app, frozen):
    return a_shop(people=2)


def written_down(chance, shop, booking, visit):
    """An invoice of a visit with any lines, what was paid of it and what went back."""
    invoice = Invoice(
        business_id=shop.business.id,
        subject_kind="visit",
        subject_uid=visit,
        currency=chance.choice(("EUR", "EUR", "CHF")),
        language="en",
    )
    db.session.add(invoice)
    db.session.flush()
    key = {"business_id": shop.business.id}
    for position in range(chance.choice((0, 1, 1, 2, 3, 5))):
        is_booking = chance.random() < 0.3
        db.session.add(
            InvoiceLine(
                **key,
                invoice_id=invoice.id,
                position=chance.choice((position, 1)),
                kind=chance.choice(("item", "item", "fee", "discount")),
                subject_kind="booking" if is_booking else None,
                subject_id=booking.id if is_booking else None,
                label=chance.choice(("Haircut", "Colour", "Wash")),
                amount_cents=chance.choice((1, 1, -1)) * chance.choice(AMOUNTS),
            )
        )
    for _ in range(chance.choice((1, 1, 2))):
        cents = chance.choice((1, 2, 100, 1001, 4500, 10**13))
        at = datetime(2027, 2, 28, 20, tzinfo=UTC) + timedelta(hours=chance.randrange(800))
        payment = Payment(
            **key,
            invoice_id=invoice.id,
            method=chance.choice(("cash", "card", "stripe")),
            status="succeeded",
            currency=invoice.currency,
            amount_cents=cents,
            received_cents=cents,
            refunded_cents=cents,
            idempotency_key=uuid.uuid4().hex,
            succeeded_at=at,
        )
        db.session.add(payment)
        db.session.flush()
        if chance.random() < 0.4:
            keys = {"dedupe_key": uuid.uuid4().hex, "idempotency_key": uuid.uuid4().hex}
            back = {"amount_cents": cents, "created_at": at + timedelta(days=chance.randrange(9))}
            status = chance.choice(("created", "succeeded", "failed"))
            db.session.add(
                Refund(**key, **keys, **back, payment_id=payment.id, cause="member", status=status)
            )


@pytest.mark.parametrize("seed", range(6))
def test_sums_of_the_database_are_those_of_one_entry_after_the_other(shop, seed):
    chance = random.Random(seed)
    other = a_shop()
    bookings = [
        a_booking(shop, berlin(f"2027-03-0{n} 10:00"), f"{n}@example.com", shop.people[n % 2])
        for n in range(2, 6)
    ]
    for booking in bookings:
        booking.service_name = chance.choice(("Haircut", "Beard"))
        for visit in (booking.visit, *(uuid.uuid4() for _ in range(8))):
            written_down(chance, shop, booking, visit)
    written_down(chance, other, a_booking(other, berlin("2027-03-02 10:00")), uuid.uuid4())
    db.session.flush()
    for period in (MARCH, Period(date(2027, 3, 9), date(2027, 3, 9), "Europe/Berlin")):
        entries = entries_of(shop.business, period)
        assert entries or period is not MARCH
        assert totals_of(shop.business, period) == takings_of(entries)


def test_what_is_paid_for_two_visits_is_divided_to_the_last_cent(shop):
    alone, other, third = (
        a_booking(shop, berlin(f"2027-03-0{day} 10:00"), f"{day}@example.com", shop.people[day % 2])
        for day in (2, 3, 4)
    )
    other.service_name, third.visit = "Colour", other.visit
    db.session.flush()
    takes(shop, other, 1001, "card", at=berlin("2027-03-31 23:59").astimezone(UTC))
    takes(shop, third, 999, key="z" * 16, at=berlin("2027-04-01 00:00").astimezone(UTC))
    takes(shop, alone, 2000, key="y" * 16, at=berlin("2027-03-01 00:00").astimezone(UTC))
    gives_back(shop, alone, 500)
    found = totals_of(shop.business, MARCH)
    assert found.by_day[-1] == Sum(date(2027, 3, 31), "EUR", 1001, 0)
    assert found.in_all == [Sum(None, "EUR", 3001, 500)]
    assert found.by_service == [Sum("Haircut", "EUR", 2500, 500), Sum("Colour", "EUR", 501, 0)]


def test_sums_of_a_year_are_one_statement(shop, queries):
    for day in (2, 3, 4):
        takes(shop, a_booking(shop, berlin(f"2027-03-0{day} 10:00"), f"{day}@example.com"), 4500)
    with queries() as seen:
        assert totals_of(shop.business, MARCH).in_all
    assert len(seen) == 1
