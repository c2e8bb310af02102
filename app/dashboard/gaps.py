"""Free time of today that somebody could still be booked in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.appointments.calendar.people import Somebody
from app.core.db import db
from app.core.intervals import merge, subtract
from app.dashboard.near_days import NearDays
from app.dashboard.taken import Stretch
from app.schedule.open_time import spans
from app.schedule.wall_clock import epoch_minute_not_before, utc

STEP = 5  # A gap that has begun begins again at the next of these minutes.

_SHORTEST = text("""
    SELECT g.resource_id,
           min(s.before_min + s.after_min + CASE s.unit
                   WHEN 'visit' THEN coalesce(g.minutes, s.minutes)
                   ELSE s.step_min * s.min_units END)
               FILTER (WHERE s.bookable AND s.capacity = 1 AND s.unit <> 'night') AS minutes
      FROM services s
      JOIN service_needs n ON n.business_id = s.business_id AND n.service_id = s.id AND n.position = 1
      JOIN resource_group_members g ON g.business_id = n.business_id AND g.group_id = n.group_id
     WHERE s.business_id = :business AND s.active AND g.kind = 'staff'
     GROUP BY g.resource_id
""")


@dataclass(frozen=True, slots=True)
class Gap:
    """A free stretch of somebody's day, in UTC; `time` is its start as a field for a time takes it, 13:00."""

    starts_at: datetime
    ends_at: datetime
    time: str

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """What is left of somebody's day."""

    person: Somebody
    gaps: Sequence[Gap]


def shortest_visits(business_id: int) -> dict[int, int | None]:
    """Whoever performs a service, with the minutes the shortest one takes them, buffers included.

    None for those who only lead classes. One statement.
    """
    rows = db.session.execute(_SHORTEST, {"business": business_id})
    return {row.resource_id: row.minutes for row in rows}


def free_times(
    near: NearDays,
    people: Iterable[Somebody],
    taken: Collection[Stretch],
    shortest: Mapping[int, int | None],
    now: datetime,
) -> list[FreeTime]:
    """The gaps from now on in which everybody's shortest service fits; nobody without one."""
    found = []
    for person in people:
        least = shortest.get(person.id)
        if person.active and least:
            gaps = _gaps(near, person.id, taken, least, now)
            if gaps:
                found.append(FreeTime(person, gaps))
    return found


def _gaps(near: NearDays, resource: int, taken: Collection[Stretch], least: int, now: datetime) -> list[Gap]:
    there = spans(piece for piece in near.time_of(resource) if piece[3] == near.today)
    busy = merge(it.interval for it in taken if it.resource == resource)
    since = -(-epoch_minute_not_before(now) // STEP) * STEP
    free = subtract(subtract(there, [(0, since)]), busy)
    return [
        Gap(utc(start), utc(end), _field_time(near.calendar.clock.shows(start)[1]))
        for start, end in free
        if end - start >= least
    ]


def _field_time(wall: int) -> str:
    return f"{wall // 60:02}:{wall % 60:02}"
