"""What somebody sees of a booking they have not finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.appointments.confirming import wish_of
from app.appointments.discounting import discount_on
from app.appointments.finding import bookings_of_visit
from app.appointments.free_times import Time, next_times
from app.appointments.holding import deadline
from app.appointments.models import Booking
from app.appointments.placing import Wish
from app.businesses.models import Business
from app.payments.redeeming import CodeRefused, Discount
from app.services.asking import questions_for
from app.services.models import ServiceQuestion


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A held visit, how long its time is kept (UTC; seconds left), and other times when that one is gone.

    `discount` is what the code that was typed would take off, or why it cannot.
    """

    bookings: Sequence[Booking]
    wish: Wish
    held_until: datetime | None
    held_seconds: int
    later: list[Time]
    discount: Discount | CodeRefused | None = None

    @property
    def booking(self) -> Booking:
        """The first of the visit."""
        return self.bookings[0]

    @property
    def total_cents(self) -> int | None:
        """What the visit costs with its discount; None where the price of a part is told on site."""
        if not all(it.is_priced for it in self.bookings):
            return None
        return self.full_cents - (self.taken_off.amount if self.taken_off else 0)

    @property
    def full_cents(self) -> int:
        """What those parts cost whose price is known, before anything is taken off."""
        return sum(it.total_cents for it in self.bookings)

    @property
    def taken_off(self) -> Discount | None:
        """What the code takes off, where it does."""
        return self.discount if isinstance(self.discount, Discount) else None

    @property
    def refused(self) -> CodeRefused | None:
        """Why the code takes nothing off."""
        return self.discount if isinstance(self.discount, CodeRefused) else None


def unfinished(
    business: Business, booking: Booking, now: datetime, *, is_gone: bool, code: str = ""
) -> Unfinished:
    """The booking as its details page shows it, with a code; with the next three times where its own `is_gone`."""
    bookings = [it for it in bookings_of_visit(business.id, booking.visit) if not it.customer_id]
    wish = wish_of(bookings)
    until = deadline(booking)
    left = int((until - now).total_seconds()) if until else 0
    later = next_times(business, wish, now) if is_gone else []
    discount = _discount(business, bookings, code, now) if code else None
    return Unfinished(bookings, wish, until, max(0, left), later, discount)


def asked_of(business_id: int, bookings: Sequence[Booking]) -> list[ServiceQuestion]:
    """What the business asks who books these."""
    return questions_for(business_id, {it.appointment.service_id for it in bookings})


def _discount(
    business: Business, bookings: Sequence[Booking], code: str, now: datetime
) -> Discount | CodeRefused:
    try:
        return discount_on(business, bookings, code, now)
    except CodeRefused as refusal:
        return refusal
