"""The row that keeps a promise: what was shown to the customer, as it was shown."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.appointments.models import Booking, Hold
from app.appointments.placing import Placed, Wish
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.services.models import Service
from app.services.pricing import Price, price


def promise(
    business: Business,
    service: Service,
    placed: Placed,
    wish: Wish,
    ticket: Hold | None,
    by: Actor,
    now: datetime,
) -> Booking:
    """A held booking with a snapshot of service, length, buffers, price, policy, zone and wall-clock time."""
    booking = Booking(
        business_id=business.id,
        status="held",
        hold_id=ticket.id if ticket else None,
        places=wish.places,
        source=by.source,
        created_at=now,
    )
    write_down(booking, business, service, placed, cost_of(service, placed, wish))
    db.session.add(booking)
    db.session.flush()
    return booking


def cost_of(service: Service, placed: Placed, wish: Wish) -> Price:
    """The price with whoever performs it."""
    return price(service, placed.performer.price_cents if placed.performer else None, wish.places)


def write_down(booking: Booking, business: Business, service: Service, placed: Placed, cost: Price) -> None:
    """Point a booking to the time that was taken for it, and keep all that is promised with it."""
    booking.service_name = service.name
    booking.before_min = service.before_min
    booking.after_min = service.after_min
    booking.price_lines = list(cost.lines)
    booking.total_cents = cost.total
    booking.currency = business.currency
    booking.tax_bp = service.tax_bp
    booking.policy = {"approval": service.approval}
    booking.zone = business.zone
    appointment = placed.appointment
    booking.appointment_id = appointment.id
    booking.minutes = placed.choice.end - placed.choice.start
    booking.performer_name = placed.performer.name if placed.performer else None
    booking.local_start = appointment.starts_at.astimezone(ZoneInfo(booking.zone)).replace(tzinfo=None)
