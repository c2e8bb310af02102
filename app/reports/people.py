"""How much of the open time of people and rooms is booked: three statements, however many there are."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import text

from app.core.db import db
from app.core.intervals import Interval, merge
from app.reports.frame import Frame
from app.schedule.open_time import own_time, shared

_RESOURCES = text("""
    SELECT r.id, r.kind, r.name, r.active,
           EXISTS (SELECT FROM resource_group_members m
                     JOIN service_needs n ON n.business_id = m.business_id AND n.group_id = m.group_id
                     JOIN services s ON s.business_id = n.business_id AND s.id = n.service_id AND s.active
                    WHERE m.business_id = r.business_id AND m.resource_id = r.id) AS serves,
           v.longest_min AS longest
      FROM resources r
      JOIN schedules v ON v.business_id = r.business_id
      LEFT JOIN staff_members s ON s.business_id = r.business_id AND s.resource_id = r.id
     WHERE r.business_id = :business
     ORDER BY r.kind = 'space', s.position, r.id
""")

# As the calendar reads them: no allocation is longer than `schedules.longest_min`, so the index is read from both ends.
# One that goes on into another stretch is divided, what lies around a visit is no part of it. `farthest` is a value:
# with a bound that is asked for on the way the database expects next to nothing, and reads row by row.
_BOOKED = text("""
    SELECT resource_id, stretch,
           sum(greatest(0, date_part('epoch', least(ends_at, until, over) - greatest(starts_at, since, begun))))
             AS work,
           sum(date_part('epoch', least(ends_at, over) - greatest(starts_at, begun))) AS taken
      FROM (SELECT resource_id, starts_at, ends_at, since, until, stretch,
                   (CAST(:begins AS timestamptz[]))[stretch] AS begun,
                   (CAST(:begins AS timestamptz[]))[stretch + 1] AS over
              FROM (SELECT l.resource_id, l.starts_at, l.ends_at, a.starts_at AS since, a.ends_at AS until,
                           generate_series(
                               greatest(1, width_bucket(l.starts_at, CAST(:begins AS timestamptz[]))),
                               least(:last, width_bucket(l.ends_at - interval '1 microsecond',
                                                         CAST(:begins AS timestamptz[])))) AS stretch
                      FROM allocations l
                      JOIN appointments a ON a.business_id = l.business_id AND a.id = l.appointment_id
                     WHERE l.business_id = :business AND l.live AND l.resource_id = ANY (:resources)
                       AND l.ends_at > :since AND l.starts_at < :until AND l.ends_at < :farthest
                       AND EXISTS (SELECT FROM bookings b
                                    WHERE b.business_id = a.business_id AND b.appointment_id = a.id
                                      AND b.status IN ('confirmed', 'completed'))
                   ) taken
           ) pieces
     GROUP BY 1, 2
""")


class Resource(NamedTuple):
    """A person or a room. `serves`: is needed for a service that is offered.

    `longest`: nothing that is taken at this business is longer, in minutes.
    """

    id: int
    kind: str
    name: str
    active: bool
    serves: bool
    longest: int


@dataclass(frozen=True, slots=True)
class Time:
    """Minutes: `booked` of the `open` ones, and `around` visits before and after them."""

    booked: int = 0
    open: int = 0
    around: int = 0

    @property
    def share(self) -> float | None:
        """How much of the open time is booked; more than 1 where people work longer. None: nothing is open."""
        return self.booked / self.open if self.open else None

    def __add__(self, other: "Time") -> "Time":
        return Time(self.booked + other.booked, self.open + other.open, self.around + other.around)


@dataclass(frozen=True, slots=True)
class Use:
    """What the time of each person or room was used for, in each stretch of the period."""

    times: Mapping[Resource, Sequence[Time]]

    def of(self, kind: str) -> dict[Resource, Time]:
        """All of the period: of people ("staff") or of rooms ("space")."""
        return {it: sum(those, Time()) for it, those in self.times.items() if it.kind == kind}

    def total(self, kind: str) -> Time:
        """Of all of them together."""
        return sum(self.of(kind).values(), Time())

    def together(self, kind: str) -> list[Time]:
        """The same for each stretch."""
        theirs = [those for it, those in self.times.items() if it.kind == kind]
        return [sum(those, Time()) for those in zip(*theirs, strict=True)]


def resources_of(business_id: int) -> list[Resource]:
    """The people and rooms of a business, those who left too. One statement."""
    return [Resource._make(row) for row in db.session.execute(_RESOURCES, {"business": business_id})]


def use_of(frame: Frame, resources: Collection[Resource]) -> Use:
    """How their time was used; the frame knows their hours. One statement.

    The time of those who left, or serve nobody, is not open. Whoever has nothing open and nothing booked is left out.
    """
    booked = _booked(frame, resources)
    times = {it: _times_of(frame, it, booked) for it in resources}
    return Use({it: theirs for it, theirs in times.items() if any(time != Time() for time in theirs)})


def open_minutes(frame: Frame, resource: int) -> list[int]:
    """How long somebody can be booked in each stretch: there, while the business is open."""
    days: dict[date, list[Interval]] = defaultdict(list)
    for start, end, _, day in shared(frame.pieces, own_time(frame.calendar, resource)):
        days[day].append((start, end))
    minutes = [0] * len(frame.stretches)
    for day, place in frame.places.items():
        minutes[place] += sum(end - start for start, end in merge(days.get(day, ())))
    return minutes


def _times_of(frame: Frame, it: Resource, booked: Mapping[tuple[int, int], Time]) -> list[Time]:
    nothing = [0] * len(frame.stretches)
    there = open_minutes(frame, it.id) if it.active and it.serves else nothing
    return [Time(open=open_) + booked.get((it.id, at), Time()) for at, open_ in enumerate(there)]


def _booked(frame: Frame, resources: Collection[Resource]) -> dict[tuple[int, int], Time]:
    """What is booked, by resource and place of the stretch."""
    longest = timedelta(minutes=max((it.longest for it in resources), default=0))
    asked = frame.asked | {
        "resources": [it.id for it in resources],
        "last": len(frame.stretches),
        "farthest": frame.begins[-1] + longest,
    }
    found = {}
    for row in db.session.execute(_BOOKED, asked):
        work = round(row.work / 60)
        found[row.resource_id, row.stretch - 1] = Time(work, 0, round(row.taken / 60) - work)
    return found
