"""The row that keeps a promise: what was shown to the customer, as it was shown."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.appointments.models import Booking, Hold
from app.appointments.placing import Placed
from app.businesses.leeway import leeway_of
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.customers.models import Customer
from app.payments.terms import terms_of
from app.services.pricing import Price, price


def promise(
    business: Business,
    placed: Sequence[Placed],
    places: int,
    *,
    by: Actor,
    now: datetime,
    ticket: Hold | None = None,
    customer: Customer | None = None,
    zone: str | None = None,
) -> list[Booking]:
    """A booking for each part of a visit with a snapshot of service, length, buffers, price, policy and wall clock.

    Held with a `ticket`; else confirmed for the `customer`. `zone` is the clock the customer reads.
    """
    visit = uuid.uuid4()
    bookings = [
        Booking(
            business_id=business.id,
            visit=visit,
            status="held" if ticket else "confirmed",
            hold_id=ticket.id if ticket else None,
            customer_id=customer.id if customer else None,
            confirmed_at=None if ticket else now,
            places=places,
            guest=part.guest,
            customer_zone=zone,
            source=by.source,
            created_at=now,
        )
        for part in placed
    ]
    for booking, part in zip(bookings, placed, strict=True):
        write_down(booking, business, part, cost_of(part, places))
    db.session.add_all(bookings)
    db.session.flush()
    return bookings


def cost_of(placed: Placed, places: int) -> Price:
    """The price with whoever performs it."""
    return price(placed.service, placed.performer.price_cents if placed.performer else None, places)


def write_down(booking: Booking, business: Business, placed: Placed, cost: Price) -> None:
    """Point a booking to the time that was taken for it, and keep all that is promised with it.

    What was agreed about money stays where it was agreed before.
    """
    service, appointment = placed.service, placed.appointment
    booking.service_name = service.name
    booking.before_min = service.before_min
    booking.after_min = service.after_min
    booking.price_lines = list(cost.lines)
    booking.total_cents = cost.total
    booking.currency = business.currency
    booking.tax_bp = service.tax_bp
    agreed = (booking.policy or {}).get("payment") or terms_of(business, service).written
    booking.policy = {
        "approval": service.approval,
        "leeway": leeway_of(business).written,
        "payment": agreed,
    }
    booking.zone = business.zone
    booking.appointment_id = appointment.id
    booking.minutes = placed.choice.end - placed.choice.start
    booking.performer_name = placed.performer.name if placed.performer else None
    booking.local_start = appointment.starts_at.astimezone(ZoneInfo(booking.zone)).replace(tzinfo=None)
