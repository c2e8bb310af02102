"""A visit for tests of what its customer sees, with its rows written directly."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.appointments.models import GIVES_BACK, Appointment, Booking
from app.core.db import db
from app.customers.models import Customer
from tests.factories import Shop


def a_part(
    shop: Shop, at: datetime, visit: uuid.UUID | None = None, *, minutes: int = 45, **more: Any
) -> Booking:
    """One booking of a visit; `more` are further columns of it, `price` (cents) that of its only line."""
    status, price = more.pop("status", "confirmed"), more.pop("price", 4500)
    customer = Customer(business_id=shop.business.id, name="Olivia Park")
    appointment = Appointment(
        business_id=shop.business.id,
        service_id=shop.service.id,
        starts_at=at,
        ends_at=at + timedelta(minutes=minutes),
        live=status not in GIVES_BACK,
    )
    db.session.add_all([customer, appointment])
    db.session.flush()
    zone = shop.business.zone
    columns = {
        "service_name": "Haircut",
        "performer_name": "Maya",
        "contact_name": "Olivia Park",
        "contact_email": "olivia@example.com",
    }
    booking = Booking(
        business_id=shop.business.id,
        appointment_id=appointment.id,
        customer_id=customer.id,
        visit=visit or uuid.uuid4(),
        status=status,
        minutes=minutes,
        price_lines=[{"label": "Haircut", "amount": price}],
        total_cents=price or 0,
        currency=shop.business.currency,
        zone=zone,
        local_start=at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        **(columns | more),
    )
    db.session.add(booking)
    db.session.flush()
    db.session.refresh(booking)
    return booking
