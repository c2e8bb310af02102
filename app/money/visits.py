"""Where in the calendar something on an invoice is."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import select

from app.appointments.models import Booking
from app.appointments.statuses import WORDS
from app.core.db import db


@dataclass(frozen=True, slots=True)
class Place:
    """A visit as the money pages name it: its first appointment, what and when by the shop's clock."""

    appointment_id: int
    services: str
    local_start: datetime
    state: LazyString


def places_of(business_id: int, visits: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Place]:
    """Each visit there is. One statement."""
    if not visits:
        return {}
    rows = select(
        Booking.visit, Booking.appointment_id, Booking.service_name, Booking.local_start, Booking.status
    ).where(Booking.business_id == business_id, Booking.visit.in_(visits))
    found: dict[uuid.UUID, list[Any]] = {}
    for row in db.session.execute(rows.order_by(Booking.local_start, Booking.id)):
        found.setdefault(row.visit, []).append(row)
    return {
        visit: Place(
            parts[0].appointment_id,
            ", ".join(dict.fromkeys(it.service_name for it in parts)),
            parts[0].local_start,
            WORDS[parts[0].status],
        )
        for visit, parts in found.items()
    }
