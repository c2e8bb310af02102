"""A calendar as numbers: how much is booked on each day of a month."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from app.appointments.calendar.days import Days
from app.appointments.calendar.people import Team
from app.businesses.models import Business
from app.core.db import db

# Minutes of a person count once each, so that they can be compared with the hours of the people.
_COUNTS = text("""
    SELECT width_bucket(a.starts_at, :begins) AS day,
           count(DISTINCT a.id) AS appointments,
           count(DISTINCT b.id) FILTER (WHERE b.status = 'requested') AS requests,
           coalesce(sum(CASE WHEN l.need = 1 THEN date_part('epoch', l.ends_at - l.starts_at) END), 0) / 60 AS minutes
      FROM appointments a
      JOIN allocations l ON l.business_id = a.business_id AND l.appointment_id = a.id AND l.live
      LEFT JOIN bookings b
             ON b.business_id = a.business_id AND b.appointment_id = a.id AND b.live AND a.capacity = 1
     WHERE a.business_id = :business AND a.live AND a.starts_at >= :since AND a.starts_at < :until
       AND (a.held_until IS NULL OR a.held_until > :now)
       AND l.resource_id = ANY (:resources)
     GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class DayCount:
    """A day in numbers. `requests` of the `appointments` wait for an answer; minutes are those of people."""

    day: date
    appointments: int = 0
    requests: int = 0
    taken_min: int = 0
    open_min: int = 0

    @property
    def is_open(self) -> bool:
        """Whether anybody is there."""
        return self.open_min > 0

    @property
    def fullness(self) -> int:
        """How much of the time of the people is taken, in tenths; at least one where anything is."""
        if not self.appointments:
            return 0
        return max(1, min(10, round(10 * self.taken_min / self.open_min))) if self.open_min else 10


def month_counts(business: Business, team: Team, month: Sequence[date], now: datetime) -> list[DayCount]:
    """Each day of a month: two statements."""
    shown = team.shown_together
    days = Days(business, shown, month[0], month[-1])
    counted = {row.day: row for row in _counted(business, [it.id for it in shown], days, month, now)}
    found = []
    for at, day in enumerate(month, start=1):
        open_min = sum(end - start for it in shown for start, end in days.opens(it, day))
        row = counted.get(at)
        day_count = DayCount(day, open_min=open_min)
        if row:
            day_count = DayCount(day, row.appointments, row.requests, int(row.minutes), open_min)
        found.append(day_count)
    return found


def _counted(
    business: Business, resources: Collection[int], days: Days, month: Sequence[date], now: datetime
) -> Sequence[Row[Any]]:
    begins = [days.moment(day) for day in month]
    until = days.moment(month[-1] + timedelta(1))
    asked = {"business": business.id, "resources": list(resources), "now": now}
    return db.session.execute(_COUNTS, asked | {"begins": begins, "since": begins[0], "until": until}).all()
