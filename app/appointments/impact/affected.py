"""Which bookings ahead a change touches: what stood well before it and does not after it.

Both are judged by the same function in the same transaction, under the schedule lock. So it makes no difference what
kind of change it is, what lay outside of the hours before is not blamed on it, and nobody can book in between.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, exists, func, select

from app.appointments.ahead import expected, to_begin
from app.appointments.impact.around import Around
from app.appointments.impact.rules import Made, Rules, rules_of
from app.appointments.models import Appointment, Booking
from app.businesses.models import Business
from app.core.db import db
from app.core.intervals import Interval, within
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.models import Allocation, ClassTime, Resource
from app.schedule.open_time import is_called_off, own_time, shop_time, spans
from app.schedule.wall_clock import epoch_minute, local_date
from app.services.models import Service


class Why(StrEnum):
    """What is wrong with a booking after a change, in the order in which it is said."""

    CLOSED = "closed"
    AWAY = "away"
    GONE = "gone"
    OTHERWISE = "otherwise"
    ENDED = "ended"
    FULL = "full"
    CLASH = "clash"


class Trouble(NamedTuple):
    """`resource` is whom it is about: who is away, or gone, or is needed twice."""

    why: Why
    resource: int | None = None


# What nobody can finish booking any more, although they have it on hold.
_UNTENABLE = {Why.CLOSED, Why.AWAY, Why.GONE, Why.ENDED}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an appointment ahead stands by the rules of now. `is_booked`: somebody waits for it, else it is only held."""

    appointment_id: int
    version: int
    is_booked: bool
    starts_at: datetime
    made: Made
    rules: Made | None
    troubles: frozenset[Trouble]


@dataclass(frozen=True, slots=True)
class Affected:
    """The appointments a change touches by time, each with what is wrong with it then.

    `untenable` are those, only held ones too, in which nobody can finish booking any more.
    """

    troubles: Mapping[int, Sequence[Trouble]] = field(default_factory=dict)
    fingerprint: str = ""
    untenable: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.troubles)


def standings(business: Business, around: Around, now: datetime) -> dict[int, Standing]:
    """Every appointment around a change that is still to begin, by id. Five statements, however many there are."""
    found = _ahead(business.id, around, now)
    rows = db.session.execute(found.order_by(Appointment.starts_at, Appointment.id)).all()
    if not rows:
        return {}
    taken = _taken(business.id, found)
    calendar = _calendar_of(business, rows, taken)
    rules = rules_of(business.id, {it.service_id for it in rows})
    there = _There(calendar)
    return {it.id: _standing(it, taken[it.id], rules[it.service_id], there) for it in rows}


def affected(before: Mapping[int, Standing], after: Mapping[int, Standing]) -> Affected:
    """What stood well before and does not now; what the change itself moved or gave back is not among it."""
    found = {
        it.appointment_id: _new_troubles(before[it.appointment_id], it)
        for it in after.values()
        if it.appointment_id in before
    }
    troubles = {number: those for number, those in found.items() if those and after[number].is_booked}
    mark = _mark((it, before[it].version, those) for it, those in troubles.items())
    untenable = {number for number, those in found.items() if _UNTENABLE & {it.why for it in those}}
    return Affected(troubles, mark, frozenset(untenable))


def _new_troubles(before: Standing, after: Standing) -> list[Trouble]:
    found = {*after.troubles} - {*before.troubles}
    if before.rules and after.rules and _is_made_otherwise(before.rules, after.rules, after.made):
        found.add(Trouble(Why.OTHERWISE))
    return sorted(found, key=lambda it: (list(Why).index(it.why), it.resource or 0))


def _is_made_otherwise(was: Made, rules: Made, made: Made) -> bool:
    """Whether the rules changed, and to something else than what the booking was made by."""
    return was != rules and (rules[:3] != made[:3] or was.stretches != rules.stretches)


def _mark(those: Any) -> str:
    return sha256(repr(list(those)).encode()).hexdigest()[:24]


def _ahead(business_id: int, around: Around, now: datetime) -> Select[*tuple[Any, ...]]:
    found = (
        select(
            Appointment.id,
            Appointment.service_id,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.version,
            (Appointment.capacity > 1).label("is_class"),
            (Appointment.places_taken > Appointment.capacity).label("is_crowded"),
            (Service.unit == "night").label("is_stay"),
            _its_class_time_ended().label("is_ended"),
            func.bool_or(expected()).label("is_booked"),
            func.min(Booking.before_min).label("before"),
            func.min(Booking.after_min).label("after"),
        )
        .select_from(Appointment)
        .join(
            Service, (Service.business_id == Appointment.business_id) & (Service.id == Appointment.service_id)
        )
        .join(
            Booking,
            (Booking.business_id == Appointment.business_id)
            & (Booking.appointment_id == Appointment.id)
            & (expected() | (Booking.status == "held")),
        )
        .where(to_begin(business_id, now))
        .group_by(Appointment.business_id, Appointment.id, Service.unit)
    )
    if around.service_id is not None:
        found = found.where(Appointment.service_id == around.service_id)
    if around.within is not None:
        since, until = around.within
        found = found.where(Appointment.ends_at > since, Appointment.starts_at < until)
    if around.resource_id is not None:
        theirs = select(Allocation.appointment_id).where(
            Allocation.business_id == business_id,
            Allocation.resource_id == around.resource_id,
            Allocation.live,
        )
        found = found.where(Appointment.id.in_(theirs))
    return found


def _its_class_time_ended() -> ColumnElement[bool]:
    """Whether it is a date of a class time that holds no more on that day."""
    return exists().where(
        ClassTime.business_id == Appointment.business_id,
        ClassTime.id == Appointment.class_time_id,
        ClassTime.valid_until < Appointment.class_on,
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    need: int
    resource: int
    start: int
    end: int
    is_active: bool
    is_squeezed: bool


def _taken(business_id: int, found: Select[*tuple[Any, ...]]) -> dict[int, list[_Stretch]]:
    rows = (
        select(
            Allocation.appointment_id,
            Allocation.need,
            Allocation.resource_id,
            Allocation.starts_at,
            Allocation.ends_at,
            Resource.active,
            Allocation.overlap_ok,
        )
        .join(
            Resource,
            (Resource.business_id == Allocation.business_id) & (Resource.id == Allocation.resource_id),
        )
        .where(
            Allocation.business_id == business_id,
            Allocation.live,
            Allocation.appointment_id.in_(found.with_only_columns(Appointment.id).order_by(None)),
        )
        .order_by(Allocation.need, Allocation.starts_at)
    )
    taken = defaultdict[int, list[_Stretch]](list)
    for appointment, need, resource, starts_at, ends_at, active, squeezed in db.session.execute(rows):
        taken[appointment].append(
            _Stretch(need, resource, epoch_minute(starts_at), epoch_minute(ends_at), active, squeezed)
        )
    return taken


def _calendar_of(
    business: Business, rows: Collection[Row[Any]], taken: Mapping[int, Sequence[_Stretch]]
) -> Calendar:
    first = local_date(min(it.starts_at for it in rows), business.zone)
    last = local_date(max(it.ends_at for it in rows), business.zone)
    resources = {it.resource for those in taken.values() for it in those}
    return with_hours(Calendar(business.zone, first, last), business.id, resources)


class _There:
    """When the business is open and its people and rooms are there, worked out once for each."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.shop = shop_time(calendar)
        self._own: dict[int | None, list[Interval] | None] = {None: spans(self.shop)}

    def covers(self, resource: int | None, stretch: Interval) -> bool:
        """Whether all of a stretch (epoch minutes) lies in their time; who keeps that of the business is never off."""
        if resource not in self._own:
            assert resource is not None
            self._own[resource] = own_time(self.calendar, resource)
        own = self._own[resource]
        return own is None or within(own, *stretch)

    def calls_off(self, resource: int | None, stretch: Interval) -> bool:
        """Whether something with set times is off for them: a day it begins or goes on with, or some of its hours."""
        return is_called_off(self.calendar, self.shop, resource, stretch)


def _standing(row: Row[Any], taken: Sequence[_Stretch], rules: Rules, there: _There) -> Standing:
    whole = epoch_minute(row.starts_at), epoch_minute(row.ends_at)
    has_set_times = row.is_class or row.is_stay
    troubles: set[Trouble] = set()
    if there.calls_off(None, whole) if has_set_times else not there.covers(None, whole):
        troubles.add(Trouble(Why.CLOSED))
    for it in taken:
        work = max(it.start, whole[0]), min(it.end, whole[1])
        if work[0] < work[1] and (
            there.calls_off(it.resource, work) if has_set_times else not there.covers(it.resource, work)
        ):
            troubles.add(Trouble(Why.AWAY, it.resource))
        if not it.is_active or not (row.is_class or rules.has(it.need, it.resource)):
            troubles.add(Trouble(Why.GONE, it.resource))
        if it.is_squeezed:
            troubles.add(Trouble(Why.CLASH, it.resource))
    if row.is_ended:
        troubles.add(Trouble(Why.ENDED))
    if row.is_crowded:
        troubles.add(Trouble(Why.FULL))
    performer = taken[0].resource if taken else None
    made = Made(whole[1] - whole[0], row.before, row.after)
    by_rules = None if row.is_stay else rules.made(performer)
    return Standing(row.id, row.version, row.is_booked, row.starts_at, made, by_rules, frozenset(troubles))
