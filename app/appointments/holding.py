"""Holding a time while somebody types their name."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.appointments.expiring import expire_dead_holds, let_go
from app.appointments.freeing import tell_freed
from app.appointments.limiting import HoldLimits, address_key, limit_address, open_holds
from app.appointments.models import GIVES_BACK, Appointment, Booking, Hold
from app.appointments.placing import Wish, check_offered, first_refusal, judge, look, look_again, place
from app.appointments.promising import promise
from app.appointments.settling import settle
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.idempotency import Once
from app.schedule.facts import Facts
from app.schedule.taken import NOBODY, Ignored

LONGEST_CHECKOUT = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody without an account: the id of their flow, their network address, and how much they may hold."""

    flow: str
    address: str
    limits: HoldLimits = field(default_factory=HoldLimits)

    @property
    def flow_key(self) -> bytes:
        return hashlib.sha256(self.flow.encode()).digest()

    @property
    def address_key(self) -> bytes:
        return address_key(self.address)


def hold(business: Business, wish: Wish, visitor: Visitor, *, by: Actor, now: datetime) -> Booking:
    """Keep a time for a visitor, for as many minutes as the business says; the booking of the first part.

    The same wish again leads to the same booking; another wish gives the flow's earlier hold back once the
    new time is theirs. Raises SlotTaken, NotOffered or TooManyHolds; then the caller rolls back.
    """
    once = Once(business.id, "hold", visitor.flow, asdict(wish))
    earlier = _answered(business.id, once.earlier_answer(now), now)
    if earlier:
        return earlier
    parts = _look(business, wish, visitor, now)
    judge(parts, wish, now)
    # Read after the version that is in the facts: whatever is edited later is noticed under the lock.
    check_offered(business, wish)
    version = lock_schedule(business.id)
    given_back = _make_room(business.id, visitor, now)
    placed = place(business, look_again(parts, business, wish, now, version), wish, now)
    ticket = _ticket(business, visitor, now)
    bookings = promise(business, placed, wish.places, by=by, now=now, ticket=ticket, zone=wish.zone)
    for booking in bookings:
        record("booking.held", "booking", booking.id, by=by, at=now, business_id=business.id)
    settle(business.id, *(it.appointment.id for it in placed))
    if given_back:
        tell_freed(business, now, given_back)
    once.answered({"booking": bookings[0].id})
    return bookings[0]


def deadline(booking: Booking) -> datetime | None:
    """Until when (UTC) the booking's time is kept; None when it is not."""
    ticket = booking.hold_id and db.session.get(Hold, (booking.business_id, booking.hold_id))
    return ticket.expires_at if ticket else None


def paid_until(bookings: Iterable[Booking]) -> datetime | None:
    """Until when (UTC) what waits for its payment is kept; None where nothing does."""
    found = [deadline(it) for it in bookings if it.status == "pending_payment"]
    return min((it for it in found if it), default=None)


def held_by(business_id: int, visitor: Visitor, now: datetime) -> Ignored:
    """What this flow holds and gives back for a new choice, so that it must not stand in its own way."""
    of_flow = select(Hold.id).filter_by(business_id=business_id, visitor_key=visitor.flow_key)
    alive = of_flow.where(Hold.expires_at > now).order_by(Hold.id)
    holds = _replaced(db.session.scalars(alive).all(), visitor) if visitor.flow else []
    if not holds:
        return NOBODY
    # A date of a class keeps its time whoever leaves it; there only the places are free.
    own = (
        select(Booking.appointment_id)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(Booking.business_id == business_id, Booking.hold_id.in_(holds), Appointment.capacity == 1)
    )
    return Ignored(db.session.scalars(own).all(), holds)


def _look(business: Business, wish: Wish, visitor: Visitor, now: datetime) -> list[Facts]:
    """A first look, without the lock. What one holds oneself matters only where something is in the way."""
    parts = look(business, wish, now, counts=False)
    if first_refusal(parts, wish, now) and (own := held_by(business.id, visitor, now)) != NOBODY:
        return look(business, wish, now, own, counts=False)
    return parts


def _answered(business_id: int, answer: dict[str, Any] | None, now: datetime) -> Booking | None:
    """The booking an earlier, equal request led to, unless its place was given back or its deadline is over."""
    booking = answer and db.session.get(Booking, (business_id, answer["booking"]))
    if not booking or booking.status in GIVES_BACK:
        return None
    until = deadline(booking)
    return None if until is not None and until <= now else booking


def _replaced(own: Sequence[int], visitor: Visitor) -> Sequence[int]:
    """Those of a flow's open holds, oldest first, that one more takes the place of."""
    return own[: max(0, len(own) + 1 - visitor.limits.per_flow)]


def _make_room(business_id: int, visitor: Visitor, now: datetime) -> list[datetime]:
    """Let go of what ran out and of what a new hold of this flow takes the place of, then judge how many there are.

    The starts (UTC) of what the flow gave back of its own. Raises TooManyHolds.
    """
    near = open_holds(business_id, visitor.flow_key, visitor.address_key, now)
    dead = [it.id for it in near if it.ran_out]
    own = [it.id for it in near if it.is_own and not it.ran_out]
    if dead:
        expire_dead_holds(business_id, now)
    replaced = _replaced(own, visitor)
    given_back = let_go(business_id, replaced, now)
    limit_address([it for it in near if it.is_of_address and it.id not in (*dead, *replaced)], visitor.limits)
    return given_back


def _ticket(business: Business, visitor: Visitor, now: datetime) -> Hold:
    """The row with the deadline."""
    ticket = Hold(
        business_id=business.id,
        visitor_key=visitor.flow_key,
        address_key=visitor.address_key,
        created_at=now,
        expires_at=now + timedelta(minutes=business.hold_minutes),
        limit_at=now + LONGEST_CHECKOUT,
    )
    db.session.add(ticket)
    db.session.flush()
    return ticket
