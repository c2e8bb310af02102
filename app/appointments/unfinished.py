"""What somebody sees of a booking they have not finished."""

from dataclasses import dataclass
from datetime import datetime

from app.appointments.confirming import wish_of
from app.appointments.finding import bookings_of_visit
from app.appointments.holding import deadline
from app.appointments.models import Booking
from app.appointments.offering import Time, next_times
from app.appointments.placing import Wish
from app.businesses.models import Business


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A held booking, how long its time is kept (UTC; seconds left), and other times when that one is gone."""

    booking: Booking
    wish: Wish
    held_until: datetime | None
    held_seconds: int
    later: list[Time]


def unfinished(business: Business, booking: Booking, now: datetime, *, is_gone: bool) -> Unfinished:
    """The booking as its details page shows it; with the next three times where its own `is_gone`."""
    wish = wish_of([it for it in bookings_of_visit(business.id, booking.visit) if not it.customer_id])
    until = deadline(booking)
    left = int((until - now).total_seconds()) if until else 0
    later = next_times(business, wish.service_id, wish.person_id, wish.start, now) if is_gone else []
    return Unfinished(booking, wish, until, max(0, left), later)
