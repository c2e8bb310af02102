"""Addresses of the panel, and what it shows."""

from typing import Any

from app.appointments.models import Appointment, Booking
from app.core.db import db
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of
from tests.factories import Shop, berlin
from tests.reading import rows

TUESDAY = "2027-03-02 "
FRAGMENT = {"HX-Request": "true", "HX-Target": "panel"}


def at(clock_time: str, day: str = TUESDAY) -> int:
    return epoch_minute(berlin(day + clock_time))


def panel(shop: Shop, booking: Booking, rest: str = "") -> str:
    return f"/manage/{shop.business.slug}/appointments/{booking.appointment_id}{rest}"


def of(shop: Shop, booking: Booking, noun: str) -> str:
    return f"/manage/{shop.business.slug}/bookings/{booking.id}/{noun}"


def buttons(answer: Any) -> list[str]:
    """What can be done with the one booking."""
    return rows(answer, ".desk-steps .button")


def version(booking: Booking) -> int:
    return appointment_of(booking).version


def local(appointment: Appointment) -> str:
    """Tue 11:15–11:45 on the clock of the shop."""
    starts, ends = (
        it.astimezone(berlin("2027-01-01").tzinfo) for it in (appointment.starts_at, appointment.ends_at)
    )
    return f"{starts:%a %H:%M}–{ends:%H:%M}"


def status(booking: Booking) -> str:
    """As it is in the database."""
    return db.session.get_one(Booking, (booking.business_id, booking.id)).status
