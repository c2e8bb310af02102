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
    cost = cost_of(service, placed, wish)
    booking = Booking(
        business_id=business.id,
        status="held",
        hold_id=ticket.id if ticket else None,
        places=wish.places,
        source=by.source,
        service_name=service.name,
        before_min=service.before_min,
        after_min=service.after_min,
        price_lines=list(cost.lines),
        total_cents=cost.total,
        currency=business.currency,
        tax_bp=service.tax_bp,
        policy={"approval": service.approval},
        zone=business.zone,
        created_at=now,
    )
    put_at(booking, placed)
    db.session.add(booking)
    db.session.flush()
    return booking


def cost_of(service: Service, placed: Placed, wish: Wish) -> Price:
    """The price with whoever performs it."""
    return price(service, placed.performer.price_cents if placed.performer else None, wish.places)


def put_at(booking: Booking, placed: Placed) -> None:
    """Point a booking to the time that was taken for it."""
    appointment = placed.appointment
    booking.appointment_id = appointment.id
    booking.minutes = placed.choice.end - placed.choice.start
    booking.performer_name = placed.performer.name if placed.performer else None
    booking.local_start = appointment.starts_at.astimezone(ZoneInfo(booking.zone)).replace(tzinfo=None)
