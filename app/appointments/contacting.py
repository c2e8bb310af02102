"""The booking's own copy of who booked it."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.appointments.models import Booking
from app.customers.meeting import Contact

Answers = Mapping[int | None, Mapping[str, Any]]


def keep_contact(booking: Booking, contact: Contact, host: str) -> None:
    """Write down the person as they gave themselves; `host` becomes part of the calendar entry's constant UID."""
    booking.contact_name = contact.name
    booking.contact_email = contact.email
    booking.contact_phone = contact.phone
    booking.note = contact.note
    booking.language = contact.language
    booking.customer_zone = contact.zone or booking.customer_zone
    booking.guest_name = contact.guest_name if booking.guest > 1 else None
    booking.ics_uid = f"{booking.uid}@{host}"


def contact_of(booking: Booking) -> Contact:
    """Who booked, as the booking has it."""
    return Contact(
        booking.contact_name or "",
        booking.contact_email,
        booking.contact_phone,
        language=booking.language,
        zone=booking.customer_zone,
    )


def keep_answers(bookings: Sequence[Booking], answers: Answers) -> None:
    """Write down what was answered: about a service at the first booking of it, all else at the first of the visit."""
    left = dict(answers)
    bookings[0].answers = dict(left.pop(None, {}))
    for booking in bookings:
        booking.answers = {**booking.answers, **left.pop(booking.appointment.service_id, {})}
