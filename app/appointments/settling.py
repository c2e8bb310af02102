"""What follows for an appointment when its bookings change."""

from sqlalchemy import text

from app.appointments.models import Appointment, Booking
from app.core.db import db

_SETTLE = text(
    """
    WITH taken AS (
      SELECT a.id, coalesce(sum(b.places), 0) AS places,
             coalesce(bool_or(b.id IS NOT NULL AND b.hold_id IS NULL), false) AS firm,
             max(h.expires_at) AS until
      FROM appointments a
      LEFT JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id AND b.live
      LEFT JOIN holds h ON h.business_id = b.business_id AND h.id = b.hold_id
      WHERE a.business_id = :business AND a.id = ANY (:appointments)
      GROUP BY a.id
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
