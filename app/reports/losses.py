"""Who does not come, and why visits were cancelled: a statement each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.core.db import db
from app.reports.frame import Frame

MOST_CUSTOMERS = 10
# How long before its start a visit was cancelled, in hours; the first that is more than it.
STEPS = (0, 2, 24, 72, 168)
LATE = 24

# All visits are counted of nobody but whoever missed the most.
_NO_SHOWS = text("""
    WITH most AS MATERIALIZED (
         SELECT c.id, c.name, count(*) AS missed
           FROM appointments a
           JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id
           JOIN customers o ON o.business_id = b.business_id AND o.id = b.customer_id
           JOIN customers c ON c.business_id = o.business_id AND c.id = coalesce(o.merged_into, o.id)
          WHERE a.business_id = :business AND a.starts_at >= :since AND a.starts_at < :until
            AND b.status = 'no_show' AND c.erased_at IS NULL
          GROUP BY c.id, c.name
          ORDER BY missed DESC
          FETCH FIRST :most ROWS WITH TIES
         ),
    records AS MATERIALIZED (
         SELECT id, id AS record FROM most
          UNION ALL
         SELECT most.id, o.id
           FROM most JOIN customers o ON o.business_id = :business AND o.merged_into = most.id
         )
    SELECT most.id, most.name, most.missed, count(*) AS booked
      FROM most
      JOIN records ON records.id = most.id
      JOIN bookings b ON b.business_id = :business AND b.customer_id = records.record
      JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
     WHERE a.starts_at >= :since AND a.starts_at < :until AND b.status IN ('completed', 'no_show')
     GROUP BY most.id, most.name, most.missed
     ORDER BY most.missed DESC, booked, most.name, most.id
     LIMIT :most
""")

# The same words are the same reason, whatever their case, their spaces and the dot behind them.
_CANCELLED = text("""
    WITH gone AS (
         SELECT coalesce(b.cancelled_by, 'system') AS by_whom, btrim(b.cancel_reason) AS reason,
                rtrim(lower(regexp_replace(btrim(b.cancel_reason), '\\s+', ' ', 'g')), '.! ') AS key,
                width_bucket(date_part('epoch', a.starts_at - b.cancelled_at) / 3600,
                             CAST(:steps AS double precision[])) AS step
           FROM appointments a
           JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id
          WHERE a.business_id = :business AND a.starts_at >= :since AND a.starts_at < :until
            AND b.status = 'cancelled'
         )
    SELECT grouping(by_whom, key, step) AS kind, by_whom, min(reason) AS reason, nullif(key, '') IS NULL AS unsaid,
           step, count(*) AS number
      FROM gone
     GROUP BY GROUPING SETS ((by_whom), (key), (step))
     ORDER BY kind, number DESC, reason
""")
_BY_WHOM, _REASON, _STEP = 0b011, 0b101, 0b110


@dataclass(frozen=True, slots=True)
class Absentee:
    """A customer who did not come, how often, and of how many visits."""

    id: int
    name: str
    missed: int
    booked: int


@dataclass(frozen=True, slots=True)
class Cancellations:
    """How many by whom, for which reasons (None: not said; the most frequent first), and how long before, in steps."""

    by_whom: Mapping[str, int]
    reasons: Sequence[tuple[str | None, int]]
    steps: Sequence[int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.steps)

    @property
    def late(self) -> int:
        """Those of less than a day before."""
        return sum(self.steps[: STEPS.index(LATE) + 1])

    @property
    def share_late(self) -> float | None:
        """Their share; None without any."""
        return self.late / self.total if self.total else None


def absentees_of(frame: Frame) -> list[Absentee]:
    """The customers who missed the most visits of the period. One statement."""
    rows = db.session.execute(_NO_SHOWS, frame.asked | {"most": MOST_CUSTOMERS})
    return [Absentee(row.id, row.name, row.missed, row.booked) for row in rows]


def cancellations_of(frame: Frame) -> Cancellations:
    """The visits of the period that were cancelled, whenever that was. One statement."""
    by_whom, reasons, steps = Counter[str](), Counter[str | None](), [0] * (len(STEPS) + 1)
    for row in db.session.execute(_CANCELLED, frame.asked | {"steps": [float(it) for it in STEPS]}):
        if row.kind == _BY_WHOM:
            by_whom[row.by_whom] += row.number
        elif row.kind == _REASON:
            reasons[None if row.unsaid else row.reason] += row.number
        else:
            # Without a moment nobody knows how long before it was.
            steps[len(STEPS) if row.step is None else row.step] += row.number
    return Cancellations(by_whom, reasons.most_common(), steps)
