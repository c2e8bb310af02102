"""One member of a class comes to another date of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from app.appointments.changing import ChangedMeanwhile
from app.appointments.expiring import expire_dead_holds
from app.appointments.freeing import tell_freed
from app.appointments.joining import join
from app.appointments.locking import lock_booking
from app.appointments.models import Appointment, Booking
from app.appointments.refusals import refuse
from app.appointments.settling import settle
from app.appointments.subjects import places_of
from app.appointments.telling import tell_moved
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.business_days import business_day
from app.schedule.facts import Facts
from app.schedule.judging import choose, refusals
from app.schedule.loading import load_facts
from app.schedule.verdict import Choice, Refusal
from app.schedule.wall_clock import epoch_minute, local_date

_MOVABLE = ("requested", "pending_payment", "confirmed")


def move_place(
    business: Business,
    booking: Booking,
    *,
    date_id: int,
    despite: Collection[Refusal] = (),
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Give somebody their places on another date of the same class, this very one though others may begin then too.

    On the date they are on already they stay, and nothing is written. `despite` and `tell` as in `move`; with FULL
    that date is overbooked. Raises SlotTaken when there are not enough places, NotOffered when it is no date of the
    class any more or another rule says no, and ChangedMeanwhile.
    """
    was = lock_booking(business, booking)
    if booking.status not in _MOVABLE:
        raise ChangedMeanwhile
    if was.id == date_id:
        return
    expire_dead_holds(business.id, now)
    to = db.session.get(Appointment, (business.id, date_id), populate_existing=True)
    if to is None:
        raise refuse(Refusal.OFF_GRID)
    choice = _places_on(to, _facts(business, was, to, now), booking.places, despite, now)
    to.overbooked = to.overbooked or Refusal.FULL in choice.despite
    changes = {"starts_at": [was.starts_at, to.starts_at], "appointment": [was.id, to.id]}
    changes |= {"overridden": [None, list(choice.despite)]} if choice.despite else {}
    changes |= {} if tell is None else {"told": [None, tell]}
    before = places_of([booking])
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
    starts_at = was.starts_at
    if by.kind not in ("visitor", "customer"):
        booking.refund_from = None
    settle(business.id, was.id, to.id)
    tell_moved(business, [booking], before, by=by, now=now, tell=tell)
    tell_freed(business, now, [starts_at])


def _facts(business: Business, was: Appointment, to: Appointment, now: datetime) -> Facts:
    """What is known about the new date alone; a booking that stays on its business day is not counted there."""
    day = local_date(to.starts_at, business.zone)
    facts = load_facts(business, was.service_id, day, day, now)
    facts = replace(facts, classes=[it for it in facts.classes if it.appointment == to.id])
    if facts.booked is None:
        return facts
    there = business_day(business, to.starts_at)
    if business_day(business, was.starts_at) != there:
        return facts
    of_service = None, there
    return replace(facts, booked={**facts.booked, of_service: facts.booked.get(of_service, 1) - 1})


def _places_on(
    date: Appointment, facts: Facts, places: int, despite: Collection[Refusal], now: datetime
) -> Choice:
    """So many places on the only date these facts know of."""
    if not facts.classes:
        raise refuse(Refusal.OFF_GRID)
    start = epoch_minute(date.starts_at)
    choice = choose(facts, start, now, places=places, despite=despite)
    if choice is None:
        against = refusals(facts, start, now, places=places)
        left = [it for it in against if it not in despite]
        raise refuse(next(iter(left), Refusal.OFF_GRID), left)
    return choice
