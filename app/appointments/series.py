"""The same visit on many dates: every date is looked at before any is taken, and all are taken or none."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.appointments.booking import Decision, whom, with_customer, write_bookings
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Booking
from app.appointments.placing import (
    Wish,
    against_first,
    check_offered,
    decide,
    first_refusal,
    lay,
    stretches_of,
)
from app.appointments.telling import tell_booked
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.errors import Conflict
from app.schedule.facts import Facts
from app.schedule.loading import load_parts
from app.schedule.starts import Starts
from app.schedule.verdict import Choice, Refusal
from app.schedule.wall_clock import local_date, utc


@dataclass(frozen=True, slots=True)
class Date:
    """One date of a series and what speaks against it, if anything does; `against` is all of it for one service."""

    wish: Wish
    refusal: Refusal | None
    against: tuple[Refusal, ...] = ()


class DatesTaken(Conflict):
    """Not every date of a series can be had. `dates` are all of them, in the order asked for."""

    message = _("Some of these dates cannot be had. Please leave them out or choose other times for them.")

    def __init__(self, dates: Sequence[Date]) -> None:
        super().__init__()
        self.dates = dates


def look_at_series(
    business: Business, wishes: Sequence[Wish], now: datetime, despite: Collection[Refusal] = ()
) -> list[Date]:
    """Which dates can be had, each with those before it taken. Dates of other services raise ValueError."""
    plans = _plans(_known(business, wishes, now), wishes, now, despite)
    return [date for date, _choices, _parts in plans]


def book_series(
    business: Business, wishes: Sequence[Wish], decision: Decision, *, by: Actor, now: datetime
) -> list[list[Booking]]:
    """Book a visit on each date; the bookings share a `series`. Raises DatesTaken, with every date judged."""
    lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    check_offered(business, wishes[0], online=False)
    customer = whom(business.id, decision, by=by, now=now)
    known = with_customer(business, _known(business, wishes, now), customer, now)
    plans = _plans(known, wishes, now, decision.despite)
    if any(date.refusal for date, _choices, _parts in plans):
        raise DatesTaken([date for date, _choices, _parts in plans])
    series = uuid.uuid4()
    visits = [
        write_bookings(
            business,
            date.wish,
            lay(business, parts, date.wish, choices),
            customer,
            decision,
            by=by,
            now=now,
            series=series,
        )
        for date, choices, parts in plans
    ]
    tell_booked(business, [it for visit in visits for it in visit], by=by, now=now, tell=decision.tell)
    return visits


def _known(business: Business, wishes: Sequence[Wish], now: datetime) -> list[Facts]:
    """What is known about all dates at once, whoever is asked for on each."""
    services = [part.service_id for part in wishes[0].parts]
    if any([part.service_id for part in wish.parts] != services for wish in wishes):
        raise ValueError("a series is one visit on many dates")
    days = [local_date(utc(wish.start), business.zone) for wish in wishes]
    anybody = replace(wishes[0], person_id=None, then=tuple(it._replace(only=()) for it in wishes[0].then))
    return load_parts(business, anybody.parts, min(days), max(days), now, counts=True)


def _plans(
    parts: list[Facts], wishes: Sequence[Wish], now: datetime, despite: Collection[Refusal]
) -> list[tuple[Date, tuple[Choice, ...], list[Facts]]]:
    """For each date what speaks against it, who takes it, and what was known then: the dates before it are taken."""
    plans = []
    for wish in wishes:
        choices = decide(parts, wish, now, despite) or ()
        refusal = None if choices else first_refusal(parts, wish, now, despite) or Refusal.BUSY
        against = against_first(parts, wish, now, despite) if refusal and len(parts) == 1 else ()
        plans.append((Date(wish, refusal, against), choices, parts))
        parts = _after(parts, wish, choices, now)
    return plans


def _after(parts: list[Facts], wish: Wish, choices: Sequence[Choice], now: datetime) -> list[Facts]:
    """What is known once these choices are taken."""
    if not choices:
        return parts
    day = Starts(parts[0], now).day_of(wish.start)
    laid = stretches_of(parts, choices, wish)
    stretches = [(it.resource, (it.start, it.end)) for of_part in laid for it in of_part]
    return [
        facts.taking(choice, day, stretches, wish.places)
        for facts, choice in zip(parts, choices, strict=True)
    ]
