"""What is decided about the bookings a change touches, done in the transaction of the change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from app.appointments.cancelling import cancel_together
from app.appointments.impact.items import bookings_of
from app.appointments.models import Appointment, Booking
from app.appointments.moving import move
from app.appointments.offering_times import offer_times
from app.appointments.overriding import FOR_CUSTOMERS
from app.appointments.refusals import refuse
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.schedule.verdict import Refusal

_MINUTES = 10**9  # Of the epoch: no calendar reaches as far as the year 3871.
What = Literal["keep", "move", "give", "offer", "cancel"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one appointment: `start` and `end` (epoch minutes) of a move, and to whom it or a gift goes."""

    what: What = "keep"
    start: int | None = None
    end: int | None = None
    person: int | None = None

    @classmethod
    def read(cls, sent: str) -> Self | None:
        """What `written` wrote; None for anything else."""
        what, *numbers = sent.split(":")
        if not all(it.isascii() and it.isdigit() and len(it) < 16 for it in numbers):
            return None
        match what, [int(it) for it in numbers]:
            case ("keep" | "offer" | "cancel") as alone, []:
                return cls(alone)
            case "give", [person]:
                return cls("give", person=person)
            case "move", [start, end, person] if max(start, end) < _MINUTES:
                return cls("move", start, end, person)
        return None

    @property
    def written(self) -> str:
        """It as a value of a form."""
        numbers = (it for it in (self.start, self.end, self.person) if it is not None)
        return ":".join([self.what, *map(str, numbers)])


KEEP = Decision()
# What is given back is free before anything is moved there, and offered is what is free after that.
_ORDER = ("give", "move", "offer")


class Undecided(Exception):
    """What was decided about an appointment cannot be; the caller rolls everything back."""

    def __init__(self, appointment_id: int, refusal: DomainError) -> None:
        super().__init__(appointment_id, refusal)
        self.appointment_id, self.refusal = appointment_id, refusal


def carry_out(
    business: Business,
    decided: Mapping[int, Decision],
    *,
    tell: bool,
    people: Collection[int] | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Do what was decided about each appointment, all or nothing, by the acts members have for it anyway.

    With `people` only to these it is moved or given. `tell` says whether the customers of what is moved, given or
    cancelled hear of it; whoever is offered other times does in any case. Raises Undecided.
    """
    to_do = {it: what for it, what in decided.items() if what.what != "keep"}
    bookings = bookings_of(business.id, to_do)
    gone = [it for it, what in to_do.items() if what.what == "cancel"]
    if gone:
        _cancel(business, bookings, gone, tell=tell, by=by, now=now)
    left = to_do.keys() - gone
    for number in sorted(left, key=lambda it: (_ORDER.index(to_do[it].what), it)):
        try:
            _do(business, bookings.get(number, []), to_do[number], tell=tell, people=people, by=by, now=now)
        except DomainError as refusal:
            raise Undecided(number, refusal) from refusal


def _cancel(
    business: Business,
    bookings: Mapping[int, Sequence[Booking]],
    numbers: Sequence[int],
    *,
    tell: bool,
    by: Actor,
    now: datetime,
) -> None:
    """All of these at once: a few statements, and a few for each visit. Raises Undecided."""
    those = [it for number in numbers for it in bookings.get(number, ())]
    try:
        cancel_together(business, those, by=by, now=now, tell=tell)
    except DomainError as refusal:
        raise Undecided(min(numbers), refusal) from refusal


def _do(
    business: Business,
    bookings: Sequence[Booking],
    decision: Decision,
    *,
    tell: bool,
    people: Collection[int] | None,
    by: Actor,
    now: datetime,
) -> None:
    if not bookings:
        return
    if decision.what == "offer":
        for booking in {it.visit: it for it in bookings}.values():
            offer_times(business, booking, by=by, now=now)
        return
    if decision.person is not None and people is not None and decision.person not in people:
        raise refuse(Refusal.STAFF_OFF)
    key = (business.id, bookings[0].appointment_id)
    move(
        business,
        db.session.get_one(Appointment, key),
        start=decision.start,
        end=decision.end,
        person_id=decision.person,
        despite=FOR_CUSTOMERS,
        by=by,
        now=now,
        tell=tell,
    )
