"""Taking an appointment up and laying it down elsewhere: what moving and swapping have in common."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.appointments.awaiting import end_by_start
from app.appointments.changing import ChangedMeanwhile
from app.appointments.expiring import let_go
from app.appointments.locking import live_bookings, read_again
from app.appointments.models import Appointment, Booking
from app.appointments.parts import Part, lay_beside, other_parts, part_of
from app.appointments.refusals import AlreadyOver, ImpossibleLength, StillBeingBooked, refuse
from app.appointments.shapes import Shape, in_the_same_rooms, kept, shape_of
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.allocating import allocate, release
from app.schedule.facts import Facts
from app.schedule.judging import choose, refusals
from app.schedule.loading import load_facts, with_taken_time
from app.schedule.taken import Ignored
from app.schedule.verdict import Choice, Refusal
from app.schedule.wall_clock import DAY, local_date, utc

_ABOUT_THE_START = {Refusal.TOO_SOON, Refusal.TOO_FAR, Refusal.OFF_GRID}
_SQUEEZED = {Refusal.BUSY, Refusal.NO_ROOM}


@dataclass(frozen=True, slots=True)
class Place:
    """From when to when (epoch minutes), and who performs it."""

    start: int
    end: int
    person: int


@dataclass(frozen=True, slots=True)
class Piece:
    """An appointment to be moved, with everybody who is in it, as they are under the lock."""

    appointment: Appointment
    bookings: Sequence[Booking]
    shape: Shape
    place: Place


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who moves it and why, what they decided `despite`, and which appointments are `moving` still, in nobody's way.

    `noted` is written down with it: whether the customer shall be told, and with what it changes places.
    """

    by: Actor
    now: datetime
    reason: str | None
    despite: Collection[Refusal]
    moving: Collection[int]
    noted: Mapping[str, object]


def take_up(business: Business, appointment: Appointment) -> Piece:
    """Read an appointment that is to be moved. Under the schedule lock.

    Raises ChangedMeanwhile when it holds no time any more, AlreadyOver when somebody in it came or did not come,
    StillBeingBooked when it is only held.
    """
    read_again(business, appointment)
    bookings = live_bookings(appointment)
    statuses = {booking.status for booking in bookings}
    if not appointment.live:
        raise ChangedMeanwhile
    if statuses & {"completed", "no_show"}:
        raise AlreadyOver
    if statuses == {"held"} and not appointment.is_class:
        raise StillBeingBooked
    shape = shape_of(appointment, bookings)
    if shape.performer is None:
        raise refuse(Refusal.STAFF_OFF)
    return Piece(
        appointment, bookings, shape, Place(shape.start, shape.start + shape.minutes, shape.performer)
    )


def without_holds(
    business: Business, moves: Sequence[tuple[Piece, Place]], now: datetime
) -> Sequence[tuple[Piece, Place]]:
    """Let go of what somebody holds in pieces whose start changes; the moves as they are then.

    Whoever is still typing has to see the new time first. Inside the begin_nested() of the moves, with the errors of
    `take_up`.
    """
    held = {
        booking.hold_id
        for piece, to in moves
        for booking in piece.bookings
        if booking.status == "held" and booking.hold_id and to.start != piece.place.start
    }
    if not held:
        return moves
    let_go(business.id, sorted(held), now)
    return [(take_up(business, piece.appointment), to) for piece, to in moves]


def lay_down(business: Business, piece: Piece, to: Place, given: Circumstances) -> None:
    """Take the new time, inside a begin_nested() in which the old one was released, and write it down.

    Raises what speaks against it and was not decided against; then that savepoint is rolled back.
    """
    beside = other_parts(piece.appointment, piece.bookings, given.moving)
    for appointment_id in beside:
        release(business.id, appointment_id)
    facts = _facts(business, piece, to, given)
    exempt = _exempt(piece, to)
    choice = _choose(facts, piece.shape, to, {*given.despite, *exempt}, given.now)
    part = Part(facts.service, choice.resources, to.start, to.end)
    others = [part_of(shape) for shape in beside.values()]
    overridden = set(choice.despite) - exempt
    if part.overlaps(others):
        overridden.add(Refusal.BUSY)
    squeeze = not _SQUEEZED.isdisjoint(overridden)
    if Refusal.BUSY in overridden - set(given.despite) or not allocate(
        business.id, piece.appointment.id, part.beside(others), _asked(piece, to, given.by), squeeze=squeeze
    ):
        raise refuse(Refusal.BUSY, [Refusal.BUSY])
    lay_beside(business.id, beside, part)
    write_move(piece, to, part, [it for it in Refusal if it in overridden], given)


def _exempt(piece: Piece, to: Place) -> set[Refusal]:
    """A start that stays is asked nothing new, and a class happens when it is said to."""
    of_class = {Refusal.OFF_GRID} if piece.appointment.is_class else set()
    return of_class | (_ABOUT_THE_START if to.start == piece.place.start else set())


def _facts(business: Business, piece: Piece, to: Place, given: Circumstances) -> Facts:
    """What is known about the new time, with the rules by which this appointment was made."""
    shape, minutes = piece.shape, to.end - to.start
    around = minutes + shape.before + shape.after
    day = local_date(utc(to.start), business.zone)
    ignored = Ignored(given.moving)
    facts = load_facts(
        business,
        piece.appointment.service_id,
        day - timedelta(1 + shape.before // DAY),
        day + timedelta(1 + around // DAY),
        given.now,
        ignored=ignored,
    )
    if minutes > shape.minutes and around > facts.longest_taken:
        raise ImpossibleLength
    rules = kept(facts.service, shape, to.person, minutes)
    kept_facts = replace(facts, service=rules)
    # Taken time was read for a service: not for a class, and not for who is in its needs no longer.
    if facts.service.is_class or rules.resources - facts.service.resources:
        [kept_facts] = with_taken_time(business, [kept_facts], given.now, ignored=ignored)
    return kept_facts


def _choose(facts: Facts, shape: Shape, to: Place, despite: Collection[Refusal], now: datetime) -> Choice:
    """The same rooms where that is no worse, else others; or the first refusal nobody decided against."""
    if not facts.service.performers:
        raise refuse(Refusal.STAFF_OFF)
    ways = [replace(facts, service=in_the_same_rooms(facts.service, shape)), facts]
    choices = [choose(it, to.start, now, end=to.end, despite=despite) for it in ways]
    found = [choice for choice in choices if choice is not None]
    if not found:
        against = refusals(facts, to.start, now, end=to.end)
        left = [it for it in against if it not in despite]
        raise refuse(next(iter(left), against[0]), left)
    return min(found, key=lambda choice: len(choice.despite))


def _asked(piece: Piece, to: Place, by: Actor) -> set[int]:
    """Those of the new resources the customer asked for, now or before."""
    chosen_now = by.kind in ("visitor", "customer") and to.person != piece.place.person
    return {*piece.shape.asked, *([to.person] if chosen_now else [])}


def write_move(
    piece: Piece, to: Place, part: Part, overridden: Sequence[Refusal], given: Circumstances
) -> None:
    """Give an appointment and everybody in it the time that was laid for it, and write that down."""
    appointment, was = piece.appointment, piece.shape
    new: dict[str, Any] = {
        "starts_at": utc(to.start),
        "ends_at": utc(to.end),
        "resources": list(part.resources),
        "overridden": list(overridden) or None,
    }
    old = {
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "resources": [was.resources[need] for need in sorted(was.resources)],
        "overridden": None,
    }
    appointment.starts_at, appointment.ends_at = new["starts_at"], new["ends_at"]
    performer = part.rules.needs[0].member(to.person)
    for booking in piece.bookings:
        booking.minutes = to.end - to.start
        booking.local_start = appointment.starts_at.astimezone(ZoneInfo(booking.zone)).replace(tzinfo=None)
        booking.schedule_seq += 1
        booking.offered = None
        end_by_start(booking, appointment.starts_at)
        if to.start != piece.place.start:
            booking.coming_at = None
            if given.by.kind not in ("visitor", "customer"):
                booking.refund_from = None
        if performer and to.person != piece.place.person:
            booking.performer_name = performer.name
    record(
        "appointment.moved",
        "appointment",
        appointment.id,
        by=given.by,
        at=given.now,
        business_id=appointment.business_id,
        changes={field: [old[field], new[field]] for field in new if old[field] != new[field]}
        | {field: [None, value] for field, value in given.noted.items() if value is not None},
        reason=given.reason,
    )
    db.session.flush()
