"""An earlier time of what is booked."""

from datetime import datetime
from typing import Any

from app.appointments.models import Booking
from app.businesses.models import Business
from app.schedule.wall_clock import local_date
from app.services.models import Service
from app.waitlist.forms.public import ChangeForm
from app.waitlist.models import WaitlistEntry
from app.waitlist.wishes import window_of


class EarlierForm(ChangeForm):
    """The same service, from today until the day it is booked for; the address says by whom."""

    def __init__(
        self, business: Business, booking: Booking, now: datetime, entry: WaitlistEntry | None = None
    ) -> None:
        self.booking = booking
        super().__init__(business, now, entry)
        self.service.data = str(booking.appointment.service_id)
        self.places.data = booking.places

    def _offered(self) -> list[Service]:
        """Nothing but what is booked, as long as it can be booked at all."""
        return [it for it in super()._offered() if it.id == self.booking.appointment.service_id]

    def _of_address(self, _sent: Any) -> dict[str, Any]:
        first, last = window_of(self.business, None, self.now)
        booked_on = local_date(self.booking.appointment.starts_at, self.business.zone)
        return {"staff": "any", "from_on": first, "until_on": max(first, min(booked_on, last))}
