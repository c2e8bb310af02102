"""What is kept for somebody who waits lies where a booking that was given back is to be booked again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from app.appointments.freeing import place_wanted_back
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.refusals import SlotTaken
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.models import Allocation


class OfferedToAnother(SlotTaken):
    """Somebody who waits was asked whether they want it, and has not answered yet."""

    message = _(
        "This time cannot be taken back: somebody who has waited for it was asked first, and it is kept for them until"
        " they answer. You can book another time, or be told if this one comes free after all."
    )


def reclaim(
    business: Business, appointment: Appointment, places: int, *, by: Actor, now: datetime
) -> list[datetime]:
    """Take back what is offered to people who wait, where so many places of an appointment are needed again.

    The starts (UTC) of what was offered: when its time is taken again, the rest of it is free. Only members may, from
    others this raises OfferedToAnother. Under the schedule lock, after dead holds were expired; roll back if the time
    cannot be had all the same.
    """
    offered = _offered_on(appointment, places) if appointment.live else _offered_across(appointment)
    if not offered:
        return []
    if by.kind not in ("member", "admin"):
        raise OfferedToAnother
    starts = [it.appointment.starts_at for it in offered]
    place_wanted_back.send(business, visits={it.visit for it in offered}, by=by, now=now)
    db.session.refresh(appointment)
    return starts


def _offered_on(appointment: Appointment, places: int) -> Sequence[Booking]:
    """As many of the places in a class that are only offered as are missing, the latest first; none if too few are."""
    missing = places - (appointment.capacity - appointment.places_taken)
    found: list[Booking] = []
    for it in _offered(appointment.business_id, [appointment.id]) if missing > 0 else ():
        if sum(one.places for one in found) < missing:
            found.append(it)
    return found if sum(it.places for it in found) >= missing else []


def _offered_across(appointment: Appointment) -> Sequence[Booking]:
    """What is offered of the time that an appointment had."""
    other = aliased(Allocation)
    own = select(other.appointment_id).join(
        Allocation,
        (other.business_id == Allocation.business_id)
        & (other.resource_id == Allocation.resource_id)
        & (other.ends_at > Allocation.starts_at)
        & (other.starts_at < Allocation.ends_at),
    )
    of_it = own.where(
        Allocation.business_id == appointment.business_id,
        Allocation.appointment_id == appointment.id,
        other.live,
        other.appointment_id != appointment.id,
    )
    return _offered(appointment.business_id, db.session.scalars(of_it.distinct()).all())


def _offered(business_id: int, appointment_ids: Collection[int]) -> Sequence[Booking]:
    """The places in these appointments that are kept for people who wait, the latest first."""
    held = (
        select(Booking)
        .join(Hold, (Hold.business_id == Booking.business_id) & (Hold.id == Booking.hold_id))
        .where(
            Booking.business_id == business_id,
            Booking.appointment_id.in_(appointment_ids),
            Booking.status == "held",
            Hold.kind == "offer",
        )
    )
    return db.session.scalars(held.options(joinedload(Booking.appointment)).order_by(Booking.id.desc())).all()
