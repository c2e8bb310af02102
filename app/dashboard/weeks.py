"""What this week and the last one amount to, day by day: one statement, however much is booked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text

from app.appointments.calendar.people import Somebody
from app.businesses.models import Membership
from app.core.db import db
from app.dashboard.near_days import ONE_DAY, NearDays

# What counts is kept: confirmed or done. A date of a class takes its leader's time once, however many come.
_NUMBERS = text("""
    SELECT width_bucket(a.starts_at, CAST(:begins AS timestamptz[])) AS day,
           sum(b.kept)::bigint AS kept, sum(b.cents)::bigint AS cents,
           sum(b.cancelled)::bigint AS cancelled, sum(b.missed)::bigint AS missed,
           coalesce(sum(t.minutes) FILTER (WHERE b.kept > 0), 0)::bigint AS minutes
      FROM appointments a
      JOIN LATERAL (
           SELECT count(*) FILTER (WHERE status IN ('confirmed', 'completed')) AS kept,
                  coalesce(sum(total_cents) FILTER (
                      WHERE status IN ('confirmed', 'completed') AND currency = :currency), 0) AS cents,
                  count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
                  count(*) FILTER (WHERE status = 'no_show') AS missed
             FROM bookings
            WHERE business_id = a.business_id AND appointment_id = a.id
           ) b ON true
      JOIN LATERAL (
           SELECT count(*) AS stretches,
                  sum(greatest(0, date_part('epoch', least(ends_at, a.ends_at) - greatest(starts_at, a.starts_at)))
                      / 60) FILTER (WHERE live) AS minutes
             FROM allocations
            WHERE business_id = a.business_id AND appointment_id = a.id AND resource_id = ANY (:people)
           ) t ON t.stretches > 0 OR :sees_all
     WHERE a.business_id = :business AND a.starts_at >= :since AND a.starts_at < :until
     GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of a day or more of them. `minutes` are booked of the `open` ones; `cents` None: not for this member."""

    kept: int = 0
    cents: int | None = 0
    cancelled: int = 0
    missed: int = 0
    minutes: int = 0
    open: int = 0

    @property
    def percent(self) -> int | None:
        """How much of the open time is booked; more than 100 where people work longer. None: nothing is open."""
        return round(100 * self.minutes / self.open) if self.open else None


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday."""

    days: dict[date, Numbers]

    @property
    def total(self) -> Numbers:
        """All of it together."""
        of = list(self.days.values())
        return Numbers(
            sum(it.kept for it in of),
            None if any(it.cents is None for it in of) else sum(it.cents or 0 for it in of),
            sum(it.cancelled for it in of),
            sum(it.missed for it in of),
            sum(it.minutes for it in of),
            sum(it.open for it in of),
        )


@dataclass(frozen=True, slots=True)
class Weeks:
    """This week against the one before."""

    this: Week
    last: Week

    @property
    def counts(self) -> tuple[list[int], list[int]]:
        """The bookings kept on each day of last week, and on those of this one."""
        last, this = ([it.kept for it in week.days.values()] for week in (self.last, self.this))
        return last, this

    @property
    def pairs(self) -> list[tuple[date, Numbers, Numbers]]:
        """Each day of this week with its numbers and those of the same weekday before."""
        return [
            (day, now, before)
            for (day, now), before in zip(self.this.days.items(), self.last.days.values(), strict=True)
        ]


def weeks_of(
    membership: Membership, near: NearDays, people: Sequence[Somebody], performers: Collection[int]
) -> Weeks:
    """The numbers of these people's bookings; money for managers and owners only.

    `performers` are those whose open time counts, if they are still here.
    """
    days, sees_all = near.two_weeks, membership.is_at_least("manager")
    begins = [near.begin(day) for day in [*days, days[-1] + ONE_DAY]]
    asked = {
        "business": membership.business_id,
        "people": [it.id for it in people if it.is_person],
        "sees_all": sees_all,
        "currency": membership.business.currency,
        "begins": begins,
        "since": begins[0],
        "until": begins[-1],
    }
    counted = {
        days[row.day - 1]: Numbers(
            row.kept, row.cents if sees_all else None, row.cancelled, row.missed, row.minutes
        )
        for row in db.session.execute(_NUMBERS, asked)
    }
    there = [it.id for it in people if it.active and it.is_person and it.id in performers]
    minutes = near.open_minutes(there, days)
    nothing = Numbers(cents=0 if sees_all else None)
    numbers = {day: replace(counted.get(day, nothing), open=minutes[day]) for day in days}
    return Weeks(Week({day: numbers[day] for day in days[7:]}), Week({day: numbers[day] for day in days[:7]}))
