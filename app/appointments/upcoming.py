"""What is ahead for somebody or something: the appointments to look after when they leave or are away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.appointments.models import Appointment
from app.core.db import db
from app.schedule.models import Allocation


def appointments_ahead(
    business_id: int, resource_id: int, since: datetime, until: datetime | None = None
) -> Sequence[Appointment]:
    """The live appointments that take time of a person or room after `since` (UTC), up to `until`, by time."""
    theirs = select(Allocation.appointment_id).where(
        Allocation.business_id == business_id,
        Allocation.resource_id == resource_id,
        Allocation.live,
        Allocation.ends_at > since,
    )
    if until is not None:
        theirs = theirs.where(Allocation.starts_at < until)
    found = select(Appointment).where(
        Appointment.business_id == business_id, Appointment.live, Appointment.id.in_(theirs)
    )
    return db.session.scalars(found.order_by(Appointment.starts_at, Appointment.id)).all()
