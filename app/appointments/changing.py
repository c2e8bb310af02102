"""The one function that changes the status of a booking."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.appointments.discounting import follow
from app.appointments.models import ON_HOLD, TRANSITIONS, Booking
from app.audit.models import record
from app.core.actor import Actor, ActorKind
from app.core.errors import Conflict

_CANCELLED_BY: dict[ActorKind, str] = {
    "visitor": "customer",
    "customer": "customer",
    "member": "member",
    "admin": "member",
    "system": "system",
}


class ChangedMeanwhile(Conflict):
    """The row is not what it was when somebody decided on it."""

    message = _("This booking has changed meanwhile. Please look at it again.")


def change_status(
    booking: Booking,
    to: str,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Put a booking into another status and write it down. Under the schedule lock. Raises ChangedMeanwhile, or
    CodeGone where it had a code that others have used up since.

    A booking that is no longer on hold lets go of its hold; settle its appointment afterwards. One that is confirmed
    again forgets why it was given back; the audit does not. Giving it back is a change a calendar has to hear of, so
    it is counted. `tell` is what a member decided about telling the customer.
    """
    was = booking.status
    if to not in TRANSITIONS[was]:
        raise ChangedMeanwhile
    booking.status = to
    if to not in ON_HOLD:
        booking.hold_id = None
    if to == "confirmed":
        booking.confirmed_at = now
        booking.cancelled_at = booking.cancelled_by = booking.cancel_reason = None
    elif to == "cancelled":
        booking.cancelled_at = now
        booking.cancelled_by = _CANCELLED_BY[by.kind]
    if to in ("cancelled", "declined"):
        booking.cancel_reason = reason
        booking.schedule_seq += 1
        booking.coming_at = booking.offered = None
    record(
        f"booking.{to}",
        "booking",
        booking.id,
        by=by,
        at=now,
        business_id=booking.business_id,
        changes={"status": [was, to]} | ({} if tell is None else {"told": [None, tell]}),
        reason=reason,
    )
    follow(booking, was, by=by, now=now)
