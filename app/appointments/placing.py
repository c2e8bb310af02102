"""Taking a time: the one way to judge and lay a visit, for holds, confirmations and members alike."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.appointments.models import Appointment
from app.appointments.refusals import NotOffered, SlotTaken, refuse
from app.businesses.models import Business
from app.core.db import db
from app.schedule.allocating import allocate
from app.schedule.facts import Facts, Member
from app.schedule.judging import Choice, choose, why_not
from app.schedule.loading import load_facts, with_taken_time
from app.schedule.stretches import stretches
from app.schedule.wall_clock import local_date, utc
from app.services.models import Service


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: a service from `start` (epoch minutes), with this person or with anybody."""

    service_id: int
    start: int
    person_id: int | None = None
    places: int = 1

    @property
    def only(self) -> tuple[int, ...]:
        return () if self.person_id is None else (self.person_id,)


@dataclass(frozen=True, slots=True)
class Placed:
    """A time that is taken now, and who fills it. `performer` has their own price and length, if any."""

    appointment: Appointment
    choice: Choice
    performer: Member | None


def look(business: Business, wish: Wish, now: datetime, ignoring: Collection[int] = ()) -> Facts:
    """What is known about the day of a wish. `ignoring` are appointments that do not count, such as one's own."""
    day = local_date(utc(wish.start), business.zone)
    return load_facts(
        business, wish.service_id, day, day, now, only=wish.only, ignoring=ignoring, counts=True
    )


def look_again(
    facts: Facts, business: Business, service: Service, wish: Wish, now: datetime, version: int
) -> Facts:
    """The same under the schedule lock: only taken time is read again, unless the rules changed meanwhile.

    Raises NotOffered when they changed so that the service cannot be booked any more.
    """
    if version == facts.rules_version:
        return with_taken_time(business, facts, now, counts=True)
    db.session.refresh(business)
    check_offered(service)
    return look(business, wish, now)


def check_offered(service: Service) -> None:
    """Read the service again and raise NotOffered when it cannot be booked any more."""
    db.session.refresh(service)
    if not (service.active and service.bookable):
        raise NotOffered


def judge(facts: Facts, wish: Wish, now: datetime) -> None:
    """Raise what speaks against a wish: SlotTaken when the time is gone, NotOffered when a rule says no."""
    refusal = why_not(facts, wish.start, now, only=wish.only)
    if refusal:
        raise refuse(refusal)


def place(service: Service, facts: Facts, wish: Wish, now: datetime) -> Placed:
    """Take the time: choose who, insert the appointment, lay its allocations. Under the schedule lock.

    Raises as `judge` does, and leaves nothing behind then.
    """
    choice = choose(facts, wish.start, now, only=wish.only)
    if choice is None:
        judge(facts, wish, now)
        raise SlotTaken
    with db.session.begin_nested():
        appointment = _appointment(service, choice)
        laid = stretches(facts.service, choice.resources, choice.start, choice.end)
        if not allocate(service.business_id, appointment.id, laid, asked=wish.only):
            raise SlotTaken
    performer = facts.service.needs[0].member(choice.resources[0]) if choice.resources else None
    return Placed(appointment, choice, performer)


def _appointment(service: Service, choice: Choice) -> Appointment:
    appointment = Appointment(
        business_id=service.business_id,
        service_id=service.id,
        starts_at=utc(choice.start),
        ends_at=utc(choice.end),
        capacity=service.capacity,
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment
