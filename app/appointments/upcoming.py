"""What is ahead for a business, a person or a room: what to look after when hours change or somebody leaves."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from app.appointments.ahead import expected, not_over, to_begin
from app.appointments.models import Appointment, Booking
from app.businesses.models import Business
from app.core.db import db
from app.core.intervals import Interval, intersect, subtract
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.models import Allocation
from app.schedule.open_time import Piece, is_called_off, own_time, shared, shop_time, spans
from app.schedule.wall_clock import epoch_minute, local_date
from app.services.models import Service

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Ahead:
    """A booking to come, or a date of a class in which nobody is yet (no `booking_id`). Moments are UTC."""

    appointment_id: int
    booking_id: int | None
    starts_at: datetime
    ends_at: datetime
    has_set_times: bool
    service: str
    customer: str | None
    person: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """How much is ahead, and the first of it, as many as a page shows."""

    count: int
    first: Sequence[Ahead]


def bookings_ahead(business_id: int, resource_id: int | None = None, *, since: datetime) -> Listed:
    """The bookings, and dates of classes, that are not over at `since`, by time: one statement.

    With `resource_id` those that take time of a person or room. What somebody only holds is not counted.
    """
    counted = _ahead(business_id, resource_id, since).add_columns(func.count().over())
    rows = db.session.execute(counted.limit(MOST_SHOWN)).all()
    return Listed(rows[0][-1] if rows else 0, [Ahead(*row[:-1]) for row in rows])


def count_expected(business_id: int, service_id: int, now: datetime) -> int:
    """How many bookings of a service that somebody has made are still to begin."""
    counted = (
        select(func.count())
        .select_from(Booking)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(
            to_begin(business_id, now),
            expected(),
            Appointment.service_id == service_id,
        )
    )
    return db.session.scalar(counted) or 0


def bookings_outside(
    business: Business,
    resource_id: int | None = None,
    *,
    now: datetime,
    within: tuple[datetime, datetime] | None = None,
) -> Listed:
    """The bookings ahead that lie, in part at least, where the business is not open, or this person or room not there.

    `within` asks only for those that have to do with this time. What has set times, as classes have, is asked only for
    closures and time off. Three statements, however many there are.
    """
    since, until = (max(now, within[0]), within[1]) if within else (now, None)
    found = _ahead(business.id, resource_id, since).where(Booking.id.is_not(None))
    if until is not None:
        found = found.where(Appointment.starts_at < until)
    ahead = [Ahead(*row) for row in db.session.execute(found)]
    if not ahead:
        return Listed(0, [])
    calendar = _calendar_of(business, resource_id, ahead)
    stretches = _stretches_of(business.id, resource_id, ahead)
    shop = shop_time(calendar)
    there = _time_of(calendar, shop, resource_id)
    outside = [
        it
        for it in ahead
        if (
            _is_called_off(calendar, shop, resource_id, it)
            if it.has_set_times
            else subtract(stretches[it.appointment_id], there)
        )
    ]
    return Listed(len(outside), outside[:MOST_SHOWN])


def _ahead(business_id: int, resource_id: int | None, since: datetime) -> Select[*tuple[Any, ...]]:
    """The columns of Ahead; a hold is no booking yet, and without one only a date of a timetable counts."""
    of_appointment = and_(
        Booking.business_id == Appointment.business_id,
        Booking.appointment_id == Appointment.id,
        expected(),
    )
    found = (
        select(
            Appointment.id,
            Booking.id,
            Appointment.starts_at,
            Appointment.ends_at,
            or_(Service.capacity > 1, Service.unit == "night"),
            func.coalesce(Booking.service_name, Service.name),
            Booking.contact_name,
            Booking.performer_name,
        )
        .select_from(Appointment)
        .join(
            Service,
            and_(Service.business_id == Appointment.business_id, Service.id == Appointment.service_id),
        )
        .outerjoin(Booking, of_appointment)
        .where(
            not_over(business_id, since),
            or_(Booking.id.is_not(None), Appointment.scheduled),
        )
        .order_by(Appointment.starts_at, Appointment.id, Booking.id)
    )
    return (
        found if resource_id is None else found.where(Appointment.id.in_(_taking(business_id, resource_id)))
    )


def _taking(business_id: int, resource_id: int) -> Select[int]:
    """The appointments that take time of a person or room."""
    return select(Allocation.appointment_id).where(
        Allocation.business_id == business_id, Allocation.resource_id == resource_id, Allocation.live
    )


def _calendar_of(business: Business, resource_id: int | None, ahead: Sequence[Ahead]) -> Calendar:
    """All that says who is there on the days on which something is ahead."""
    first = local_date(min(it.starts_at for it in ahead), business.zone)
    last = local_date(max(it.ends_at for it in ahead), business.zone)
    resources = () if resource_id is None else (resource_id,)
    return with_hours(Calendar(business.zone, first, last), business.id, resources)


def _stretches_of(
    business_id: int, resource_id: int | None, ahead: Collection[Ahead]
) -> dict[int, list[Interval]]:
    """When each appointment is at work, in epoch minutes; of a person or room their part of it, without buffers."""
    whole = {it.appointment_id: (epoch_minute(it.starts_at), epoch_minute(it.ends_at)) for it in ahead}
    if resource_id is None:
        return {appointment: [interval] for appointment, interval in whole.items()}
    rows = select(Allocation.appointment_id, Allocation.starts_at, Allocation.ends_at).where(
        Allocation.business_id == business_id,
        Allocation.resource_id == resource_id,
        Allocation.live,
        Allocation.appointment_id.in_(whole),
    )
    taken = defaultdict[int, list[Interval]](list)
    for appointment, starts_at, ends_at in db.session.execute(rows.order_by(Allocation.starts_at)):
        taken[appointment].append((epoch_minute(starts_at), epoch_minute(ends_at)))
    return {it: intersect(taken[it], [interval]) for it, interval in whole.items()}


def _time_of(calendar: Calendar, shop: list[Piece], resource_id: int | None) -> list[Interval]:
    """When the business is open, and this person or room is there."""
    return spans(shop if resource_id is None else shared(shop, own_time(calendar, resource_id)))


def _is_called_off(calendar: Calendar, shop: Sequence[Piece], resource_id: int | None, it: Ahead) -> bool:
    """Whether a day on which something with set times begins or goes on is off, or some of its hours are."""
    whole = epoch_minute(it.starts_at), epoch_minute(it.ends_at)
    return any(is_called_off(calendar, shop, of, whole) for of in {None, resource_id})
