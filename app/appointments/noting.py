"""What members write down for each other about a booking."""

from datetime import datetime

from app.appointments.locking import lock_booking
from app.appointments.models import Booking
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db

LONGEST_NOTE = 2000


def keep_note(business: Business, booking: Booking, note: str | None, *, by: Actor, now: datetime) -> None:
    """Keep what only members read; None takes it away. The same note once more changes nothing."""
    lock_booking(business, booking)
    if booking.member_note == note:
        return
    changes = {"member_note": [booking.member_note, note]}
    booking.member_note = note
    record("booking.noted", "booking", booking.id, by=by, at=now, business_id=business.id, changes=changes)
    db.session.flush()
