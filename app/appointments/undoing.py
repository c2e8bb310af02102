"""Taking back that a booking was given back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.appointments.belonging import openable
from app.appointments.changing import ChangedMeanwhile, change_status
from app.appointments.expiring import expire_dead_holds
from app.appointments.freeing import tell_freed
from app.appointments.joining import join
from app.appointments.locking import lock_booking
from app.appointments.models import GIVES_BACK, Appointment, Booking
from app.appointments.paying_back import owe_again, went_back
from app.appointments.reclaiming import reclaim
from app.appointments.refusals import AlreadyOver, refuse
from app.appointments.reviving import revive
from app.appointments.settling import settle
from app.appointments.telling import tell_undone
from app.businesses.models import Business, Membership
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.schedule.allocating import heal
from app.schedule.class_times import is_on_timetable
from app.schedule.models import Allocation
from app.schedule.verdict import Refusal


class OnlyAnotherDate(Conflict):
    """The date of a class is gone, and what begins at its time is with somebody else, or elsewhere."""

    message = _(
        "This date does not take place any more. Another one of this class begins at the same time, but with somebody"
        " else or in another room; if that suits the customer, please book them a place there."
    )


@dataclass(frozen=True, slots=True)
class Undone:
    """What is booked `again`, and what was cancelled with it and is `left` so; both by time.

    `owed` has gone back when it was cancelled, in minor units, and is owed again.
    """

    again: Sequence[Booking]
    left: Sequence[Booking]
    owed: int = 0


def undo(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Confirm a booking again that was cancelled, declined or ran out, if its time can be taken again.

    Until its end, because somebody cancelled by mistake may be sitting in the chair already. Only taken time counts:
    what was closed or put off meanwhile is listed with the other bookings it affects. A place in a class is taken in
    the class as it is now, moved or with a stand-in; a date that died is opened again, and to others too unless its
    class time has ended. Undoing twice changes nothing.
    What is only offered to somebody who waits is no obstacle to a member: the offer is withdrawn. The customer is told
    if nobody told them before that it is confirmed: it had only been requested, or was taken back at once; and if they
    have read that it is not to be. What was paid and has gone back is owed again.

    Raises SlotTaken when the time or the last place is gone, OfferedToAnother (one such) to a customer while it is
    offered, OnlyAnotherDate where a class that died has only one unlike it at its time, AlreadyOver, and
    ChangedMeanwhile for other bookings. Then the caller rolls back.
    """
    _undo_all(business, [booking], by=by, now=now)


def undo_together(
    business: Business, booking: Booking, member: Membership, *, by: Actor, now: datetime
) -> Undone:
    """Undo a cancellation with what was cancelled of the visit in the same go. Errors of `undo`.

    Parts that this member may not open are left as they are.
    """
    lock_booking(business, booking)
    others = _cancelled_with(booking)
    theirs = openable(member, {it.appointment_id for it in others})
    those = [booking, *(it for it in others if it.appointment_id in theirs)]
    gone = went_back(those)
    _undo_all(business, those, by=by, now=now)
    left = [it for it in others if it not in those]
    again, still = (sorted(some, key=lambda it: (it.local_start, it.id)) for some in (those, left))
    return Undone(again, still, gone)


def _undo_all(business: Business, bookings: Iterable[Booking], *, by: Actor, now: datetime) -> None:
    """Only when all have their time again, what is left of offers that stood in their way is passed on."""
    freed: list[datetime] = []
    for it in sorted(bookings, key=lambda it: it.id):
        freed += _undo(business, it, by=by, now=now)
    if freed:
        tell_freed(business, now, freed)


def _undo(business: Business, booking: Booking, *, by: Actor, now: datetime) -> list[datetime]:
    """The starts of what was offered there until now."""
    lock_booking(business, booking)
    if booking.status == "confirmed":
        return []
    if booking.status not in GIVES_BACK or booking.customer_id is None:
        raise ChangedMeanwhile
    expire_dead_holds(business.id, now)
    appointment = _home(booking)
    if appointment.ends_at <= now:
        raise AlreadyOver
    freed = reclaim(business, appointment, booking.places, by=by, now=now)
    taken = appointment.places_taken if appointment.live else 0
    if appointment.capacity - taken < booking.places:
        raise refuse(Refusal.FULL)
    if not appointment.live:
        revive(appointment)
        of_class_time = appointment.class_time_id, appointment.class_on
        appointment.scheduled = is_on_timetable(business.id, *of_class_time)
    change_status(booking, "confirmed", by=by, now=now)
    join(booking, appointment)
    settle(business.id, appointment.id)
    heal(business.id, now)
    owe_again(business, booking, by=by, now=now)
    tell_undone(business, booking, now=now)
    return freed


def _cancelled_with(booking: Booking) -> Sequence[Booking]:
    if booking.status != "cancelled" or booking.cancelled_at is None:
        return []
    same = select(Booking).filter_by(
        business_id=booking.business_id,
        visit=booking.visit,
        status="cancelled",
        cancelled_at=booking.cancelled_at,
    )
    return db.session.scalars(same.where(Booking.id != booking.id)).all()


def _home(booking: Booking) -> Appointment:
    """The appointment it was in; where that died, the date that took its place.

    That is one at the same time that is of the same class time, or with the same people in the same rooms. Raises
    OnlyAnotherDate where there is one that is neither: nobody is to find themselves with another teacher.
    """
    key = (booking.business_id, booking.appointment_id)
    own = db.session.get_one(Appointment, key, populate_existing=True)
    if own.live or not own.is_class:
        return own
    others = select(Appointment).where(
        Appointment.business_id == own.business_id,
        Appointment.service_id == own.service_id,
        Appointment.starts_at == own.starts_at,
        Appointment.live,
    )
    fresh = others.order_by(Appointment.id).execution_options(populate_existing=True)
    dates = db.session.scalars(fresh).all()
    if not dates:
        return own
    taken = _resources(own.business_id, [own.id, *(it.id for it in dates)])
    of_its_time = (it for it in dates if own.class_time_id and it.class_time_id == own.class_time_id)
    alike = (it for it in dates if taken.get(it.id) == taken.get(own.id))
    home = next(of_its_time, None) or next(alike, None)
    if home is None:
        raise OnlyAnotherDate
    return home


def _resources(business_id: int, appointment_ids: Sequence[int]) -> dict[int, set[int]]:
    """By appointment, the people and rooms it takes, or took before it died."""
    found = select(Allocation.appointment_id, Allocation.resource_id).where(
        Allocation.business_id == business_id, Allocation.appointment_id.in_(appointment_ids)
    )
    taken: dict[int, set[int]] = {}
    for appointment, resource in db.session.execute(found):
        taken.setdefault(appointment, set()).add(resource)
    return taken
