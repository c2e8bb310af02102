"""Whose time is taken today, and from then on of those who are away: one statement."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from app.appointments.calendar.reading import taken_rows
from app.core.db import db
from app.core.intervals import Interval, intersect
from app.schedule.wall_clock import epoch_minute, epoch_minute_not_before

_TAKEN = taken_rows(
    """
    l.resource_id, l.need, l.starts_at AS taken_from, l.ends_at AS taken_until,
    l.overlap_ok OR a.overbooked AS squeezed, a.id, a.starts_at, a.ends_at,
    s.capacity > 1 OR s.unit = 'night' AS has_set_times, a.capacity, a.places_taken,
    coalesce(b.service_name, s.name) AS service, b.status,
    CASE WHEN b.guest > 1 THEN coalesce(b.guest_name, b.contact_name) ELSE b.contact_name END AS customer,
    b.arrived_at, coalesce(b.note, b.member_note) IS NOT NULL AS has_note
    """,
    also="(l.starts_at < :tomorrow OR l.resource_id = ANY (CAST(:away AS bigint[])))",
)


class Stretch(NamedTuple):
    """A stretch of somebody's time, buffers included, and the appointment it is for.

    Of a class there is no `status` and nobody is named. `has_set_times`: a class or nights.
    """

    resource: int
    need: int
    taken_from: datetime
    taken_until: datetime
    squeezed: bool
    appointment_id: int
    starts_at: datetime
    ends_at: datetime
    has_set_times: bool
    capacity: int
    places_taken: int
    service: str
    status: str | None
    customer: str | None
    arrived_at: datetime | None
    has_note: bool

    @property
    def is_class(self) -> bool:
        """Whether several customers can come."""
        return self.capacity > 1

    @property
    def interval(self) -> Interval:
        """All that is taken, in epoch minutes; a minute that is taken in part is taken."""
        return epoch_minute(self.taken_from), epoch_minute_not_before(self.taken_until)

    @property
    def work(self) -> list[Interval]:
        """The same without buffers."""
        return intersect([self.interval], [(epoch_minute(self.starts_at), epoch_minute(self.ends_at))])


class Span(NamedTuple):
    """From the beginning of today to that of tomorrow, and how far one looks ahead for those who are away."""

    today: datetime
    tomorrow: datetime
    until: datetime


def taken_time(
    business_id: int, resources: Collection[int], away: Collection[int], span: Span, now: datetime
) -> list[Stretch]:
    """What is taken of these people and rooms today, and until `span.until` of those `away`, by start."""
    asked = {
        "business": business_id,
        "resources": list(resources),
        "away": list(away),
        "since": span.today,
        "tomorrow": span.tomorrow,
        "until": span.until,
        "now": now,
    }
    return [Stretch._make(row) for row in db.session.execute(_TAKEN, asked).all()]
