"""What stands in the way of a time, so that whoever works there can decide about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from sqlalchemy import and_, select

from app.appointments.models import Appointment, Booking
from app.appointments.relaying import Place
from app.appointments.surveying import leader_of
from app.businesses.models import Business
from app.core.db import db
from app.core.intervals import Interval
from app.schedule.business_days import business_day
from app.schedule.models import Allocation, Resource
from app.schedule.open_time import shop_time, spans
from app.schedule.opening_times import opening_calendar
from app.schedule.presence import present_on
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute, local_date, utc

MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Something else that person has at that time; without `customer` somebody is typing their name.

    Of an appointment with a pause the moments are those of the part that is in the way.
    """

    service: str
    customer: str | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Objection:
    """One refusal and what is behind it.

    `person` is whose time it is. Of a closed business also the opening hours nearest to it that day (UTC), if any;
    of a person who is off, when they are `there` that day (wall minutes).
    """

    refusal: Refusal
    person: str = ""
    others: tuple[InTheWay, ...] = ()
    opens: datetime | None = None
    closes: datetime | None = None
    there: tuple[Interval, ...] = ()


def objections(
    business: Business, place: Place, against: Collection[Refusal], leaving_out: Collection[int] = ()
) -> list[Objection]:
    """What is behind each refusal of a place; `leaving_out` are appointments that are moved away from it."""
    named = select(Resource.name).filter_by(business_id=business.id, id=place.person)
    person = db.session.scalar(named) or ""
    found = []
    for refusal in against:
        if refusal == Refusal.BUSY:
            found.append(Objection(refusal, person, _in_the_way(business.id, place, leaving_out)))
        elif refusal == Refusal.CLOSED:
            found.append(Objection(refusal, person, (), *_nearest_hours(business, place)))
        elif refusal == Refusal.STAFF_OFF:
            there = present_on(business, [place.person], business_day(business, utc(place.start)))
            found.append(Objection(refusal, person, there=tuple(there[place.person])))
        else:
            found.append(Objection(refusal, person))
    return found


def swap_objections(
    business: Business, one: Appointment, other: Appointment, against: Collection[Refusal]
) -> list[Objection]:
    """What is behind a refusal to let two appointments change places, said of the one it is true of."""
    both, found = [one.id, other.id], dict[Refusal, Objection]()
    for moving, to in ((one, other), (other, one)):
        person = leader_of(to)
        if person is None:
            continue
        start = epoch_minute(to.starts_at)
        length = epoch_minute(moving.ends_at) - epoch_minute(moving.starts_at)
        for it in objections(business, Place(start, start + length, person), against, both):
            if it.refusal not in found or it.others:
                found[it.refusal] = it
    return list(found.values())


def _in_the_way(business_id: int, place: Place, leaving_out: Collection[int]) -> tuple[InTheWay, ...]:
    """What that person has then, by time, each appointment once."""
    found = (
        select(
            Appointment, Booking.service_name, Booking.contact_name, Allocation.starts_at, Allocation.ends_at
        )
        .join(
            Allocation,
            and_(
                Allocation.business_id == Appointment.business_id,
                Allocation.appointment_id == Appointment.id,
            ),
        )
        .join(
            Booking,
            and_(
                Booking.business_id == Appointment.business_id,
                Booking.appointment_id == Appointment.id,
                Booking.live.is_(True),
            ),
        )
        .where(
            Allocation.business_id == business_id,
            Allocation.resource_id == place.person,
            Allocation.live,
            Allocation.starts_at < utc(place.end),
            Allocation.ends_at > utc(place.start),
            Appointment.id.not_in(leaving_out),
        )
        .order_by(Appointment.starts_at, Appointment.id, Booking.id, Allocation.starts_at)
    )
    rows = groupby(db.session.execute(found).all(), lambda row: row[0].id)
    return tuple(islice((_as_one(list(of_one)) for _id, of_one in rows), MOST_NAMED))


def _as_one(rows: Sequence[Any]) -> InTheWay:
    """An appointment by what it takes there, without the buffers around it."""
    appointment, service, customer, _starts_at, _ends_at = rows[0]
    first = max(appointment.starts_at, min(row.starts_at for row in rows))
    last = min(appointment.ends_at, max(row.ends_at for row in rows))
    if first >= last:
        # Nothing but a buffer is in the way.
        first, last = appointment.starts_at, appointment.ends_at
    return InTheWay(service, customer, first, last)


def _nearest_hours(business: Business, place: Place) -> tuple[datetime | None, datetime | None]:
    """The open stretch of that day nearest to the place."""
    day = local_date(utc(place.start), business.zone)
    calendar = opening_calendar(business, day - timedelta(1), day + timedelta(1))
    those = [
        (start, end)
        for start, end in spans(shop_time(calendar))
        if day in (local_date(utc(start), business.zone), local_date(utc(end - 1), business.zone))
    ]
    if not those:
        return None, None
    start, end = min(those, key=lambda it: max(it[0] - place.start, place.end - it[1]))
    return utc(start), utc(end)
