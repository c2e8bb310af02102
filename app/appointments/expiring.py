"""Holds nobody finished: their places go back, by whoever comes first, a booker in need or the clock."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, tuple_
from sqlalchemy.orm import joinedload

from app.appointments.changing import change_status
from app.appointments.freeing import tell_freed
from app.appointments.lapsing import let_lapse
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.settling import settle
from app.appointments.telling_money import tell_lapsed
from app.businesses.finding import load_business
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.allocating import heal
from app.schedule.models import Allocation


def expire_dead_holds(business_id: int, now: datetime) -> int:
    """Let go of every hold of the business that ran out by `now` (UTC); how many. Under the schedule lock.

    Whoever waits for such a place has it before anybody else does.
    """
    dead = select(Hold.id).where(Hold.business_id == business_id, Hold.expires_at <= now).order_by(Hold.id)
    ids = db.session.scalars(dead).all()
    freed = let_go(business_id, ids, now)
    if freed:
        tell_freed(load_business(business_id), now, freed)
    return len(ids)


def give_up(business: Business, booking: Booking, now: datetime) -> None:
    """Let go of what is held by the ticket of a booking, for others. Twice changes nothing."""
    lock_schedule(business.id)
    if booking.hold_id is not None:
        tell_freed(business, now, let_go(business.id, [booking.hold_id], now))


def let_go_in(business: Business, appointment_ids: Collection[int], now: datetime) -> None:
    """Let go of what is held in these appointments: a change of the rules left nothing to be booked there.

    Whoever is still typing finds that out, and is not booked at a time nobody works. Under the schedule lock.
    """
    held = select(Booking.hold_id).where(
        Booking.business_id == business.id,
        Booking.appointment_id.in_(appointment_ids),
        Booking.status == "held",
        Booking.hold_id.is_not(None),
    )
    ids = sorted({it for it in db.session.scalars(held) if it is not None})
    freed = let_go(business.id, ids, now)
    if freed:
        tell_freed(business, now, freed)


def let_go(business_id: int, hold_ids: Sequence[int], now: datetime) -> list[datetime]:
    """Expire these holds' bookings and give their time back; the starts (UTC) of what they held.

    Under the schedule lock. Those who wait for it are told by whoever calls this, once done with that time.
    """
    if not hold_ids:
        return []
    of_holds = select(Booking).where(Booking.business_id == business_id, Booking.hold_id.in_(hold_ids))
    bookings = db.session.scalars(
        of_holds.options(joinedload(Booking.appointment))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    ).all()
    starts = [booking.appointment.starts_at for booking in bookings]
    unpaid = [booking for booking in bookings if booking.status == "pending_payment"]
    for booking in bookings:
        change_status(booking, "expired", by=SYSTEM, now=now)
    settle(business_id, *(booking.appointment_id for booking in bookings))
    heal(business_id, now)
    let_lapse(business_id, (booking.visit for booking in unpaid), now)
    if unpaid:
        tell_lapsed(load_business(business_id), unpaid, now=now)
    db.session.execute(delete(Hold).where(Hold.business_id == business_id, Hold.id.in_(hold_ids)))
    return starts


def drop_empty(business_id: int, hold_ids: Collection[int]) -> None:
    """Delete those of these holds nothing is held with any more. Under the schedule lock, after settling."""
    in_it = exists().where(Booking.business_id == Hold.business_id, Booking.hold_id == Hold.id)
    db.session.execute(delete(Hold).where(Hold.business_id == business_id, Hold.id.in_(hold_ids), ~in_it))


def discard_empty(appointments: Collection[tuple[int, int]]) -> None:
    """Delete those of these (business, appointment) that hold no time and have no booking left, with their time."""
    booked = exists().where(
        Booking.business_id == Appointment.business_id, Booking.appointment_id == Appointment.id
    )
    dead = select(Appointment.business_id, Appointment.id).where(
        tuple_(Appointment.business_id, Appointment.id).in_(appointments),
        ~Appointment.live,
        Appointment.class_time_id.is_(None),
        ~booked,
    )
    empty = db.session.execute(dead).all()
    of_empty = tuple_(Allocation.business_id, Allocation.appointment_id).in_(empty)
    db.session.execute(delete(Allocation).where(of_empty))
    db.session.execute(delete(Appointment).where(tuple_(Appointment.business_id, Appointment.id).in_(empty)))
