"""What was booked for a period and what became of it: one statement, however much is booked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.core.db import db
from app.reports.frame import Frame

KEPT = ("confirmed", "completed")
# What was never more than a hold is no booking.
_COUNTS = text("""
    WITH booked AS (
         SELECT width_bucket(a.starts_at, CAST(:begins AS timestamptz[])) AS stretch, b.status, b.source,
                b.service_name AS service, b.performer_name AS person,
                CAST(date_part('isodow', b.local_start) AS int) - 1 AS weekday,
                CAST(date_part('hour', b.local_start) AS int) AS hour
           FROM appointments a
           JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id
          WHERE a.business_id = :business AND a.starts_at >= :since AND a.starts_at < :until
            AND b.status <> 'held' AND (b.status <> 'expired' OR b.customer_id IS NOT NULL)
         )
    SELECT grouping(stretch, source, service, person, weekday) AS kind,
           stretch, status, source, service, person, weekday, hour, count(*) AS number
      FROM booked
     GROUP BY GROUPING SETS (
           (stretch, status), (source, status), (service, status), (person, status), (weekday, hour, status))
""")
# The columns that are not grouped by are bits of `kind`, the first the highest.
_STRETCH, _SOURCE, _SERVICE, _PERSON, _HOUR = 0b01111, 0b10111, 0b11011, 0b11101, 0b11110

_NEW = text("""
    SELECT width_bucket(created_at, CAST(:begins AS timestamptz[])) AS stretch, count(*) AS number
      FROM bookings
     WHERE business_id = :business AND created_at >= :since AND created_at < :until
       AND status <> 'held' AND (status <> 'expired' OR customer_id IS NOT NULL)
     GROUP BY 1
""")


class Tally(Counter[str]):
    """How many bookings have which status."""

    @property
    def kept(self) -> int:
        """Those that stand: confirmed or done."""
        return sum(self[status] for status in KEPT)

    @property
    def over(self) -> int:
        """Those whose time has come, whether or not anybody came."""
        return self["completed"] + self["no_show"]

    @property
    def missed(self) -> float | None:
        """The share of them to which nobody came; None without any."""
        return self["no_show"] / self.over if self.over else None

    @property
    def settled(self) -> int:
        """Those that were firm once: what stands, what was cancelled and to what nobody came."""
        return self.kept + self["no_show"] + self["cancelled"]

    @property
    def given_up(self) -> float | None:
        """The share of them that was cancelled; None without any."""
        return self["cancelled"] / self.settled if self.settled else None


@dataclass(frozen=True, slots=True)
class Visits:
    """The bookings of a period, added up in each way somebody asks for. `hours`: kept ones by (weekday, hour)."""

    stretches: Sequence[Tally]
    sources: Mapping[str, Tally]
    services: Mapping[str, Tally]
    people: Mapping[str | None, Tally]
    hours: Mapping[tuple[int, int], int]

    @property
    def total(self) -> Tally:
        """All of them."""
        return sum_of(self.stretches)


def visits_of(frame: Frame) -> Visits:
    """What was booked for the days of the period. One statement."""
    found = Visits([Tally() for _ in frame.stretches], {}, {}, {}, Counter())
    maps: dict[int, dict[str | None, Tally]] = {_SOURCE: {}, _SERVICE: {}, _PERSON: {}}
    for row in db.session.execute(_COUNTS, frame.asked):
        if row.kind == _STRETCH:
            found.stretches[row.stretch - 1][row.status] += row.number
        elif row.kind == _HOUR:
            found.hours[row.weekday, row.hour] += row.number if row.status in KEPT else 0  # type: ignore[index]
        else:
            key = {_SOURCE: row.source, _SERVICE: row.service, _PERSON: row.person}[row.kind]
            maps[row.kind].setdefault(key, Tally())[row.status] += row.number
    return Visits(found.stretches, maps[_SOURCE], maps[_SERVICE], maps[_PERSON], found.hours)  # type: ignore[arg-type]


def made_in(frame: Frame) -> list[int]:
    """How many bookings were made in each stretch, for whatever day. One statement."""
    made = [0] * len(frame.stretches)
    for row in db.session.execute(_NEW, frame.asked):
        made[row.stretch - 1] = row.number
    return made


def sum_of(tallies: Sequence[Tally]) -> Tally:
    """Several as one."""
    total = Tally()
    for it in tallies:
        total.update(it)
    return total
