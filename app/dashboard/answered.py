"""The request a member has just answered from the page of today."""

from dataclasses import dataclass
from datetime import datetime

from app.appointments.belonging import NotTheirs, find_appointment
from app.appointments.history import Line, history_of
from app.appointments.models import Appointment, Booking
from app.appointments.panel import find_booking
from app.businesses.models import Membership


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of it last."""

    booking: Booking
    appointment: Appointment
    line: Line

    @property
    def can_be_undone(self) -> bool:
        """Whether one button books what was declined all the same."""
        return self.booking.status == "declined"


def just_answered(membership: Membership, booking_id: int | None, now: datetime) -> Answered | None:
    """What this member may open and a member did something with a moment ago; None for anything else."""
    booking = find_booking(membership.business_id, booking_id) if booking_id else None
    if booking is None:
        return None
    try:
        appointment = find_appointment(membership, booking.appointment_id)
    except NotTheirs:
        return None
    lines = history_of(appointment, [booking])[0] if appointment else []
    return (
        Answered(booking, appointment, lines[0]) if appointment and lines and lines[0].is_fresh(now) else None
    )
