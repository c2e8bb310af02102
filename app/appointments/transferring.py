"""One member of a class comes to another date of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from app.appointments.changing import ChangedMeanwhile
from app.appointments.expiring import expire_dead_holds
from app.appointments.joining import join
from app.appointments.locking import lock_booking
from app.appointments.models import Appointment, Booking
from app.appointments.refusals import refuse
from app.appointments.settling import settle
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.business_days import business_day
from app.schedule.facts import Facts
from app.schedule.judging import choose, refusals
from app.schedule.loading import load_facts
from app.schedule.verdict import Choice, Refusal
from app.schedule.wall_clock import epoch_minute, local_date, utc

_MOVABLE = ("requested", "pending_payment", "confirmed")


def move_place(
    business: Business,
    booking: Booking,
    *,
    start: int,
    despite: Collection[Refusal] = (),
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Give somebody their places on the date of the same class that begins at `start` (epoch minutes) instead.

    On the date they are on already they stay, and nothing is written. `despite` and `tell` as in `move`; with FULL
    that date is overbooked. Raises SlotTaken when there are not enough places, NotOffered when no date begins then or
    another rule says no, and ChangedMeanwhile.
    """
    was = lock_booking(business, booking)
    if booking.status not in _MOVABLE:
        raise ChangedMeanwhile
    if epoch_minute(was.starts_at) == start:
        return
    expire_dead_holds(business.id, now)
    facts = _facts(business, was, start, now)
    choice = _date_at(facts, start, booking.places, despite, now)
    to = db.session.get_one(Appointment, (business.id, choice.appointment), populate_existing=True)
    to.overbooked = to.overbooked or Refusal.FULL in choice.despite
    changes = {"starts_at": [was.starts_at, to.starts_at], "appointment": [was.id, to.id]}
    changes |= {"overridden": [None, list(choice.despite)]} if choice.despite else {}
    changes |= {} if tell is None else {"told": [None, tell]}
    join(booking, to)
    record(
        "booking.moved",
        "booking",
        booking.id,
        by=by,
        at=now,
        business_id=business.id,
        changes=changes,
        reason=reason,
    )
    settle(business.id, was.id, to.id)


def _facts(business: Business, was: Appointment, start: int, now: datetime) -> Facts:
    """What is known about the new date; a booking that stays on its business day is not counted there."""
    day = local_date(utc(start), business.zone)
    facts = load_facts(business, was.service_id, day, day, now)
    if facts.booked is None:
        return facts
    there = business_day(business, utc(start))
    if business_day(business, was.starts_at) != there:
        return facts
    of_service = None, there
    return replace(facts, booked={**facts.booked, of_service: facts.booked.get(of_service, 1) - 1})


def _date_at(facts: Facts, start: int, places: int, despite: Collection[Refusal], now: datetime) -> Choice:
    choice = choose(facts, start, now, places=places, despite=despite)
    if choice is None:
        against = refusals(facts, start, now, places=places)
        left = [it for it in against if it not in despite]
        raise refuse(next(iter(left), Refusal.OFF_GRID), left)
    if choice.appointment is None:
        raise refuse(Refusal.OFF_GRID)
    return choice
