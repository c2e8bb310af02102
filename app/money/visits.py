"""Where in the calendar something on an invoice is, or which order it was."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString, gettext
from sqlalchemy import Text, cast, func, null, select, union_all

from app.appointments.models import Booking
from app.appointments.statuses import WORDS
from app.businesses.models import Business
from app.core.db import db
from app.orders.models import Order
from app.orders.words import STATUSES


@dataclass(frozen=True, slots=True)
class Place:
    """A visit or an order as the money pages name it: what and when by the shop's clock.

    Of a visit its first appointment; an order has its own id instead.
    """

    appointment_id: int | None
    order_id: int | None
    services: str
    local_start: datetime
    state: LazyString


def places_of(business_id: int, subjects: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Place]:
    """Each visit and each order there is. One statement."""
    if not subjects:
        return {}
    booked = select(
        Booking.visit.label("uid"),
        Booking.appointment_id.label("at"),
        Booking.service_name.label("name"),
        Booking.local_start.label("local_start"),
        Booking.status.label("status"),
        Booking.id.label("id"),
    ).where(Booking.business_id == business_id, Booking.visit.in_(subjects))
    ordered = (
        select(
            Order.uid,
            null(),
            cast(Order.number, Text),
            func.timezone(Business.zone, Order.due_at),
            Order.status,
            Order.id,
        )
        .join(Business, Business.id == Order.business_id)
        .where(Order.business_id == business_id, Order.uid.in_(subjects))
    )
    found: dict[uuid.UUID, list[Any]] = {}
    for row in db.session.execute(union_all(booked, ordered).order_by("local_start", "id")):
        found.setdefault(row.uid, []).append(row)
    return {uid: _place(parts) for uid, parts in found.items()}


def _place(parts: Sequence[Any]) -> Place:
    first = parts[0]
    if first.at is None:
        what = gettext("Order %(number)s", number=first.name)
        return Place(None, first.id, what, first.local_start, STATUSES[first.status])
    services = ", ".join(dict.fromkeys(it.name for it in parts))
    return Place(first.at, None, services, first.local_start, WORDS[first.status])
