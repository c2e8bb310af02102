"""What is booked, as a link shows it to a calendar program: one statement, however much there is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from app.core.db import db

# What is only held is nobody's appointment yet. A class stands there from the day it was laid.
_BOOKED = text("""
    SELECT a.id, a.starts_at, a.ends_at, a.capacity, a.version, s.name,
           coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                          'service', b.service_name, 'status', b.status, 'places', b.places,
                          'performer', b.performer_name, 'customer', b.contact_name,
                          'guest', CASE WHEN b.guest > 1 THEN b.guest_name END, 'phone', b.contact_phone)
                      ORDER BY b.id)
                 FROM bookings b
                WHERE b.business_id = a.business_id AND b.appointment_id = a.id AND b.live AND b.status <> 'held'
           ), '[]') AS booked
      FROM appointments a
      JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
     WHERE a.business_id = :business AND a.live AND a.starts_at >= :since AND a.starts_at < :until
       AND (CAST(:resource AS bigint) IS NULL OR EXISTS (
            SELECT FROM allocations l
             WHERE l.business_id = a.business_id AND l.appointment_id = a.id AND l.resource_id = :resource AND l.live))
       AND (a.scheduled OR EXISTS (
            SELECT FROM bookings b
             WHERE b.business_id = a.business_id AND b.appointment_id = a.id AND b.live AND b.status <> 'held'))
     ORDER BY a.starts_at, a.id
""")
_YEARS = text("SELECT min(starts_at), max(starts_at) FROM appointments WHERE business_id = :business")
_AT_ONCE = 1000
UNSURE = {"requested", "pending_payment"}


class Booked(NamedTuple):
    """An appointment and its live bookings: dicts of service, status, places, performer, customer, guest and phone."""

    id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    version: int
    service: str
    bookings: list[dict[str, Any]]

    @property
    def is_class(self) -> bool:
        """Whether several customers can come."""
        return self.capacity > 1

    @property
    def places(self) -> int:
        """How many places are taken."""
        return sum(it["places"] for it in self.bookings)

    @property
    def is_unsure(self) -> bool:
        """Whether it still waits for an answer or a payment."""
        return not self.is_class and any(it["status"] in UNSURE for it in self.bookings)


def booked_between(
    business_id: int, resource_id: int | None, since: datetime, until: datetime
) -> list[Booked]:
    """Whatever begins from `since` until `until`, of a person or room or of the whole business, by its start."""
    asked = {"business": business_id, "resource": resource_id, "since": since, "until": until}
    return [Booked(*row) for row in db.session.execute(_BOOKED, asked)]


def all_booked(business_id: int) -> Iterator[Booked]:
    """Whatever a business has and had, by its start: one statement, read so many at a time."""
    ever = {"since": datetime.min.replace(tzinfo=UTC), "until": datetime.max.replace(tzinfo=UTC)}
    asked = {"business": business_id, "resource": None, **ever}
    rows = db.session.execute(_BOOKED, asked, execution_options={"yield_per": _AT_ONCE})
    return (Booked(*row) for row in rows)


def years_booked(business_id: int) -> tuple[int, int] | None:
    """The years of the first and the last appointment, in UTC; None of a business that has none."""
    first, last = db.session.execute(_YEARS, {"business": business_id}).one()
    return (first.astimezone(UTC).year, last.astimezone(UTC).year) if first else None
