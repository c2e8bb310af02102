"""How much one visitor, one address or one customer may have at a time."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, text

from app.appointments.ahead import expected, to_begin
from app.appointments.models import UNANSWERED, Appointment, Booking
from app.appointments.refusals import TooManyBookings, TooManyHolds
from app.businesses.models import Business
from app.core.db import db
from app.core.tries import tries
from app.services.models import Service

# Each change is told to the customer, whose address whoever has the link can choose, and to members.
CHANGES_PER_VISIT = "6/10minute; 20/day"


@dataclass(frozen=True, slots=True)
class HoldLimits:
    """How many open holds there may be: of a flow, of an address everywhere and at one business, of a contact."""

    per_flow: int = 1
    per_address: int = 30
    per_address_and_business: int = 10
    per_contact: int = 3


class OpenHold(NamedTuple):
    """A hold at a business that ran out or is of one flow, or, wherever it is, an open one of an address."""

    id: int
    is_here: bool
    ran_out: bool
    is_own: bool
    is_of_address: bool


_NEAR = text("""
    SELECT id, business_id = :business, expires_at <= :now, visitor_key IS NOT DISTINCT FROM :flow,
           address_key IS NOT DISTINCT FROM :address AND expires_at > :now
      FROM holds
     WHERE business_id = :business AND (expires_at <= :now OR visitor_key = :flow)
        OR address_key = :address AND expires_at > :now
     ORDER BY id
""")


def address_key(address: str) -> bytes:
    """A network address as tickets keep it (see Hold)."""
    return hashlib.sha256(address.encode()).digest()


def open_holds(business_id: int, flow_key: bytes, address_key: bytes, now: datetime) -> list[OpenHold]:
    """What matters to one more hold, oldest first. Under the schedule lock."""
    asked = {"business": business_id, "flow": flow_key, "address": address_key, "now": now}
    return [OpenHold(*row) for row in db.session.execute(_NEAR, asked)]


def limit_address(holds: Collection[OpenHold], limits: HoldLimits) -> None:
    """Raise TooManyHolds for one more hold of an address that has its fill of these open ones."""
    here = sum(it.is_here for it in holds)
    if len(holds) >= limits.per_address or here >= limits.per_address_and_business:
        raise TooManyHolds


def limit_taking_again(business_id: int, address_key: bytes, limits: HoldLimits, now: datetime) -> None:
    """Raise TooManyHolds where what ran out would be one more open hold of an address that has its fill."""
    near = open_holds(business_id, b"", address_key, now)
    limit_address([it for it in near if it.is_of_address], limits)


def limit_changes(booking: Booking) -> None:
    """Count one more change that a customer makes to the visit of a booking. Raises TooManyTries."""
    tries.count(CHANGES_PER_VISIT, "visit-changes", str(booking.business_id), str(booking.visit))


def limit_contact(business_id: int, customer_id: int, limits: HoldLimits) -> None:
    """Raise TooManyHolds for somebody whose visits keep time although nobody has answered or paid them yet."""
    waiting = select(func.count(Booking.visit.distinct())).where(
        Booking.business_id == business_id,
        Booking.customer_id == customer_id,
        Booking.status.in_(UNANSWERED),
    )
    if (db.session.scalar(waiting) or 0) >= limits.per_contact:
        raise TooManyHolds


def limit_customer(
    business: Business, service: Service, customer_id: int, now: datetime, more: int = 1, of_service: int = 1
) -> None:
    """Raise TooManyBookings for somebody who cannot have so many `more` bookings ahead, some `of_service`."""
    room = customer_room(business, service, customer_id, now, more - 1, of_service - 1)
    if room is not None and room < 1:
        raise TooManyBookings


def customer_room(
    business: Business,
    service: Service,
    customer_id: int,
    now: datetime,
    others: int = 0,
    others_of_service: int = 0,
) -> int | None:
    """How many more bookings of a service that begin after `now` (UTC) a customer may have; None: as many as they like.

    `others` are in the same visit, `others_of_service` of them of this service.
    """
    limits = business.customer_limit, service.customer_limit
    if limits == (None, None):
        return None
    of_service = func.count().filter(Appointment.service_id == service.id)
    ahead = (
        select(func.count(), of_service)
        .select_from(Booking)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(
            to_begin(business.id, now),
            Booking.customer_id == customer_id,
            expected(),
        )
    )
    known = db.session.execute(ahead).one()
    counts = known[0] + others, known[1] + others_of_service
    return min(limit - count for limit, count in zip(limits, counts, strict=True) if limit is not None)
