"""The owner's desk of the larger business: what was paid and changed there, and the pages that read all of it."""

from datetime import timedelta

from sqlalchemy import text

from app.core import clock
from app.core.db import db
from app.schedule.wall_clock import local_date
from bench.client import Call
from bench.dataset import ZONE, Salon, half_hours
from bench.engine import next_month
from bench.rows import Row, member_headers

CUSTOMERS = 50_000
PAID = 30_000
EVENTS = 100_000

# Visits that are done have an invoice each, one in ten for two things; what was paid of one in thirty went partly back.
_PAST = (
    """INSERT INTO invoices (business_id, subject_kind, subject_uid, customer_id, currency, total_cents, paid_cents,
                              language, created_at)
       SELECT business_id, 'visit', visit, customer_id, currency, total_cents, total_cents, 'en', local_start
         FROM bookings WHERE business_id = :business AND status = 'completed'
        ORDER BY local_start DESC, id LIMIT :paid""",
    """INSERT INTO invoice_lines (business_id, invoice_id, position, kind, subject_kind, subject_id, label,
                                   amount_cents)
       SELECT i.business_id, i.id, 1, 'item', 'booking', b.id, b.service_name, b.total_cents
         FROM invoices i JOIN bookings b ON b.business_id = i.business_id AND b.visit = i.subject_uid
        WHERE i.business_id = :business
        UNION ALL
       SELECT business_id, id, 2, 'fee', NULL, NULL, 'Fee', 500 FROM invoices
        WHERE business_id = :business AND id % 10 = 0""",
    """INSERT INTO payments (business_id, invoice_id, method, status, currency, amount_cents, received_cents,
                              refunded_cents, idempotency_key, succeeded_at)
       SELECT business_id, id, (ARRAY['cash', 'card', 'stripe'])[id % 3 + 1], 'succeeded', currency, paid_cents,
              paid_cents, CASE WHEN id % 30 = 0 THEN 1000 ELSE 0 END, id::text, created_at
         FROM invoices WHERE business_id = :business""",
    """INSERT INTO refunds (business_id, payment_id, status, cause, amount_cents, dedupe_key, idempotency_key,
                             created_at)
       SELECT business_id, id, 'succeeded', 'member', refunded_cents, id::text, id::text, succeeded_at
         FROM payments WHERE business_id = :business AND refunded_cents > 0""",
    """INSERT INTO audit_events (business_id, at, actor_kind, actor_name, source, action, subject_kind, subject_id)
       SELECT business_id, created_at - make_interval(secs => id % 100000), 'customer', 'Ada', 'web',
              'booking.confirmed', 'booking', id
         FROM bookings WHERE business_id = :business ORDER BY id LIMIT :events""",
)


def give_past(salon: Salon) -> None:
    """What was paid and written down of its visits, not committed."""
    for statement in _PAST:
        values = {"business": salon.business, "paid": PAID, "events": EVENTS}
        db.session.execute(text(statement), values)


def desk_rows(salon: Salon) -> list[Row]:
    """The pages of its owner. Those of a year read tens of thousands of rows, so they are no 10 × a page of one."""
    today = local_date(clock.now(), ZONE)
    year = f"from={today - timedelta(364)}&until={today}"
    days = [day for day in next_month(clock.now(), ZONE) if half_hours(day)]
    of = f"{CUSTOMERS:,} customers"
    return [
        _row(salon, f"search among {of}", "customers?q=hana+4999", b'id="customers"', "customers", most=10),
        _row(
            salon, f"{of} by digits of a phone", "customers?q=1234", b'id="customers"', "customers", most=10
        ),
        _row(salon, f"{of} by last visit", "customers?sort=seen", b'id="customers"', "customers", most=10),
        _row(
            salon,
            "why not this time, a day",
            f"calendar/explanation?date={days[0]}",
            b'id="explanation"',
            "explanation",
        ),
        _row(salon, f"history of {EVENTS:,} changes", "audit", b"</html>", most=10),
        _row(salon, "report of bookings, a year", f"reports/bookings?period=own&{year}", b"</html>"),
        _row(salon, "report of customers, a year", f"reports/customers?period=own&{year}", b"</html>"),
        _row(salon, f"takings of a year, {PAID:,} payments", f"money?{year}", b"</html>"),
    ]


def _row(
    salon: Salon, name: str, path: str, says: bytes, target: str | None = None, most: float | None = None
) -> Row:
    headers = member_headers(salon) | {"HX-Target": target or ""}
    if target is None:
        headers = {"Cookie": headers["Cookie"]}
    call = Call(f"{salon.desk}/{path}", headers)
    return Row(f"{name}, {len(salon.people)} people", lambda count: [call] * count, says=says, most=most)
