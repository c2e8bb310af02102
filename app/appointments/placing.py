"""Taking a time: the one way to judge and lay a visit, for holds, confirmations and members alike."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from app.appointments.models import Appointment
from app.appointments.refusals import ImpossibleLength, NotOffered, SlotTaken, refuse
from app.businesses.models import Business
from app.core.db import db
from app.schedule.allocating import allocate
from app.schedule.facts import Facts, Member
from app.schedule.judging import choose, refusals
from app.schedule.loading import Part, load_parts, with_taken_time
from app.schedule.parties import Party
from app.schedule.stretches import Stretch
from app.schedule.taken import NOBODY, Ignored
from app.schedule.verdict import Choice, Refusal
from app.schedule.visits import Visit, visit_stretches
from app.schedule.wall_clock import local_date, utc
from app.services.models import Service

T = TypeVar("T")
TAKEN_ANYHOW = {Refusal.BUSY, Refusal.NO_ROOM}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: a service from `start` (epoch minutes), with this person or with anybody, and what follows.

    `end` is for services whose length is chosen. The services in `then` come right after each other in the same visit;
    if two come `together`, those of the second guest begin with those of the first. `zone` is the clock the customer
    reads, where it is not the shop's. `anyway` is what a member set aside for this visit alone.
    """

    service_id: int
    start: int
    person_id: int | None = None
    places: int = 1
    end: int | None = None
    then: tuple[Part, ...] = ()
    together: bool = False
    zone: str | None = None
    anyway: tuple[Refusal, ...] = ()

    @property
    def only(self) -> tuple[int, ...]:
        return () if self.person_id is None else (self.person_id,)

    @property
    def parts(self) -> tuple[Part, ...]:
        return (Part(self.service_id, self.only), *self.then)


@dataclass(frozen=True, slots=True)
class Placed:
    """A time that is taken now, and who fills it. `performer` has their own price and length, if any."""

    service: Service
    appointment: Appointment
    choice: Choice
    performer: Member | None
    guest: int = 1


def look(
    business: Business, wish: Wish, now: datetime, ignored: Ignored = NOBODY, *, counts: bool = True
) -> list[Facts]:
    """What is known about each part of a wish on its day; what is `ignored` is in nobody's way.

    Without `counts` it can be judged whether one part can be had, though not who of several people takes it. Raises
    ImpossibleLength.
    """
    day = local_date(utc(wish.start), business.zone)
    counts = counts or len(wish.parts) > 1
    parts = load_parts(business, wish.parts, day, day, now, ignored=ignored, counts=counts)
    if wish.end is not None and not 0 < wish.end - wish.start <= parts[0].service.longest:
        raise ImpossibleLength
    return parts


def look_again(
    parts: Sequence[Facts],
    business: Business,
    wish: Wish,
    now: datetime,
    version: int,
    *,
    online: bool = True,
) -> list[Facts]:
    """The same under the schedule lock: only taken time is read again, unless the rules changed meanwhile.

    Raises NotOffered when they changed so that a service cannot be booked any more.
    """
    if version == parts[0].rules_version:
        return with_taken_time(business, parts, now, counts=True)
    check_offered(business, wish, online=online)
    return look(business, wish, now)


def check_offered(business: Business, wish: Wish, *, online: bool = True) -> None:
    """Read business and services again; NotOffered when one cannot be booked any more, by customers if `online`."""
    asked = {part.service_id for part in wish.parts}
    rows = (
        select(Service, Business)
        .join(Business, Business.id == Service.business_id)
        .where(Service.business_id == business.id, Service.id.in_(asked), Service.active)
        .execution_options(populate_existing=True)
    )
    services = db.session.scalars(rows if not online else rows.where(Service.bookable)).all()
    if len(services) < len(asked):
        raise NotOffered


def judge(parts: Sequence[Facts], wish: Wish, now: datetime, despite: Collection[Refusal] = ()) -> None:
    """Raise what speaks against a wish: SlotTaken when the time is gone, NotOffered when a rule says no."""
    refusal = first_refusal(parts, wish, now, despite)
    if refusal:
        raise refuse(refusal)


def first_refusal(
    parts: Sequence[Facts], wish: Wish, now: datetime, despite: Collection[Refusal] = ()
) -> Refusal | None:
    """The first reason against a wish that is not in `despite`, if it has one.

    Where each part of a visit could be had alone but not all in a row, the time counts as taken.
    """
    refusal = next(iter(against_first(parts, wish, now, despite)), None)
    if len(parts) == 1:
        return refusal
    return None if decide(parts, wish, now, despite) else refusal or Refusal.BUSY


def against_first(
    parts: Sequence[Facts], wish: Wish, now: datetime, despite: Collection[Refusal] = ()
) -> tuple[Refusal, ...]:
    """All that speaks against the first part of a wish and was not set aside."""
    against = refusals(parts[0], wish.start, now, end=wish.end, only=wish.only, places=wish.places)
    return tuple(it for it in against if it not in despite and it not in wish.anyway)


def decide(
    parts: Sequence[Facts], wish: Wish, now: datetime, despite: Collection[Refusal] = ()
) -> tuple[Choice, ...] | None:
    """Who takes each part of a wish, or None. One part alone may be taken `despite` all a member may override."""
    despite = {*despite, *wish.anyway}
    if len(parts) > 1:
        asked = [facts.narrowed(part.only) for facts, part in zip(parts, wish.parts, strict=True)]
        visit = ways_to_have(
            asked, wish.parts, now, together=wish.together, despite=despite, places=wish.places
        )
        return visit.plan(wish.start)
    choice = choose(
        parts[0], wish.start, now, end=wish.end, only=wish.only, places=wish.places, despite=despite
    )
    return (choice,) if choice else None


def ways_to_have(
    facts: Sequence[Facts],
    parts: Sequence[Part],
    now: datetime,
    *,
    together: bool = False,
    despite: Collection[Refusal] = (),
    places: int = 1,
) -> Visit | Party:
    """How several services can be had, one after the other or two guests side by side.

    What is taken stays taken, whatever it is `despite`.
    """
    despite = set(despite) - TAKEN_ANYHOW
    if together:
        first, second = by_guest(parts, facts)
        return Party(first, second, now, despite)
    return Visit(facts, now, despite, places)


def by_guest(parts: Sequence[Part], values: Sequence[T]) -> tuple[list[T], list[T]]:
    """What belongs to the parts of the first guest, and what to those of the second."""
    first = [it for part, it in zip(parts, values, strict=True) if part.guest == 1]
    return first, [it for part, it in zip(parts, values, strict=True) if part.guest != 1]


def place(
    business: Business,
    parts: Sequence[Facts],
    wish: Wish,
    now: datetime,
    despite: Collection[Refusal] = (),
) -> list[Placed]:
    """Take the time of all parts: choose who, then `lay`. Raises as `judge` does what is not in `despite`."""
    choices = decide(parts, wish, now, despite)
    if choices is None:
        judge(parts, wish, now, despite)
        raise SlotTaken
    return lay(business, parts, wish, choices)


def lay(business: Business, parts: Sequence[Facts], wish: Wish, choices: Sequence[Choice]) -> list[Placed]:
    """Insert the appointments and lay their allocations. Under the schedule lock.

    A place in a class joins the date there is. Raises SlotTaken; then the caller rolls back.
    """
    laid = stretches_of(parts, choices, wish)
    return [
        _take(business, facts, choice, stretches, part)
        for facts, choice, stretches, part in zip(parts, choices, laid, wish.parts, strict=True)
    ]


def stretches_of(parts: Sequence[Facts], choices: Sequence[Choice], wish: Wish) -> list[list[Stretch]]:
    """What each part takes; of two who come together each has a visit of their own."""
    if not wish.together:
        return visit_stretches(parts, choices)
    facts, taken = by_guest(wish.parts, parts), by_guest(wish.parts, choices)
    return [it for guest in (0, 1) for it in visit_stretches(facts[guest], taken[guest])]


def _take(business: Business, facts: Facts, choice: Choice, laid: Sequence[Stretch], part: Part) -> Placed:
    """One part: a place in a class, or an appointment of its own. Raises SlotTaken."""
    service = db.session.get_one(Service, (business.id, part.service_id))
    if choice.appointment is not None:
        appointment = _join(business, choice)
    else:
        appointment = _appointment(service, choice)
        squeeze = bool(TAKEN_ANYHOW & set(choice.despite))
        if not allocate(business.id, appointment.id, laid, asked=part.only, squeeze=squeeze):
            raise SlotTaken
    performer = facts.service.needs[0].member(choice.resources[0]) if choice.resources else None
    return Placed(service, appointment, choice, performer, part.guest)


def _join(business: Business, choice: Choice) -> Appointment:
    """The date of a class, where a member may have said that one more comes than there is room for."""
    key = (business.id, choice.appointment)
    appointment = db.session.get_one(Appointment, key, populate_existing=True)
    if Refusal.FULL in choice.despite:
        appointment.overbooked = True
    return appointment


def _appointment(service: Service, choice: Choice) -> Appointment:
    appointment = Appointment(
        business_id=service.business_id,
        service_id=service.id,
        starts_at=utc(choice.start),
        ends_at=utc(choice.end),
        capacity=service.capacity,
        overbooked=Refusal.FULL in choice.despite,
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment
