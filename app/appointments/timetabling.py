"""Laying the dates of classes: appointments on a timetable, which keep their time whether or not anybody comes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.db import db
from app.schedule.allocating import allocate
from app.schedule.class_times import class_times_of, resources_of
from app.schedule.facts import Facts
from app.schedule.loading import load_facts, with_taken_time
from app.schedule.models import ClassTime
from app.schedule.rota import holds_on
from app.schedule.starts import Starts
from app.schedule.stretches import stretches
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import days_between, epoch_minute, local_date, utc
from app.services.models import Service


class Missed(NamedTuple):
    """A date a class could not be laid on, and why: it is closed, or somebody is away or busy."""

    class_time: int
    day: date
    refusal: Refusal


class Laid(NamedTuple):
    """What was done for a timetable."""

    dates: list[Appointment]
    missed: list[Missed]


def lay_dates(business: Business, now: datetime) -> Laid:
    """Lay every date of every class of the business that is new, up to the end of its advance window.

    A date that was laid once is not laid again, although it was moved or cancelled since. One that is missed is
    tried again the next time. Takes the schedule lock.
    """
    lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    laid = Laid([], [])
    for class_time in class_times_of(business.id):
        days = _days_ahead(business, class_time, now)
        if days:
            _lay(business, class_time, days, laid, now)
    return laid


def _days_ahead(business: Business, class_time: ClassTime, now: datetime) -> list[date]:
    """The dates on which it should happen and that have not been laid, by day."""
    service = db.session.get_one(Service, (business.id, class_time.service_id))
    ahead = business.advance_days if service.advance_days is None else service.advance_days
    today = local_date(now, business.zone)
    laid = select(Appointment.class_on).where(
        Appointment.business_id == business.id,
        Appointment.class_time_id == class_time.id,
        Appointment.class_on >= today,
    )
    known = set(db.session.scalars(laid))
    return [
        day
        for day in days_between(today, today + timedelta(ahead))
        if day.weekday() == class_time.weekday and holds_on(class_time, day) and day not in known
    ]


def _lay(business: Business, class_time: ClassTime, days: list[date], laid: Laid, now: datetime) -> None:
    starts = Starts(_known(business, class_time, days, now), now)
    by_position = resources_of(class_time)
    for day in days:
        start = starts.facts.clock.opening(day, class_time.starts_min)
        if start < epoch_minute(now):
            continue
        made = _date(business, class_time, day, start, starts, by_position)
        if isinstance(made, Refusal):
            laid.missed.append(Missed(class_time.id, day, made))
        else:
            laid.dates.append(made)


def _known(business: Business, class_time: ClassTime, days: list[date], now: datetime) -> Facts:
    """What is known about these days, with the time that is taken as one customer would need to know it."""
    facts = load_facts(business, class_time.service_id, days[0], days[-1], now)
    [alone] = with_taken_time(business, [replace(facts, service=replace(facts.service, capacity=1))], now)
    return replace(facts, busy=alone.busy)


def _date(
    business: Business,
    class_time: ClassTime,
    day: date,
    start: int,
    starts: Starts,
    by_position: Mapping[int, int],
) -> Appointment | Refusal:
    """The new date, or why there is none."""
    service = starts.service
    chosen = [by_position.get(need.position) for need in service.needs]
    resources = [it for it in chosen if it is not None]
    performer = service.needs[0].member(resources[0]) if resources else None
    if performer is None or len(resources) < len(chosen):
        return Refusal.STAFF_OFF
    minutes = service.minutes_with(performer)
    refusal = _against(starts, resources, start, minutes)
    if refusal:
        return refusal
    with db.session.begin_nested() as savepoint:
        made = _appointment(class_time, day, start, minutes, service.capacity)
        if allocate(business.id, made.id, stretches(service, resources, start, start + minutes)):
            return made
        savepoint.rollback()
    return Refusal.BUSY


def _against(starts: Starts, resources: Sequence[int], start: int, minutes: int) -> Refusal | None:
    """Weekly hours do not matter, but closures, time off and taken time do."""
    if not starts.is_open(start, minutes):
        return Refusal.CLOSED
    for need, resource in zip(starts.service.needs, resources, strict=True):
        if not need.member(resource) or starts.is_away(resource, start, start + minutes):
            return Refusal.STAFF_OFF
        if starts.is_taken(need, resource, start, minutes):
            return Refusal.BUSY
    return None


def _appointment(class_time: ClassTime, day: date, start: int, minutes: int, capacity: int) -> Appointment:
    made = Appointment(
        business_id=class_time.business_id,
        service_id=class_time.service_id,
        starts_at=utc(start),
        ends_at=utc(start + minutes),
        capacity=capacity,
        scheduled=True,
        class_time_id=class_time.id,
        class_on=day,
    )
    db.session.add(made)
    db.session.flush()
    return made
