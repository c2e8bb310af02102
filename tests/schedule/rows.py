"""Rows of taken time, and what the engine is told of them."""

from datetime import date, datetime, timedelta

from app.appointments.models import Appointment, Booking, Hold
from app.appointments.settling import settle
from app.core.db import db
from app.customers.models import Customer
from app.schedule.facts import Facts
from app.schedule.loading import load_facts
from app.schedule.models import Allocation
from app.schedule.wall_clock import epoch_minute
from tests.conftest import NOW
from tests.factories import Shop, berlin

TUESDAY, WEDNESDAY = date(2027, 3, 2), date(2027, 3, 3)


def known(shop: Shop, first: date = TUESDAY, last: date | None = None, **more: object) -> Facts:
    return load_facts(shop.business, shop.service.id, first, last or first, NOW, **more)  # type: ignore[arg-type]


def taken(
    shop: Shop,
    start: datetime,
    end: datetime,
    *,
    resource: int | None = None,
    need: int = 1,
    **columns: object,
) -> Appointment:
    """Time of a resource that is taken, by an appointment with these columns."""
    more: dict[str, object] = {"live": True} | columns
    appointment = Appointment(
        business_id=shop.business.id, service_id=shop.service.id, starts_at=start, ends_at=end, **more
    )
    db.session.add(appointment)
    db.session.flush()
    also_taken(shop, appointment, start, end, resource=resource, need=need)
    return appointment


def also_taken(
    shop: Shop,
    appointment: Appointment,
    start: datetime,
    end: datetime,
    *,
    resource: int | None = None,
    need: int = 1,
) -> None:
    db.session.add(
        Allocation(
            business_id=shop.business.id,
            resource_id=resource or shop.person.resource_id,
            appointment_id=appointment.id,
            need=need,
            starts_at=start,
            ends_at=end,
            live=appointment.live,
        )
    )
    db.session.flush()


def minutes(start: str, end: str) -> tuple[int, int]:
    return epoch_minute(berlin(start)), epoch_minute(berlin(end))


def booked(
    shop: Shop, appointment: Appointment, places: int = 1, held_until: datetime | None = None
) -> Booking:
    """Somebody in an appointment, firmly or on hold."""
    who = Customer(business_id=shop.business.id, name="Olivia Park")
    ticket = None
    if held_until:
        asked_at = min(NOW, held_until) - timedelta(minutes=20)
        until = {"expires_at": held_until, "limit_at": held_until + timedelta(hours=1)}
        ticket = Hold(business_id=shop.business.id, created_at=asked_at, **until)
    db.session.add_all([who, *([ticket] if ticket else [])])
    db.session.flush()
    booking = Booking(
        business_id=shop.business.id,
        appointment_id=appointment.id,
        customer_id=who.id,
        hold_id=ticket.id if ticket else None,
        status="held" if ticket else "confirmed",
        places=places,
        service_name="Haircut",
        minutes=30,
        total_cents=4500,
        currency="EUR",
        zone="Europe/Berlin",
        local_start=datetime(2027, 3, 2, 10),  # noqa: DTZ001
    )
    db.session.add(booking)
    settle(shop.business.id, appointment.id)
    return booking
