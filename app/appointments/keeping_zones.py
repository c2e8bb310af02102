"""What is ahead of a business whose clock is put to another zone, and what becomes of it by either choice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.appointments.ahead import not_over
from app.appointments.models import Appointment, Booking
from app.appointments.shifting import Ahead, Clocks, Shifts, shifts
from app.business_hours.models import TimeOff
from app.businesses.models import Business
from app.core.db import db
from app.core.errors import DomainError
from app.schedule.wall_clock import epoch_minute, utc
from app.services.models import Service

MOST_EXAMPLES = 5
MOST_ODD = 20


class NothingKept(DomainError):
    """Another zone, and nobody said what stays of what is ahead."""

    message = _("Please choose what stays of what is ahead: its clock time or its moment.")


class Example(NamedTuple):
    """An appointment ahead: whose it is, when it begins (UTC), and when it would if its clock time stayed."""

    service: str
    customers: Sequence[str]
    starts_at: datetime
    would_start_at: datetime
    is_stuck: bool
    is_skipped: bool


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is not over in a business: appointments with the bookings in each, and time off in hours."""

    appointments: Sequence[tuple[Appointment, bool]]
    bookings: Mapping[int, Sequence[Booking]]
    blocks: Sequence[TimeOff]

    @property
    def lying(self) -> list[Ahead]:
        """How the appointments lie on time."""
        return [
            Ahead(
                it.id,
                epoch_minute(it.starts_at),
                epoch_minute(it.ends_at),
                is_stay,
                sorted({booking.visit for booking in self.bookings.get(it.id, ())}),
            )
            for it, is_stay in self.appointments
        ]

    def clocks(self, was: str, zone: str) -> Clocks:
        """Both clocks around all of it."""
        ends = [moment for it, _stay in self.appointments for moment in (it.starts_at, it.ends_at)]
        ends += [moment for it in self.blocks for moment in (it.starts_at, it.ends_at) if moment]
        return Clocks(was, zone, [epoch_minute(it) for it in ends])

    def shifts(self, was: str, zone: str, now: datetime) -> Shifts:
        """By how much each appointment is moved where clock times stay."""
        return shifts(self.clocks(was, zone), self.lying, epoch_minute(now))

    def __bool__(self) -> bool:
        return bool(self.appointments or self.blocks)


@dataclass(frozen=True, slots=True)
class AtStake:
    """How much is ahead, the first of it by time, what is odd about it, and the mark of all that."""

    bookings: int
    held: int
    dates: int
    blocks: int
    examples: Sequence[Example]
    odd: Sequence[Example]
    more_odd: int
    mark: str


def all_ahead(business: Business, now: datetime) -> Everything:
    """What is not over at `now` (UTC), by time. Three statements."""
    rows = (
        select(Appointment, Service.unit == "night")
        .join(
            Service, (Service.business_id == Appointment.business_id) & (Service.id == Appointment.service_id)
        )
        .where(not_over(business.id, now))
        .order_by(Appointment.starts_at, Appointment.id)
        .execution_options(populate_existing=True)
    )
    appointments = [(row[0], bool(row[1])) for row in db.session.execute(rows)]
    booked = (
        select(Booking)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(not_over(business.id, now), Booking.live.is_(True))
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    )
    bookings = defaultdict[int, list[Booking]](list)
    for booking in db.session.scalars(booked):
        bookings[booking.appointment_id].append(booking)
    blocks = select(TimeOff).where(
        TimeOff.business_id == business.id, TimeOff.ends_at > now, TimeOff.source == "member"
    )
    return Everything(appointments, bookings, db.session.scalars(blocks.order_by(TimeOff.id)).all())


def at_stake(business: Business, zone: str, now: datetime) -> AtStake | None:
    """What a change of the zone would touch; None: nothing. Three statements."""
    everything = all_ahead(business, now)
    if not everything:
        return None
    by = everything.shifts(business.zone, zone, now)
    named, names = [], _names(business.id, everything)
    for it, _stay in everything.appointments:
        those = [booking for booking in everything.bookings.get(it.id, ()) if booking.status != "held"]
        shift = by.moved.get(it.id)
        named.append(
            Example(
                names[it.service_id],
                [booking.contact_name or "" for booking in those],
                it.starts_at,
                utc(epoch_minute(it.starts_at) + shift.start) if shift else it.starts_at,
                it.id in by.stuck and bool(those),
                it.id in by.skipped,
            )
        )
    odd = [it for it in named if it.is_stuck or it.is_skipped]
    every = [booking for those in everything.bookings.values() for booking in those]
    return AtStake(
        bookings=sum(it.status != "held" for it in every),
        held=sum(it.status == "held" for it in every),
        dates=sum(it.scheduled for it, _stay in everything.appointments),
        blocks=len(everything.blocks),
        examples=[it for it in named if it.customers][:MOST_EXAMPLES] or named[:MOST_EXAMPLES],
        odd=odd[:MOST_ODD],
        more_odd=max(0, len(odd) - MOST_ODD),
        mark=_mark(everything, zone),
    )


def _names(business_id: int, everything: Everything) -> dict[int, str]:
    """The names of the services; one statement."""
    wanted = {it.service_id for it, _stay in everything.appointments}
    rows = select(Service.id, Service.name).where(Service.business_id == business_id, Service.id.in_(wanted))
    return {row.id: row.name for row in db.session.execute(rows)}


def _mark(everything: Everything, zone: str) -> str:
    """What differs as soon as something is booked, moved or given back; holds come and go with every click."""
    seen = [
        (it.id, it.starts_at, sorted(booking.id for booking in those if booking.status != "held"))
        for it, those in ((it, everything.bookings.get(it.id, ())) for it, _stay in everything.appointments)
        if it.scheduled or any(booking.status != "held" for booking in those)
    ]
    blocks = [(it.id, it.starts_at, it.ends_at) for it in everything.blocks]
    return sha256(repr((zone, seen, blocks)).encode()).hexdigest()[:24]
