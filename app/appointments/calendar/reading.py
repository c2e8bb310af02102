"""What takes time on some days, out of the database: one statement, however many people, days and bookings.

The calendar and the page of today read the same rows, each the columns it draws.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import TextClause, text

from app.core.db import db

# No allocation is longer than `schedules.longest_min`, so the index is read from both ends.
_ROWS = """
      FROM allocations l
      JOIN appointments a ON a.business_id = l.business_id AND a.id = l.appointment_id
      JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
      LEFT JOIN bookings b
             ON b.business_id = a.business_id AND b.appointment_id = a.id AND b.live AND a.capacity = 1
     WHERE l.business_id = :business AND l.live AND l.resource_id = ANY (:resources)
       AND l.ends_at > :since AND l.starts_at < :until
       AND l.ends_at < :until + make_interval(mins => (
           SELECT longest_min FROM schedules WHERE business_id = :business))
       AND (a.held_until IS NULL OR a.held_until > :now)
"""
_IN_ORDER = "ORDER BY a.starts_at, a.id, l.resource_id, l.starts_at"


def taken_rows(columns: str, also: str = "true") -> TextClause:
    """The statement that reads what takes time of the `resources` of a `business` between `since` and `until`.

    `columns` are those of an allocation l, its appointment a, the service s and, unless it is a class, the booking b;
    `also` is a further condition. A hold that ran out before `now` takes none. A date of a class is one row for each
    of its people and rooms, however many customers are in it.
    """
    return text(" ".join(("SELECT", columns, _ROWS, "AND", also, _IN_ORDER)))


_TAKEN = taken_rows("""
    l.resource_id, l.need,
    floor(date_part('epoch', l.starts_at) / 60)::int AS taken_from,
    ceil(date_part('epoch', l.ends_at) / 60)::int AS taken_until,
    l.overlap_ok, a.id,
    floor(date_part('epoch', a.starts_at) / 60)::int AS starts,
    ceil(date_part('epoch', a.ends_at) / 60)::int AS ends,
    a.capacity, a.places_taken, a.version, coalesce(b.service_name, s.name) AS service,
    coalesce(b.status, 'scheduled') AS status,
    CASE WHEN b.status = 'held' THEN (
        SELECT c.name
          FROM holds h JOIN customers c ON c.business_id = h.business_id AND c.id = h.customer_id
         WHERE h.business_id = b.business_id AND h.id = b.hold_id AND h.kind = 'offer')
      ELSE b.contact_name END AS contact_name,
    b.guest_name, b.guest,
    b.arrived_at IS NOT NULL AS arrived, b.coming_at IS NOT NULL AS coming,
    coalesce(b.note, b.member_note) IS NOT NULL AS has_note, b.series IS NOT NULL AS repeats,
    floor(date_part('epoch', a.held_until) / 60)::int AS kept_until,
    b.status = 'pending_payment' AND EXISTS (
        SELECT 1
          FROM invoices i JOIN payments p ON p.business_id = i.business_id AND p.invoice_id = i.id
         WHERE i.business_id = b.business_id AND i.subject_kind = 'visit' AND i.subject_uid = b.visit
           AND i.kind = 'invoice' AND p.status = 'processing') AS is_on_its_way
""")


class Taken(NamedTuple):
    """A stretch of somebody's time and what it is for; moments are epoch minutes, buffers are in the stretch.

    Of a class `status` is "scheduled" and nobody is named. What is held has a `customer` if it is offered to somebody
    who waits; it is `kept_until` then. `is_on_its_way`: its payment was made and has not come in yet.
    """

    resource: int
    need: int
    taken_from: int
    taken_until: int
    squeezed: bool
    appointment: int
    starts: int
    ends: int
    capacity: int
    places_taken: int
    version: int
    service: str
    status: str
    customer: str | None
    guest_name: str | None
    guest: int | None
    arrived: bool
    coming: bool
    has_note: bool
    repeats: bool
    kept_until: int | None = None
    is_on_its_way: bool | None = False

    @property
    def is_class(self) -> bool:
        """Whether several customers can come."""
        return self.capacity > 1

    @property
    def is_offered(self) -> bool:
        """Whether somebody who waits was asked whether they want it."""
        return self.status == "held" and self.customer is not None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to say of it but who comes for what."""
        return self.status == "confirmed" and not (
            self.arrived or self.squeezed or self.has_note or self.repeats
        )

    @property
    def who(self) -> str | None:
        """Who comes: the customer, or whom they have booked it for."""
        return (self.guest_name if self.guest and self.guest > 1 else None) or self.customer


def taken_between(
    business_id: int, resources: Collection[int], since: datetime, until: datetime, now: datetime
) -> list[Taken]:
    """All that is taken of these people and rooms, by appointment in the order of their starts."""
    asked = {
        "business": business_id,
        "resources": list(resources),
        "since": since,
        "until": until,
        "now": now,
    }
    return [Taken._make(row) for row in db.session.execute(_TAKEN, asked).all()]
