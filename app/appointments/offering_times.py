"""Other times a business offers a customer instead of the one it would rather not keep; they choose one by themselves.

The booking stays as it is meanwhile, and nobody keeps the times: one that is taken by then is answered with fresh ones.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import update

from app.appointments.changing import ChangedMeanwhile
from app.appointments.free_times import Demand, FreeTimes
from app.appointments.models import WAITED_FOR, Booking
from app.appointments.moving_visits import Moving, move_visit
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.rescheduling import begin_of, is_of_class, live_of_visit, to_another_date
from app.appointments.subjects import first_of
from app.appointments.telling import tell_offered
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.schedule.loading import Part
from app.schedule.models import Allocation, Resource
from app.schedule.wall_clock import DAY, epoch_minute, local_date, utc

MOST = 3
BEFORE, AFTER = timedelta(7), timedelta(35)
# Whoever is offered a time has to read of it first.
AT_LEAST = timedelta(hours=2)


class NothingToOffer(DomainError):
    """There is no other free time around it."""

    message = _("There are no free times to offer around this one.")


class OfferGone(Conflict):
    """The time that was chosen was taken, or is not among those that are offered."""

    message = _("Somebody else has that time by now. Please choose another one.")


def offer_times(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Offer the customer of a visit three other times for all of it, and write to them. Under the schedule lock.

    Whoever was asked for and is not here any more is asked for no longer. Raises NothingToOffer, ChangedMeanwhile.
    """
    lock_schedule(business.id)
    bookings = live_of_visit(booking)
    if not bookings or any(it.status not in WAITED_FOR for it in bookings):
        raise ChangedMeanwhile
    _ask_for_nobody_gone(bookings)
    _keep(business, bookings, by=by, now=now)
    tell_offered(business, bookings, now=now)


def take_offered(business: Business, booking: Booking, *, start: datetime, by: Actor, now: datetime) -> None:
    """Move a visit to one of the times that are offered, for its customer: whatever they may do online otherwise.

    It counts for none of their moves, and money goes by the new time. Raises OfferGone where it is no offer or cannot
    be had any more, and ChangedMeanwhile.
    """
    lock_schedule(business.id)
    bookings = live_of_visit(booking)
    if not bookings:
        raise ChangedMeanwhile
    if start == utc(begin_of(bookings)):
        return
    if start not in offered_of(bookings):
        raise OfferGone
    try:
        if is_of_class(bookings):
            to_another_date(business, bookings[0], epoch_minute(start), by=by, now=now)
        else:
            move_visit(business, bookings, start=epoch_minute(start), anyone=True, by=by, now=now, tell=True)
    except (SlotTaken, NotOffered) as refusal:
        raise OfferGone from refusal
    for it in bookings:
        it.offered = it.refund_from = None
    db.session.flush()


def offer_afresh(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Put other times in the place of those that are gone; none where there are none. Nobody is written to."""
    lock_schedule(business.id)
    bookings = live_of_visit(booking)
    if offered_of(bookings):
        try:
            _keep(business, bookings, by=by, now=now)
        except NothingToOffer:
            first_of(bookings).offered = None
        db.session.flush()


def offered_of(bookings: Sequence[Booking]) -> list[datetime]:
    """The times (UTC) that are offered for a visit, by time."""
    return sorted(at for it in bookings if it.live and it.offered for at in it.offered)


def _keep(business: Business, bookings: Sequence[Booking], *, by: Actor, now: datetime) -> None:
    times = _other_times(business, bookings, now)
    if not times:
        raise NothingToOffer
    first = first_of(bookings)
    first.offered = [utc(it) for it in times]
    db.session.flush()
    changes = {"offered": [None, [it.isoformat() for it in first.offered]]}
    record(
        "booking.times_offered", "booking", first.id, by=by, at=now, business_id=business.id, changes=changes
    )


def _other_times(business: Business, bookings: Sequence[Booking], now: datetime) -> list[int]:
    """The nearest start on each of the nearest days with room, and more of those days where there are too few."""
    begin = begin_of(bookings)
    moving = None if is_of_class(bookings) else Moving.of(bookings, anyone=True)
    parts = moving.parts if moving else [Part(bookings[0].appointment.service_id)]
    demand = Demand(parts, bool(moving and moving.together), bookings[0].places, moving=moving, besides=begin)
    day = local_date(utc(begin), business.zone)
    first = max(local_date(now, business.zone), day - BEFORE)
    slots = FreeTimes(business, demand, first, day + AFTER, now).slots()
    soonest = epoch_minute(now + AT_LEAST)
    found = {on: [it for it in those if it.start >= soonest] for on, those in slots.items()}
    # On another day the same time of the day suits best.
    by_day = [
        sorted((it.start for it in those), key=lambda it: abs((it - begin + DAY // 2) % DAY - DAY // 2))
        for those in found.values()
    ]
    nearest = sorted((it[0] for it in by_day if it), key=lambda it: abs(it - begin))[:MOST]
    others = sorted((it for of_day in by_day for it in of_day[1:]), key=lambda it: abs(it - begin))
    return sorted((nearest + others)[:MOST])


def _ask_for_nobody_gone(bookings: Sequence[Booking]) -> None:
    gone = update(Allocation).where(
        Allocation.business_id == bookings[0].business_id,
        Allocation.appointment_id.in_([it.appointment_id for it in bookings]),
        Allocation.asked,
        Resource.business_id == Allocation.business_id,
        Resource.id == Allocation.resource_id,
        ~Resource.active,
    )
    db.session.execute(gone.values(asked=False).execution_options(synchronize_session=False))
