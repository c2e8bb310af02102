"""All that speaks against a visit a member wants to book, and what exactly is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.appointments.booking import with_customer
from app.appointments.objecting import InTheWay, Objection, objections
from app.appointments.placing import TAKEN_ANYHOW, Wish, decide, look
from app.appointments.relaying import Place
from app.businesses.models import Business
from app.customers.models import Customer
from app.schedule.facts import Facts, Member
from app.schedule.judging import choose, refusals
from app.schedule.loading import Part
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import utc

_OF_ONE_PERSON = {Refusal.BUSY, Refusal.STAFF_OFF}
_OF_THE_FIRST = {Refusal.OFF_GRID, Refusal.TOO_SOON, Refusal.TOO_FAR}


@dataclass(frozen=True, slots=True)
class Weighed:
    """One thing that speaks against one service of a visit, counted from 0, from `start` to `end` (epoch minutes).

    `person` is who was asked for, or the only one who does it, and `behind` what exactly is in the way of theirs. In
    `is_altogether` each service could be had alone, only not all in a row.
    """

    refusal: Refusal
    part: int
    start: int
    end: int
    person: Member | None = None
    behind: Objection | None = None
    is_altogether: bool = False

    @property
    def beside(self) -> InTheWay | None:
        """What somebody only has to prepare for or to tidy up after then, where nothing else is in the way."""
        others = self.behind.others if self.behind else ()
        meets = any(it.starts_at < utc(self.end) and it.ends_at > utc(self.start) for it in others)
        return others[0] if others and not meets else None


def weigh(business: Business, wish: Wish, now: datetime, customer: Customer | None = None) -> list[Weighed]:
    """All that speaks against a wish, in the order of its services and of Refusal, the limits of a customer too."""
    parts = look(business, wish, now)
    parts = with_customer(business, parts, customer, now) if customer else parts
    found = [
        it for at, one in enumerate(_one_by_one(parts, wish, now)) for it in _against(at, *one, wish, now)
    ]
    if not found and len(parts) > 1 and decide(parts, wish, now) is None:
        found = [Weighed(Refusal.BUSY, 0, wish.start, wish.start, is_altogether=True)]
    return [_behind(business, it) for it in found]


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
) -> list[Weighed]:
    against = refusals(facts, start, now, only=part.only, places=wish.places)
    asked = facts.narrowed(part.only).service.performers
    person = asked[0] if len(asked) == 1 else None
    return [Weighed(it, at, start, end, person) for it in against if not at or it not in _OF_THE_FIRST]


def _behind(business: Business, it: Weighed) -> Weighed:
    """The same, with what is behind it where one person is meant, or the business is closed."""
    if it.refusal is not Refusal.CLOSED and not (it.person and it.refusal in _OF_ONE_PERSON):
        return it
    place = Place(it.start, it.end, it.person.resource if it.person else 0)
    return replace(it, behind=objections(business, place, [it.refusal])[0])
