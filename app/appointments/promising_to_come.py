"""A customer answers a reminder: they will come, or they cannot."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.telling import tell_promised
from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.errors import Conflict


class NothingToAnswer(Conflict):
    """The visit has begun, or is not to be any more."""

    message = _("There is nothing to answer any more: this visit has begun, or was changed.")


def expected(bookings: Sequence[Booking], now: datetime) -> list[Booking]:
    """What of a visit is agreed and has not begun."""
    return [it for it in bookings if it.status == "confirmed" and it.appointment.starts_at > now]


def promise_to_come(business: Business, bookings: Sequence[Booking], *, by: Actor, now: datetime) -> None:
    """Note that they will come, and tell the members. Twice changes nothing. Raises NothingToAnswer."""
    ahead = _ahead(business, bookings, now)
    new = [it for it in ahead if it.coming_at is None]
    for it in new:
        _note(it, now, "promised", by, now)
    if new:
        tell_promised(business, ahead, coming=True, by=by, now=now)


def say_not_coming(business: Business, bookings: Sequence[Booking], *, by: Actor, now: datetime) -> None:
    """Note that they cannot come though it is too late to cancel, and tell the members. Raises NothingToAnswer."""
    ahead = _ahead(business, bookings, now)
    for it in ahead:
        _note(it, None, "not_coming", by, now)
    tell_promised(business, ahead, coming=False, by=by, now=now)


def _ahead(business: Business, bookings: Sequence[Booking], now: datetime) -> list[Booking]:
    lock_schedule(business.id)
    found = expected(bookings_of_visit(business.id, bookings[0].visit), now)
    if not found:
        raise NothingToAnswer
    return found


def _note(booking: Booking, at: datetime | None, what: str, by: Actor, now: datetime) -> None:
    changes = rewrite(booking, {"coming_at": at})
    record(
        f"booking.{what}",
        "booking",
        booking.id,
        by=by,
        at=now,
        business_id=booking.business_id,
        changes=changes,
    )
