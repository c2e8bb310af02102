"""Each invariant notices what it is there for: rows are broken by hand, with the constraints against it taken away."""

import pytest
from sqlalchemy import text

from app.core.db import db
from tests.factories import a_booking, a_hold, a_shop, berlin
from tests.races.invariants import BROKEN, broken_rules

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY, FRIDAY = berlin("2027-03-02 10:00"), berlin("2027-03-05 10:00")

A_WAITING = (
    "INSERT INTO waitlist_entries"
    " (business_id, customer_id, contact_name, service_id, from_on, until_on)"
    " SELECT c.business_id, c.id, c.name, s.id, '2027-03-01', '2027-03-31'"
    " FROM customers c JOIN services s ON s.business_id = c.business_id"
)
AN_OFFER = (
    "INSERT INTO waitlist_offers (business_id, entry_id, visit, starts_at, status, expires_at, ended_at)"
    " SELECT business_id, id, gen_random_uuid(), now(), '{status}', now(), {ended} FROM waitlist_entries"
)
A_BILL = (
    "WITH made AS (INSERT INTO invoices (business_id, subject_kind, subject_uid, currency, language, total_cents)"
    " SELECT business_id, 'visit', visit, 'EUR', 'en-GB', 4500 FROM bookings WHERE status = '{status}' RETURNING *)"
    " INSERT INTO invoice_lines (business_id, invoice_id, position, label, amount_cents)"
    " SELECT business_id, id, 0, 'Haircut', 4500 FROM made"
)
BOOKED, WAITING = A_BILL.format(status="confirmed"), A_BILL.format(status="pending_payment")
PAID = (
    "INSERT INTO payments (business_id, invoice_id, method, status, currency, amount_cents, received_cents,"
    " idempotency_key, succeeded_at)"
    " SELECT business_id, id, 'cash', 'succeeded', currency, 2000, 2000, 'k', now() FROM invoices"
)
GIVEN_BACK = (
    "INSERT INTO refunds (business_id, payment_id, cause, amount_cents, dedupe_key, idempotency_key)"
    " SELECT business_id, id, 'member', 3000, 'k', 'k' FROM payments"
)
FAULTS = {
    "a resource is taken twice": (
        "ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap",
        "INSERT INTO allocations (business_id, resource_id, appointment_id, starts_at, ends_at)"
        " SELECT business_id, resource_id, appointment_id, starts_at, ends_at FROM allocations",
    ),
    "places are miscounted": ("UPDATE appointments SET places_taken = 0",),
    "there are more people than places": (
        "ALTER TABLE appointments DROP CONSTRAINT ck_appointments_not_overbooked",
        "UPDATE bookings SET places = 2",
        "UPDATE appointments SET places_taken = 2",
    ),
    "an appointment is overbooked without need": ("UPDATE appointments SET overbooked = true",),
    "an appointment is kept for the wrong time": ("UPDATE appointments SET held_until = now()",),
    "an appointment keeps its time for nobody": (
        "UPDATE bookings SET status = 'expired', hold_id = NULL",
        "UPDATE appointments SET places_taken = 0, held_until = NULL",
        "DELETE FROM holds",
    ),
    "a stretch does not live and die with its appointment": (
        "ALTER TABLE allocations DROP CONSTRAINT fk_allocations_business_id_appointment_id_live",
        "UPDATE allocations SET live = false WHERE id = (SELECT min(id) FROM allocations)",
        "INSERT INTO allocations (business_id, resource_id, appointment_id, starts_at, ends_at)"
        " SELECT business_id, resource_id, appointment_id, starts_at, ends_at FROM allocations WHERE NOT live",
    ),
    "a stretch lies beside its appointment": (
        "UPDATE allocations SET starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'",
    ),
    "a need is filled by two": (
        "WITH another AS (INSERT INTO resources (business_id, kind, name)"
        " SELECT business_id, kind, 'Twin' FROM resources RETURNING id)"
        " INSERT INTO allocations (business_id, resource_id, appointment_id, starts_at, ends_at)"
        " SELECT business_id, another.id, appointment_id, starts_at, ends_at FROM allocations, another",
    ),
    "somebody is booked without a time": ("DELETE FROM allocations",),
    "somebody was told another time": ("UPDATE bookings SET minutes = 45",),
    "a booking is held without a hold": (
        "ALTER TABLE bookings DROP CONSTRAINT ck_bookings_hold",
        "UPDATE bookings SET hold_id = NULL WHERE status = 'held'",
        "DELETE FROM holds",
        "UPDATE appointments SET held_until = NULL",
    ),
    "an offer keeps nothing for anybody": (
        A_WAITING,
        AN_OFFER.format(status="open", ended="NULL"),
        "UPDATE waitlist_entries SET status = 'offered'",
    ),
    "somebody who waits is offered what is not offered": (
        A_WAITING,
        "UPDATE waitlist_entries SET status = 'offered'",
    ),
    "somebody took an offer and is not booked": (
        A_WAITING,
        AN_OFFER.format(status="taken", ended="now()"),
    ),
    "an invoice does not say what was paid and went back": (BOOKED, PAID),
    "more goes back than came in": (
        "ALTER TABLE invoices DROP CONSTRAINT ck_invoices_refunded",
        BOOKED,
        PAID,
        GIVEN_BACK,
        "UPDATE invoices SET paid_cents = 2000, refunded_cents = 3000",
    ),
    "money is kept for nothing": (BOOKED, PAID, "UPDATE invoices SET paid_cents = 2000, void_at = now()"),
    "an invoice is not the sum of its lines": (BOOKED, "DELETE FROM invoice_lines"),
    "somebody has paid and waits still": (
        "UPDATE bookings b SET status = 'pending_payment', customer_id = o.customer_id FROM bookings o"
        " WHERE b.status = 'held' AND o.status = 'confirmed'",
        WAITING,
        PAID,
        "UPDATE invoices SET prepay_cents = 2000, paid_cents = 2000",
    ),
    "numbers of invoices have a gap": (
        BOOKED,
        "UPDATE invoices SET number = '2027-0002', issued_at = now(), issued_on = '2027-03-01', seller = '{}'",
    ),
    "a code is not used as often as it says": (
        "INSERT INTO coupons (business_id, code, code_key, amount_cents, uses)"
        " SELECT id, 'TEN', 'TEN', 1000, 1 FROM businesses",
    ),
    "a hold holds nothing": (
        "INSERT INTO holds (business_id, created_at, expires_at, limit_at)"
        " SELECT business_id, created_at, expires_at, limit_at FROM holds",
    ),
}


def test_nothing_is_broken_when_places_are_held_and_booked():
    shop = a_shop()
    a_booking(shop, TUESDAY)
    a_hold(shop, FRIDAY)
    assert broken_rules() == {}


@pytest.mark.parametrize("rule", BROKEN)
def test_each_is_noticed(rule):
    shop = a_shop()
    a_booking(shop, TUESDAY)
    a_hold(shop, FRIDAY)
    db.session.flush()
    for statement in FAULTS[rule]:
        db.session.execute(text(statement))
    assert broken_rules().keys() == {rule}


def test_businesses_that_were_there_before_do_not_count():
    shop = a_shop()
    a_booking(shop, TUESDAY)
    db.session.execute(text("DELETE FROM allocations"))
    assert broken_rules(since=shop.business.id) == {}
