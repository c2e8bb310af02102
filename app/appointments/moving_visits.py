"""Moving a visit as a whole: all its parts, one right after the other as they were booked, or none of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from app.appointments.expiring import expire_dead_holds
from app.appointments.freeing import tell_freed
from app.appointments.models import Booking
from app.appointments.parts import Part as Laid
from app.appointments.placing import Wish, decide, judge, stretches_of
from app.appointments.refusals import SlotTaken
from app.appointments.relaying import Circumstances, Piece, Place, take_up, write_move
from app.appointments.settling import settle
from app.appointments.shapes import Shape, in_the_same_rooms, kept, shape_of
from app.appointments.subjects import places_of
from app.appointments.telling import tell_moved
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.allocating import allocate, heal, release, taken_by_each
from app.schedule.facts import Facts
from app.schedule.loading import Part, load_parts, with_taken_time
from app.schedule.stretches import Stretch
from app.schedule.taken import Ignored
from app.schedule.verdict import Choice
from app.schedule.wall_clock import epoch_minute, local_date, utc


@dataclass(frozen=True, slots=True)
class Moving:
    """The live bookings of a visit that is to be moved, in their order, and how each lies on the time it takes.

    It stays with whoever has it; with `anyone` a part nobody was asked for may be done by somebody else. A class is
    no such visit.
    """

    bookings: Sequence[Booking]
    shapes: Sequence[Shape]
    anyone: bool = False

    @classmethod
    def of(cls, bookings: Sequence[Booking], *, anyone: bool = False) -> Self:
        """As it is in the database. One statement."""
        taken = taken_by_each(bookings[0].business_id, [it.appointment_id for it in bookings])
        shapes = [shape_of(it.appointment, [it], taken[it.appointment_id]) for it in bookings]
        return cls(bookings, shapes, anyone)

    @property
    def appointments(self) -> list[int]:
        return [it.appointment_id for it in self.bookings]

    @property
    def start(self) -> int:
        """Where it begins now (epoch minutes)."""
        return epoch_minute(self.bookings[0].appointment.starts_at)

    @property
    def people(self) -> list[int | None]:
        """Who does each part then; None: whoever is free."""
        return [None if self.anyone and it.performer not in it.asked else it.performer for it in self.shapes]

    @property
    def parts(self) -> list[Part]:
        """The same as the engine is asked for it."""
        return [
            Part(it.appointment.service_id, () if person is None else (person,), it.guest)
            for it, person in zip(self.bookings, self.people, strict=True)
        ]

    @property
    def together(self) -> bool:
        """Whether two guests come at the same time."""
        begins = self.bookings[0].appointment.starts_at
        return any(it.guest > 1 and it.appointment.starts_at == begins for it in self.bookings[1:])

    def wish(self, start: int) -> Wish:
        """The same visit from another start (epoch minutes)."""
        first, *others = self.parts
        person = next(iter(first.only), None)
        return Wish(first.service_id, start, person, then=tuple(others), together=self.together)

    def facts(
        self, business: Business, first: date, last: date, now: datetime, *, counts: bool = False
    ) -> list[Facts]:
        """What is known of these business days, with the length, buffers and stretches the visit was made with.

        Its own time is in nobody's way.
        """
        own = Ignored(self.appointments)
        known = load_parts(business, self.parts, first, last, now, ignored=own, counts=counts)
        as_made = [
            replace(facts, service=kept(facts.service, shape, person, shape.minutes))
            for facts, shape, person in zip(known, self.shapes, self.people, strict=True)
        ]
        return with_taken_time(business, as_made, now, ignored=own, counts=counts)


def move_visit(
    business: Business,
    bookings: Sequence[Booking],
    *,
    start: int,
    anyone: bool = False,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Let the live bookings of a visit, in their order and none of them in a class, begin at another start.

    `start` is epoch minutes; `anyone` as in `Moving`. Its own old time is never in the way. Where it is already, it
    stays, and nothing is written. Raises ChangedMeanwhile, AlreadyOver, StillBeingBooked, SlotTaken or NotOffered;
    then it is where it was.
    """
    lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    pieces = [take_up(business, it.appointment) for it in bookings]
    moving = Moving(bookings, [it.shape for it in pieces], anyone)
    if start == moving.start:
        return
    facts, choices = _choose(business, moving, start, now)
    laid = stretches_of(facts, choices, moving.wish(start))
    given = Circumstances(by, now, reason, (), moving.appointments, {"told": tell})
    was, freed = places_of(bookings), [it.appointment.starts_at for it in bookings]
    with db.session.begin_nested():
        for appointment_id in moving.appointments:
            release(business.id, appointment_id)
        for piece, known, choice, stretches in zip(pieces, facts, choices, laid, strict=True):
            _lay(business, piece, known, choice, stretches, given)
    settle(business.id, *moving.appointments)
    heal(business.id, now)
    tell_moved(business, bookings, was, by=by, now=now, tell=tell)
    tell_freed(business, now, freed)


def _choose(
    business: Business, moving: Moving, start: int, now: datetime
) -> tuple[Sequence[Facts], Sequence[Choice]]:
    """Who and what takes each part: in the same rooms where those are free, else in others."""
    day = local_date(utc(start), business.zone)
    facts, wish = moving.facts(business, day, day, now, counts=True), moving.wish(start)
    same = [
        replace(it, service=in_the_same_rooms(it.service, shape))
        for it, shape in zip(facts, moving.shapes, strict=True)
    ]
    for known in (same, facts):
        if choices := decide(known, wish, now):
            return known, choices
    judge(facts, wish, now)
    raise SlotTaken


def _lay(
    business: Business,
    piece: Piece,
    facts: Facts,
    choice: Choice,
    stretches: Sequence[Stretch],
    given: Circumstances,
) -> None:
    asked = piece.shape.asked & set(choice.resources)
    if not allocate(business.id, piece.appointment.id, stretches, asked):
        raise SlotTaken
    to = Place(choice.start, choice.end, choice.resources[0])
    write_move(piece, to, Laid(facts.service, choice.resources, choice.start, choice.end), (), given)
