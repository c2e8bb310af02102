"""Every row of a business after a fault: what each booking consists of, and what belongs to none."""

from typing import NamedTuple

import sqlalchemy as sa

from tests.serving import Served

BOOKINGS = """
    SELECT b.visit::text, b.status,
           (SELECT count(*) FROM appointments a
             WHERE a.business_id = b.business_id AND a.id = b.appointment_id AND a.live) AS appointments,
           (SELECT count(*) FROM allocations l
             WHERE l.business_id = b.business_id AND l.appointment_id = b.appointment_id AND l.live) AS stretches,
           (SELECT count(*) FROM holds h WHERE h.business_id = b.business_id AND h.id = b.hold_id) AS holds,
           (SELECT count(*) FROM customers c
             WHERE c.business_id = b.business_id AND c.id = b.customer_id) AS customers,
           (SELECT array_agg(e.action ORDER BY e.id) FROM audit_events e
             WHERE e.business_id = b.business_id AND e.subject_kind = 'booking' AND e.subject_id = b.id) AS events
      FROM bookings b
     WHERE b.business_id = :business
"""
STRAYS = """
    WITH b AS (SELECT * FROM bookings WHERE business_id = :business)
    SELECT (SELECT count(*) FROM appointments
             WHERE business_id = :business AND id NOT IN (SELECT appointment_id FROM b))
         + (SELECT count(*) FROM allocations
             WHERE business_id = :business AND live AND appointment_id NOT IN (SELECT appointment_id FROM b WHERE live))
         + (SELECT count(*) FROM holds
             WHERE business_id = :business AND id NOT IN (SELECT hold_id FROM b WHERE hold_id IS NOT NULL))
         + (SELECT count(*) FROM audit_events
             WHERE business_id = :business AND subject_kind = 'booking' AND subject_id NOT IN (SELECT id FROM b))
         + (SELECT count(*) FROM customers
             WHERE business_id = :business
               AND id NOT IN (SELECT customer_id FROM b WHERE customer_id IS NOT NULL))
         + (SELECT count(*) FROM idempotency_keys
             WHERE business_id = :business
               AND coalesce((answer ->> 'booking')::bigint NOT IN (SELECT id FROM b), true))
"""


class Rows(NamedTuple):
    """What a booking consists of."""

    status: str
    appointments: int
    stretches: int
    holds: int
    customers: int
    events: tuple[str, ...]


HELD = Rows("held", 1, 1, 1, 0, ("booking.held",))
BOOKED = Rows("confirmed", 1, 1, 0, 1, ("booking.held", "booking.confirmed"))
EXPIRED = Rows("expired", 0, 0, 0, 0, ("booking.held", "booking.expired"))


def books(served: Served, business: int) -> list[tuple[str, Rows]]:
    """Every booking of a business by the name of its visit; fails if any row belongs to none of them."""
    engine = sa.create_engine(served.app.config["SQLALCHEMY_DATABASE_URI"], poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.execute(sa.text(STRAYS), {"business": business}).scalar_one() == 0, (
            "rows of no booking"
        )
        found = connection.execute(sa.text(BOOKINGS), {"business": business}).all()
    return sorted((visit, Rows(*rest, tuple(events))) for visit, *rest, events in found)


def all_of(visits: list[str], rows: Rows) -> list[tuple[str, Rows]]:
    """What `books` says when there are these and no others."""
    return sorted((visit, rows) for visit in visits)
