"""Customers move what they have booked, within what the business allows."""

from collections.abc import Sequence
from datetime import datetime

from app.appointments.agreeing import remember_start
from app.appointments.allowing import allow, allowance_of
from app.appointments.changing import ChangedMeanwhile
from app.appointments.contacting import contact_of
from app.appointments.expiring import expire_dead_holds
from app.appointments.finding import bookings_of_visit
from app.appointments.limiting import limit_changes
from app.appointments.models import Booking
from app.appointments.moving_visits import move_visit
from app.appointments.placing import Wish, check_offered, decide, judge, look
from app.appointments.refusals import SlotTaken
from app.appointments.transferring import move_place
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.customers.blocking import refuse_blocked
from app.schedule.loading import Part
from app.schedule.wall_clock import epoch_minute


def reschedule(
    business: Business,
    booking: Booking,
    *,
    start: int,
    anyone: bool = False,
    seen: str | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Move the visit of a booking to another start (epoch minutes), for its customer; all of it, or nothing.

    `anyone` lets those parts change hands that nobody was asked for. `seen` is the `state_of` the visit on the page
    somebody decided by. Where it is already, it stays, so that a second click changes nothing and counts for nothing.
    Raises what `allow` raises, CallUs, ChangedMeanwhile, SlotTaken, NotOffered and TooManyTries.
    """
    lock_schedule(business.id)
    bookings = live_of_visit(booking)
    if not bookings:
        raise ChangedMeanwhile
    if start == begin_of(bookings):
        return
    if seen is not None and seen != state_of(bookings):
        raise ChangedMeanwhile
    allow(allowance_of(business, bookings, now).against_moving)
    refuse_blocked(business.id, by=by, contact=contact_of(bookings[0]), customer_id=bookings[0].customer_id)
    limit_changes(booking)
    remember_start(bookings, now)
    if is_of_class(bookings):
        to_another_date(business, bookings[0], start, by=by, now=now)
    else:
        check_offered(business, _asked(bookings, start))
        move_visit(business, bookings, start=start, anyone=anyone, by=by, now=now, tell=True)
    for it in bookings:
        it.moves += 1
    db.session.flush()


def live_of_visit(booking: Booking) -> list[Booking]:
    """What is left of the visit of a booking, as it is now, in its order."""
    return [it for it in bookings_of_visit(booking.business_id, booking.visit) if it.live]


def begin_of(bookings: Sequence[Booking]) -> int:
    """Where a visit begins (epoch minutes)."""
    return epoch_minute(bookings[0].appointment.starts_at)


def state_of(bookings: Sequence[Booking]) -> str:
    """What a page was drawn from: which bookings of a visit were left, and how often each had been moved by then."""
    return "-".join(f"{it.id}.{it.schedule_seq}" for it in bookings if it.live)


def is_of_class(bookings: Sequence[Booking]) -> bool:
    """Whether these are places in a class, which is had alone."""
    return bookings[0].appointment.is_class


def to_another_date(business: Business, booking: Booking, start: int, *, by: Actor, now: datetime) -> None:
    """The places on the date of the class that begins then; of several the one with the most room."""
    expire_dead_holds(business.id, now)
    wish = _asked([booking], start)
    check_offered(business, wish)
    facts = look(business, wish, now)
    choices = decide(facts, wish, now)
    if not choices or choices[0].appointment is None:
        judge(facts, wish, now)
        raise SlotTaken
    move_place(business, booking, date_id=choices[0].appointment, by=by, now=now, tell=True)


def _asked(bookings: Sequence[Booking], start: int) -> Wish:
    """What the visit is of, for whoever asks whether that is offered."""
    first, *others = [Part(it.appointment.service_id) for it in bookings]
    return Wish(first.service_id, start, places=bookings[0].places, then=tuple(others))
