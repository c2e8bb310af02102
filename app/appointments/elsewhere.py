"""Where else an appointment, or one member of a class, could be: those to change places with, and other dates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from app.appointments.models import Appointment, Booking
from app.appointments.panel import MOVABLE
from app.businesses.models import Business
from app.core.db import db
from app.schedule.business_days import business_day, day_begins_of
from app.schedule.models import Allocation, Resource
from app.schedule.needing import PERFORMER
from app.schedule.resources import able_to_fill

MOST_DATES = 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """An appointment to change places with, and for whom it is."""

    appointment: Appointment
    customer: str
    service: str
    performer: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another date of a class, who leads it, and how many places are left."""

    appointment: Appointment
    leader: str | None

    @property
    def left(self) -> int:
        return max(0, self.appointment.capacity - self.appointment.places_taken)


def candidates(
    business: Business, appointment: Appointment, people: Collection[int] | None = None
) -> list[Candidate]:
    """The other appointments of its business day that can be moved, by time; with `people` only theirs."""
    day = business_day(business, appointment.starts_at)
    begins = day_begins_of(business, day, day + timedelta(days=1))
    found = (
        select(Appointment, Booking.contact_name, Booking.service_name, Resource.name)
        .join(
            Booking,
            and_(
                Booking.business_id == Appointment.business_id,
                Booking.appointment_id == Appointment.id,
                Booking.status.in_(MOVABLE),
            ),
        )
        .join(Allocation, _performs())
        .join(
            Resource,
            and_(Resource.business_id == Allocation.business_id, Resource.id == Allocation.resource_id),
        )
        .where(
            Appointment.business_id == business.id,
            Appointment.live,
            Appointment.capacity == 1,
            Appointment.id != appointment.id,
            Appointment.starts_at >= begins[day],
            Appointment.starts_at < begins[day + timedelta(days=1)],
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if people is not None:
        found = found.where(Allocation.resource_id.in_(people))
    rows = db.session.execute(found).all()
    # Two stretches of one person are one person.
    return list(
        {
            row[0].id: Candidate(row[0], row.contact_name or "", row.service_name, row.name) for row in rows
        }.values()
    )


def other_dates(
    appointment: Appointment, now: datetime, people: Collection[int] | None = None
) -> list[Elsewhere]:
    """The dates ahead of the same class besides this one, by time; with `people` only those they lead."""
    found = (
        select(Appointment, Resource.name)
        .outerjoin(Allocation, _performs())
        .outerjoin(
            Resource,
            and_(Resource.business_id == Allocation.business_id, Resource.id == Allocation.resource_id),
        )
        .where(
            Appointment.business_id == appointment.business_id,
            Appointment.service_id == appointment.service_id,
            Appointment.id != appointment.id,
            Appointment.live,
            Appointment.scheduled,
            Appointment.ends_at > now,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_DATES)
    )
    if people is not None:
        found = found.where(Allocation.resource_id.in_(people))
    return list({row[0].id: Elsewhere(*row) for row in db.session.execute(found)}.values())


def people_for(
    business_id: int, service_id: int, now_with: int | None, people: Collection[int] | None = None
) -> list[Resource]:
    """Who can have an appointment of this service, whoever has it now among them; with `people` only these."""
    able = able_to_fill(business_id, service_id).get(PERFORMER, [])
    if now_with is not None and now_with not in {it.id for it in able}:
        able = [db.session.get_one(Resource, (business_id, now_with)), *able]
    return [it for it in able if people is None or it.id in people]


def _performs() -> ColumnElement[bool]:
    return and_(
        Allocation.business_id == Appointment.business_id,
        Allocation.appointment_id == Appointment.id,
        Allocation.need == PERFORMER,
    )
