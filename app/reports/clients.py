"""Who came for the first time, and who came back: one statement, however many customers there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text

from app.core.db import db
from app.reports.frame import Frame

BACK_WITHIN_DAYS = 90

# Two records that were merged are one customer. Parts of one visit, or of one day, are no return. What is read of the
# time before are the visits of whoever came; which way to them is the shorter one the database knows by `seen`.
_COUNTS = text("""
    WITH visits AS MATERIALIZED (
         SELECT coalesce(c.merged_into, c.id) AS customer, a.starts_at, a.starts_at < :until AS is_asked,
                b.status = 'completed' AS is_done
           FROM appointments a
           JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id
           JOIN customers c ON c.business_id = b.business_id AND c.id = b.customer_id
          WHERE a.business_id = :business AND b.business_id = :business AND b.customer_id IS NOT NULL
            AND a.starts_at >= :since AND a.starts_at < :until + make_interval(days => :within)
            AND b.status IN ('confirmed', 'completed')
         ),
    came AS MATERIALIZED (
         SELECT customer, width_bucket(starts_at, CAST(:begins AS timestamptz[])) AS stretch, min(starts_at) AS first_at
           FROM visits WHERE is_asked GROUP BY 1, 2
         ),
    earlier AS MATERIALIZED (
         SELECT DISTINCT coalesce(c.merged_into, c.id) AS customer
           FROM bookings b
           JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
           JOIN customers c ON c.business_id = b.business_id AND c.id = b.customer_id
          WHERE b.business_id = :business AND a.business_id = :business AND b.status IN ('confirmed', 'completed')
            AND a.starts_at < :since
            AND b.customer_id IN (
                SELECT o.customer_id
                  FROM bookings o
                  JOIN appointments seen ON seen.business_id = o.business_id AND seen.id = o.appointment_id
                 WHERE o.business_id = :business AND o.customer_id IS NOT NULL
                   AND seen.business_id = :business AND seen.starts_at >= :since AND seen.starts_at < :until
                 UNION
                SELECT unnest(ARRAY[m.id, m.merged_into])
                  FROM customers m WHERE m.business_id = :business AND m.merged_into IS NOT NULL)
         ),
    firsts AS MATERIALIZED (
         SELECT customer, min(first_at) AS first_at, min(stretch) AS stretch, bool_and(earlier IS NULL) AS is_new
           FROM came LEFT JOIN earlier USING (customer)
          GROUP BY 1
         ),
    back AS (
         SELECT DISTINCT customer
           FROM firsts JOIN visits USING (customer)
          WHERE is_new AND is_done AND starts_at > first_at + interval '12 hours'
            AND starts_at <= first_at + make_interval(days => :within)
         )
    SELECT came.stretch, count(*) AS came,
           count(*) FILTER (WHERE is_new AND came.stretch = firsts.stretch) AS new, NULL::bigint AS watched,
           NULL::bigint AS back
      FROM came JOIN firsts USING (customer)
     GROUP BY 1
     UNION ALL
    SELECT NULL, count(*), count(*) FILTER (WHERE is_new),
           count(*) FILTER (WHERE is_watched), count(*) FILTER (WHERE is_watched AND back IS NOT NULL)
      FROM (SELECT firsts.*, back, is_new AND first_at + make_interval(days => :within) <= :now AS is_watched
              FROM firsts LEFT JOIN back USING (customer)) everybody
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
        if row.stretch is None:
            total, watched, back = Came(row.came, row.new), row.watched, row.back
        else:
            stretches[row.stretch - 1] = Came(row.came, row.new)
    return Clients(total, stretches, watched, back)
