"""What follows for an appointment when its bookings change."""

from sqlalchemy import text

from app.appointments.models import Appointment, Booking
from app.core.db import db

_SETTLE = text(
    """
    WITH taken AS (
      SELECT of.id, counted.*
      FROM unnest(CAST(:appointments AS bigint[])) AS of (id)
      -- For each by its index, whatever is known of the tables: right after a restore that is nothing.
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(b.places), 0) AS places,
               coalesce(bool_or(b.hold_id IS NULL), false) AS firm,
               max(h.expires_at) AS until
        FROM bookings b
        LEFT JOIN holds h ON h.business_id = b.business_id AND h.id = b.hold_id
        WHERE b.business_id = :business AND b.appointment_id = of.id AND b.live
      ) AS counted
    ), settled AS (
      UPDATE appointments a
      SET places_taken = taken.places,
          held_until = CASE WHEN a.scheduled OR taken.firm OR taken.places = 0 THEN NULL ELSE taken.until END,
          overbooked = a.overbooked AND taken.places > a.capacity,
          live = a.live AND (a.scheduled OR taken.places > 0),
          version = a.version + 1
      FROM taken
      WHERE a.business_id = :business AND a.id = taken.id
      RETURNING a.id, a.live
    )
    UPDATE allocations al SET live = settled.live
    FROM settled
    WHERE al.business_id = :business AND al.appointment_id = settled.id AND al.live <> settled.live
    """
)


def settle(business_id: int, *appointment_ids: int) -> None:
    """Count the places again, firm up or give back the time. Under the schedule lock, in one statement.

    An appointment nobody is booked in gives its time back in the same statement, unless it is on a timetable.
    """
    db.session.flush()
    if appointment_ids:
        ids = sorted(set(appointment_ids))
        db.session.execute(_SETTLE, {"business": business_id, "appointments": ids})
    for row in list(db.session):
        if isinstance(row, Appointment):
            db.session.expire(row)
        elif isinstance(row, Booking):
            db.session.expire(row, ["appointment"])
