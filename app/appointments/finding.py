"""Bookings by the links customers have."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.appointments.models import Booking
from app.core import signing
from app.core.db import db


def hold_token(booking: Booking) -> str:
    """The part of an address that leads to an unfinished booking; it dies with the older receipt links."""
    return signing.sign("hold", [booking.business_id, str(booking.visit), booking.link_version])


def receipt_token(booking: Booking) -> str:
    """The part of an address that leads to a visit; a higher link version makes older links dead."""
    return signing.sign("visit", [booking.business_id, str(booking.visit), booking.link_version])


def find_held(business_id: int, token: str) -> tuple[bool, Booking | None]:
    """Whether the token is one of ours for this business, and the booking if it still exists."""
    signed = signing.read("hold", token)
    if signed is None or signed[0] != business_id:
        return False, None
    found = bookings_of_visit(business_id, uuid.UUID(signed[1]))
    return True, next((booking for booking in found if booking.link_version == signed[2]), None)


def find_visit(token: str) -> list[Booking]:
    """The bookings of the visit this link is for, in their order; none for a wrong or revoked link."""
    signed = signing.read("visit", token)
    if signed is None:
        return []
    business_id, visit, version = signed
    found = bookings_of_visit(business_id, uuid.UUID(visit))
    return [booking for booking in found if booking.link_version == version and booking.customer_id]


def bookings_of_visit(business_id: int, visit: uuid.UUID) -> list[Booking]:
    """The bookings that were made in one go, as they are now, by time; those of a second guest after the first's."""
    rows = select(Booking).options(joinedload(Booking.appointment)).execution_options(populate_existing=True)
    found = db.session.scalars(rows.filter_by(business_id=business_id, visit=visit))
    return sorted(found, key=lambda it: (it.guest, it.appointment.starts_at, it.id))
