"""A class as its business sees it: when it happens, and its dates ahead with who leads them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.appointments.ahead import to_begin
from app.appointments.models import Appointment, Booking
from app.businesses.models import Business
from app.core.db import db
from app.schedule.class_times import goes_on
from app.schedule.models import Allocation, ClassTime, ClassTimeResource, Resource
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import local_date
from app.services.models import Service

MOST_DATES = 20
REASONS = {
    Refusal.CLOSED: _("closed that day"),
    Refusal.STAFF_OFF: _("away that day"),
    Refusal.BUSY: _("already taken"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One class time, the names of who and what it takes in the order of the needs, and its next dates."""

    class_time: ClassTime
    names: list[str]
    dates: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SurveyedDate:
    """One date and who leads it. `is_off`: it was cancelled."""

    appointment: Appointment
    leader: str | None
    leader_id: int | None = None

    @property
    def is_off(self) -> bool:
        return not self.appointment.live


def timetable_of(business: Business, service: Service, now: datetime) -> list[Line]:
    """The class times that go on, through the week."""
    found = (
        select(ClassTime)
        .where(
            ClassTime.business_id == business.id,
            ClassTime.service_id == service.id,
            goes_on(local_date(now, business.zone)),
        )
        .order_by(ClassTime.weekday, ClassTime.starts_min, ClassTime.id)
    )
    times = db.session.scalars(found).all()
    names = _names_of(business.id, [it.id for it in times])
    dates = _next_dates(business.id, [it.id for it in times], now)
    return [Line(it, names.get(it.id, []), dates.get(it.id, [])) for it in times]


def without_times(business: Business, services: Collection[Service], now: datetime) -> set[int]:
    """Those of these services, by id, that are classes and of which no class time goes on. At most one statement."""
    classes = {it.id for it in services if it.capacity > 1}
    if not classes:
        return set()
    on_timetable = select(ClassTime.service_id).where(
        ClassTime.business_id == business.id,
        ClassTime.service_id.in_(classes),
        goes_on(local_date(now, business.zone)),
    )
    return classes - set(db.session.scalars(on_timetable.distinct()))


def find_class_time(business_id: int, service_id: int, class_time_id: int) -> ClassTime | None:
    """A class time of this service."""
    found = db.session.get(ClassTime, (business_id, class_time_id))
    return found if found and found.service_id == service_id else None


def dates_ahead(business_id: int, service_id: int, now: datetime) -> list[SurveyedDate]:
    """The next dates, also those that were cancelled and could be restored."""
    found = (
        select(Appointment)
        .where(
            Appointment.business_id == business_id,
            Appointment.service_id == service_id,
            Appointment.starts_at > now,
            Appointment.live | Appointment.class_time_id.is_not(None),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_DATES)
    )
    dates = db.session.scalars(found).all()
    leaders = _leaders(business_id, [it.id for it in dates])
    led = [(it, *leaders.get(it.id, (None, None))) for it in dates]
    return [SurveyedDate(it, name, leader) for it, leader, name in led]


def find_date(business_id: int, service_id: int, appointment_id: int) -> Appointment | None:
    """A date of this class, over or not, unless it gave its time back and no class time would have it again."""
    found = db.session.get(Appointment, (business_id, appointment_id))
    of_class = found and found.service_id == service_id and found.is_class
    return found if found and of_class and (found.live or found.class_time_id) else None


def booked_later(
    business_id: int, class_time_id: int, now: datetime, last_on: date | None = None
) -> Sequence[Appointment]:
    """The dates ahead of a class time that somebody has booked, by time; with `last_on` those after this day."""
    found = select(Appointment).where(
        to_begin(business_id, now),
        Appointment.class_time_id == class_time_id,
        Appointment.places_taken > 0,
    )
    if last_on is not None:
        found = found.where(Appointment.class_on > last_on)
    return db.session.scalars(found.order_by(Appointment.starts_at)).all()


def leader_of(appointment: Appointment) -> int | None:
    """Who leads a date."""
    found = _leaders(appointment.business_id, [appointment.id]).get(appointment.id)
    return found[0] if found else None


def count_affected(appointment: Appointment) -> int:
    """How many bookings end when the date is cancelled."""
    counted = select(func.count()).where(
        Booking.business_id == appointment.business_id,
        Booking.appointment_id == appointment.id,
        Booking.live.is_(True),
    )
    return db.session.scalar(counted) or 0


def _names_of(business_id: int, class_time_ids: Collection[int]) -> dict[int, list[str]]:
    found = (
        select(ClassTimeResource.class_time_id, Resource.name)
        .join(
            Resource,
            (Resource.business_id == ClassTimeResource.business_id)
            & (Resource.id == ClassTimeResource.resource_id),
        )
        .where(
            ClassTimeResource.business_id == business_id,
            ClassTimeResource.class_time_id.in_(class_time_ids),
        )
        .order_by(ClassTimeResource.position)
    )
    names: dict[int, list[str]] = {}
    for class_time_id, name in db.session.execute(found):
        names.setdefault(class_time_id, []).append(name)
    return names


def _next_dates(
    business_id: int, class_time_ids: Collection[int], now: datetime
) -> dict[int, list[datetime]]:
    """The next three live dates of each class time."""
    number = func.row_number().over(partition_by=Appointment.class_time_id, order_by=Appointment.starts_at)
    ahead = (
        select(Appointment.class_time_id, Appointment.starts_at, number.label("number"))
        .where(
            to_begin(business_id, now),
            Appointment.class_time_id.in_(class_time_ids),
        )
        .subquery()
    )
    rows = select(ahead.c.class_time_id, ahead.c.starts_at).where(ahead.c.number <= 3)
    dates: dict[int, list[datetime]] = {}
    for class_time_id, starts_at in db.session.execute(rows.order_by(ahead.c.starts_at)):
        dates.setdefault(class_time_id, []).append(starts_at)
    return dates


def _leaders(business_id: int, appointment_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Id and name of who fills the first need of each appointment, also of those that give their time back."""
    found = (
        select(Allocation.appointment_id, Resource.id, Resource.name)
        .join(
            Resource,
            (Resource.business_id == Allocation.business_id) & (Resource.id == Allocation.resource_id),
        )
        .where(
            Allocation.business_id == business_id,
            Allocation.appointment_id.in_(appointment_ids),
            Allocation.need == 1,
        )
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(found)}
