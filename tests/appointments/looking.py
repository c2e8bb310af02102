"""What is left in the tables after an act, in a few words."""

from sqlalchemy import select

from app.appointments.models import Appointment
from app.audit.models import AuditEvent
from app.core.db import db
from app.schedule.models import Allocation
from tests.factories import BERLIN


def appointment_of(booking) -> Appointment:
    """The appointment of a booking as it is in the database."""
    key = (booking.business_id, booking.appointment_id)
    return db.session.get_one(Appointment, key, populate_existing=True)


def taken(appointment) -> list[tuple[int, str, str]]:
    """(resource, from, to) of what an appointment takes, in Berlin, with a star where it is squeezed in."""
    rows = db.session.scalars(
        select(Allocation)
        .filter_by(business_id=appointment.business_id, appointment_id=appointment.id, live=True)
        .order_by(Allocation.need, Allocation.starts_at)
        .execution_options(populate_existing=True)
    )
    return [
        (
            row.resource_id,
            f"{row.starts_at.astimezone(BERLIN):%a %H:%M}",
            f"{row.ends_at.astimezone(BERLIN):%H:%M}" + "*" * row.overlap_ok,
        )
        for row in rows
    ]


def events(action: str) -> list[AuditEvent]:
    """What was written down about this action, in order."""
    db.session.flush()
    return list(db.session.scalars(select(AuditEvent).filter_by(action=action).order_by(AuditEvent.id)))


def state() -> list[list[tuple[object, ...]]]:
    """Every row that is about time and places, to see that nothing changed."""
    db.session.flush()
    tables = ("appointments", "allocations", "bookings", "holds", "audit_events")
    return [
        sorted(map(tuple, db.session.execute(db.text(f"SELECT t::text FROM {table} t")))) for table in tables
    ]
