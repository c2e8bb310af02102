"""All that speaks against a visit a member wants to book, and what exactly is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from app.appointments.booking import with_customer
from app.appointments.models import Appointment
from app.appointments.placing import TAKEN_ANYHOW, Wish, decide, look
from app.businesses.models import Business
from app.core.db import db
from app.customers.models import Customer
from app.schedule.facts import Facts, Member
from app.schedule.judging import choose, refusals
from app.schedule.loading import Part
from app.schedule.models import Allocation
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import utc
from app.services.models import Service

_OF_THE_FIRST = {Refusal.OFF_GRID, Refusal.TOO_SOON, Refusal.TOO_FAR}


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What takes somebody's time. Moments are UTC; `is_held`: a customer is booking it just now.

    `is_beside`: only the time to prepare or tidy up around it is in the way.
    """

    service: str
    starts_at: datetime
    ends_at: datetime
    is_held: bool
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that speaks against one service of a visit, counted from 0, from `start` to `end` (epoch minutes).

    `person` is who was asked for, or the only one who does it. In `is_altogether` each service could be had alone, only
    not all in a row.
    """

    refusal: Refusal
    part: int
    start: int
    end: int
    person: Member | None = None
    in_the_way: InTheWay | None = None
    is_altogether: bool = False


def weigh(business: Business, wish: Wish, now: datetime, customer: Customer | None = None) -> list[Objection]:
    """All that speaks against a wish, in the order of its services and of Refusal, the limits of a customer too."""
    parts = look(business, wish, now)
    parts = with_customer(business, parts, customer, now) if customer else parts
    found = [
        it for at, one in enumerate(_one_by_one(parts, wish, now)) for it in _against(at, *one, wish, now)
    ]
    if not found and len(parts) > 1 and decide(parts, wish, now) is None:
        found = [Objection(Refusal.BUSY, 0, wish.start, wish.start, is_altogether=True)]
    return _with_what_is_in_the_way(business.id, found, now)


def can_be_set_aside(wish: Wish, refusal: Refusal) -> bool:
    """Whether the engine can do it at all: what is taken stays taken where services follow each other.

    A class happens when it does.
    """
    return len(wish.parts) == 1 or refusal not in TAKEN_ANYHOW


def _one_by_one(parts: Sequence[Facts], wish: Wish, now: datetime) -> list[tuple[Facts, Part, int, int]]:
    """Each service with its start and end, as long as whoever would take it needs."""
    start, found = wish.start, []
    for facts, part in zip(parts, wish.parts, strict=True):
        first, last = facts.window
        if not first <= start < last:
            break
        choice = choose(facts, start, now, only=part.only, places=wish.places, despite=set(Refusal))
        end = choice.end if choice else start + (facts.service.minutes or facts.service.step)
        found.append((facts, part, start, end))
        start = end
    return found


def _against(
    at: int, facts: Facts, part: Part, start: int, end: int, wish: Wish, now: datetime
) -> list[Objection]:
    against = refusals(facts, start, now, only=part.only, places=wish.places)
    asked = facts.narrowed(part.only).service.performers
    person = asked[0] if len(asked) == 1 else None
    return [Objection(it, at, start, end, person) for it in against if not at or it not in _OF_THE_FIRST]


def _with_what_is_in_the_way(business_id: int, found: list[Objection], now: datetime) -> list[Objection]:
    """The same, with what takes the time of the one person who was asked for: one statement, where anything does."""
    busy = [it for it in found if it.refusal is Refusal.BUSY and it.person]
    if not busy:
        return found
    rows = (
        select(
            Allocation.resource_id,
            Allocation.starts_at,
            Allocation.ends_at,
            Service.name,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.held_until.is_not(None),
        )
        .join(
            Appointment,
            (Appointment.business_id == Allocation.business_id)
            & (Appointment.id == Allocation.appointment_id),
        )
        .join(
            Service,
            (Service.business_id == Appointment.business_id) & (Service.id == Appointment.service_id),
        )
        .where(
            Allocation.business_id == business_id,
            Allocation.resource_id.in_({it.person.resource for it in busy if it.person}),
            Allocation.live,
            Allocation.ends_at > utc(min(it.start for it in busy)),
            Allocation.starts_at < utc(max(it.end for it in busy)),
            or_(Appointment.held_until.is_(None), Appointment.held_until > now),
        )
        .order_by(Allocation.starts_at)
    )
    taken = db.session.execute(rows).all()

    def blocker(it: Objection) -> InTheWay | None:
        for resource, begins, ends, service, since, until, is_held in taken:
            if it.person and resource == it.person.resource and begins < utc(it.end) and ends > utc(it.start):
                is_beside = until <= utc(it.start) or since >= utc(it.end)
                return InTheWay(service, since, until, is_held, is_beside)
        return None

    return [replace(it, in_the_way=blocker(it)) if it in busy else it for it in found]
