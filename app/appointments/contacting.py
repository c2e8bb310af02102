"""The booking's own copy of who booked it."""

from app.appointments.models import Booking
from app.customers.meeting import Contact


def keep_contact(booking: Booking, contact: Contact, host: str) -> None:
    """Write down the person as they gave themselves; `host` becomes part of the calendar entry's constant UID."""
    booking.contact_name = contact.name
    booking.contact_email = contact.email
    booking.contact_phone = contact.phone
    booking.note = contact.note
    booking.language = contact.language
    booking.customer_zone = contact.zone
    booking.ics_uid = f"{booking.uid}@{host}"
