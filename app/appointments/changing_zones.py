"""Another clock for a business: what is ahead keeps its clock time, or its moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from app.appointments.awaiting import end_by_start
from app.appointments.expiring import expire_dead_holds, let_go
from app.appointments.freeing import tell_freed
from app.appointments.keeping_zones import Everything, NothingKept, all_ahead
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.reminding import follow
from app.appointments.settling import settle
from app.appointments.shifting import Clocks, Shift, laid_anew
from app.appointments.subjects import places_of
from app.appointments.telling import tell_moved
from app.audit.models import record
from app.businesses.changing import Keeping
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.allocating import heal, lay_anew, taken_by_each
from app.schedule.wall_clock import epoch_minute, utc


def keep_what_is_ahead(
    business: Business, *, was: str, keeping: Keeping | None, by: Actor, now: datetime
) -> None:
    """Let everything ahead of `now` (UTC) follow the new clock of its business, all of it at once.

    A receiver of `business_zone_changed`, under the schedule lock. Where clock times stay, each appointment that has
    not begun is moved, with all it takes and time off in hours; what two of them take then is squeezed in, and what
    would have begun already keeps its moment. Where moments stay, only the clock they are shown by changes, but dates
    of classes in which nobody is follow their class times. Visitors who have a time on hold choose again.
    Raises NothingKept.
    """
    expire_dead_holds(business.id, now)
    everything = all_ahead(business, now)
    if not everything:
        return
    if keeping is None:
        raise NothingKept
    if _let_go(business, everything, everyone=keeping.what == "clock", now=now):
        everything = all_ahead(business, now)
    if everything:
        _follow_clock(business, everything, was, keeping, by, now)
    tell_freed(business, now)


def _let_go(business: Business, everything: Everything, *, everyone: bool, now: datetime) -> bool:
    """Let go of what visitors hold, and with `everyone` of what is offered to those who wait; whether there was any."""
    held = {
        booking.hold_id
        for those in everything.bookings.values()
        for booking in those
        if booking.status == "held" and booking.hold_id
    }
    tickets = [db.session.get_one(Hold, (business.id, it)) for it in sorted(held)]
    return bool(let_go(business.id, [it.id for it in tickets if everyone or it.kind == "visitor"], now))


def _follow_clock(
    business: Business, everything: Everything, was: str, keeping: Keeping, by: Actor, now: datetime
) -> None:
    found = everything.shifts(was, business.zone, now).moved
    if keeping.what == "moment":
        found = {it: shift for it, shift in found.items() if it not in everything.bookings}
    places = places_of(it for it in _each(everything) if it.appointment_id in found)
    taken = taken_by_each(business.id, found)
    lies = {it.id: (it.start, it.end) for it in everything.lying}
    lay_anew(business.id, {it: laid_anew(shift, *lies[it], taken[it]) for it, shift in found.items()})
    for appointment, _stay in everything.appointments:
        bookings = everything.bookings.get(appointment.id, ())
        if appointment.id in found:
            _shift(appointment, bookings, found[appointment.id], keeping, by, now)
        for booking in bookings:
            booking.zone = business.zone
            booking.local_start = appointment.starts_at.astimezone(ZoneInfo(business.zone)).replace(
                tzinfo=None
            )
    if keeping.what == "clock":
        _shift_blocks(everything, everything.clocks(was, business.zone))
    # Nobody pays for a place after it begins, and until when it is kept stands beside it.
    settle(business.id, *(it.appointment_id for it in _each(everything) if it.id in places and it.hold_id))
    heal(business.id, now)
    moved = [it for it in _each(everything) if it.id in places]
    stayed = [it for it in _each(everything) if it.id not in places]
    tell_moved(business, moved, places, by=by, now=now, tell=keeping.tell)
    follow(business, stayed, now, by_another_clock=True)


def _each(everything: Everything) -> Iterator[Booking]:
    return chain.from_iterable(everything.bookings.values())


def _shift(
    appointment: Appointment,
    bookings: Iterable[Booking],
    shift: Shift,
    keeping: Keeping,
    by: Actor,
    now: datetime,
) -> None:
    """Give an appointment and everybody in it another moment, and write that down."""
    old = {"starts_at": appointment.starts_at, "ends_at": appointment.ends_at}
    appointment.starts_at = utc(epoch_minute(appointment.starts_at) + shift.start)
    appointment.ends_at = utc(epoch_minute(appointment.ends_at) + shift.end)
    appointment.version += 1
    for booking in bookings:
        booking.minutes += shift.end - shift.start
        booking.schedule_seq += 1
        booking.offered = booking.coming_at = booking.refund_from = None
        end_by_start(booking, appointment.starts_at)
    changes = {name: [at, getattr(appointment, name)] for name, at in old.items()}
    record(
        "appointment.moved",
        "appointment",
        appointment.id,
        by=by,
        at=now,
        business_id=appointment.business_id,
        changes=changes | {"told": [None, keeping.tell]},
    )


def _shift_blocks(everything: Everything, clocks: Clocks) -> None:
    """Time off in hours is at the clock times it was at."""
    for off in everything.blocks:
        assert off.starts_at
        assert off.ends_at
        since = clocks.same_time(epoch_minute(off.starts_at))
        until = clocks.same_time(epoch_minute(off.ends_at))
        off.starts_at, off.ends_at = utc(since), utc(max(until, since + 1))
