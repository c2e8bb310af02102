"""Who came for the first time, and who came back: one statement, however many customers there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text

from app.core.db import db
from app.reports.frame import Frame

BACK_WITHIN_DAYS = 90

# Two records that were merged are one customer. Parts of one visit, or of one day, are no return.
_COUNTS = text("""
    WITH came AS MATERIALIZED (
         SELECT width_bucket(a.starts_at, CAST(:begins AS timestamptz[])) AS stretch, a.starts_at,
                coalesce(c.merged_into, c.id) AS customer
           FROM appointments a
           JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id
           JOIN customers c ON c.business_id = b.business_id AND c.id = b.customer_id
          WHERE a.business_id = :business AND a.starts_at >= :since AND a.starts_at < :until
            AND b.status IN ('confirmed', 'completed')
         ),
    everybody AS MATERIALIZED (
         SELECT customer, min(starts_at) AS first_at, min(stretch) AS first_stretch FROM came GROUP BY 1
         ),
    earlier AS MATERIALIZED (
         SELECT coalesce(c.merged_into, c.id) AS customer
           FROM everybody e
           JOIN customers c ON c.business_id = :business AND c.id = e.customer
          WHERE EXISTS (SELECT FROM bookings b
                          JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
                         WHERE b.business_id = :business AND b.customer_id = c.id
                           AND b.status IN ('confirmed', 'completed') AND a.starts_at < :since)
         UNION
         SELECT c.merged_into
           FROM customers c
           JOIN bookings b ON b.business_id = c.business_id AND b.customer_id = c.id
           JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
          WHERE c.business_id = :business AND c.merged_into IS NOT NULL
            AND b.status IN ('confirmed', 'completed') AND a.starts_at < :since
         ),
    known AS MATERIALIZED (
         SELECT e.customer, e.first_stretch, e.first_at,
                NOT EXISTS (SELECT FROM earlier WHERE earlier.customer = e.customer) AS is_new
           FROM everybody e
         )
    SELECT came.stretch, count(DISTINCT customer) AS came,
           count(DISTINCT customer) FILTER (WHERE is_new AND came.stretch = first_stretch) AS new,
           NULL::bigint AS watched, NULL::bigint AS back
      FROM came JOIN known USING (customer)
     GROUP BY GROUPING SETS ((came.stretch), ())
     UNION ALL
    SELECT -1, 0, 0, count(*), count(*) FILTER (WHERE EXISTS (
               SELECT FROM bookings b
                 JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
                WHERE b.business_id = :business AND b.customer_id = known.customer AND b.status = 'completed'
                  AND a.starts_at > first_at + interval '12 hours'
                  AND a.starts_at <= first_at + make_interval(days => :within)))
      FROM known
     WHERE is_new AND first_at + make_interval(days => :within) <= :now
""")


class Came(NamedTuple):
    """How many different customers came, and how many of them for the first time ever."""

    all: int = 0
    new: int = 0

    @property
    def known(self) -> int:
        """Those who had been there before."""
        return self.all - self.new

    @property
    def share_new(self) -> float | None:
        """The share of new ones; None without anybody."""
        return self.new / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Clients:
    """Of a period and of each of its stretches: whoever comes in two of them counts in both, and once in `total`.

    `watched` are the new ones of whom it is known whether they came again within 90 days, `back` those who did.
    """

    total: Came
    stretches: Sequence[Came]
    watched: int
    back: int

    @property
    def kept(self) -> float | None:
        """The share of new ones who came again; None where it is not known of any."""
        return self.back / self.watched if self.watched else None


def clients_of(frame: Frame, now: datetime) -> Clients:
    """Who came in the period, or is to come. One statement."""
    total, stretches, watched, back = Came(), [Came() for _ in frame.stretches], 0, 0
    for row in db.session.execute(_COUNTS, frame.asked | {"now": now, "within": BACK_WITHIN_DAYS}):
        if row.watched is not None:
            watched, back = row.watched, row.back
        elif row.stretch is None:
            total = Came(row.came, row.new)
        else:
            stretches[row.stretch - 1] = Came(row.came, row.new)
    return Clients(total, stretches, watched, back)
