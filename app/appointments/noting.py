"""What members write down for each other about a booking."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.appointments.changing import ChangedMeanwhile
from app.appointments.locking import lock_booking
from app.appointments.models import Booking
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db

LONGEST_NOTE = 2000


class NoteChanged(ChangedMeanwhile):
    """Somebody else wrote there while this note was being written."""

    message = _(
        "Somebody changed this note while you were writing. It now says what stands above;"
        " if you save, yours takes its place."
    )


def keep_note(
    business: Business, booking: Booking, note: str | None, *, seen: str, by: Actor, now: datetime
) -> None:
    """Keep what only members read; None takes it away. The same note once more changes nothing.

    `seen` is the `note_mark` of the note it is to replace. Raises NoteChanged when that is another one by now.
    """
    lock_booking(business, booking)
    if booking.member_note == note:
        return
    if booking.note_mark != seen:
        raise NoteChanged
    changes = {"member_note": [booking.member_note, note]}
    booking.member_note = note
    record("booking.noted", "booking", booking.id, by=by, at=now, business_id=business.id, changes=changes)
    db.session.flush()
