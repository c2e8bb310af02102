"""Holding a time while somebody types their name."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.appointments.expiring import expire_dead_holds, let_go
from app.appointments.models import GIVES_BACK, Booking, Hold
from app.appointments.placing import Wish, check_offered, judge, look, look_again, place
from app.appointments.promising import promise
from app.appointments.refusals import TooManyHolds
from app.appointments.settling import settle
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.idempotency import Once
from app.services.models import Service

LONGEST_CHECKOUT = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody without an account: the id of their flow, their network address, and how much one address may hold."""

    flow: str
    address: str
    holds_per_address: int = 30

    @property
    def flow_key(self) -> bytes:
        return hashlib.sha256(self.flow.encode()).digest()

    @property
    def address_key(self) -> bytes:
        return hashlib.sha256(self.address.encode()).digest()


def hold(
    business: Business, service: Service, wish: Wish, visitor: Visitor, *, by: Actor, now: datetime
) -> Booking:
    """Keep a time for a visitor, for as many minutes as the business says.

    The same wish again leads to the same booking; another wish gives the flow's earlier hold back once the
    new time is theirs. Raises SlotTaken, NotOffered or TooManyHolds; then the caller rolls back.
    """
    once = Once(business.id, "hold", visitor.flow, asdict(wish))
    earlier = _answered(business.id, once.earlier_answer(now), now)
    if earlier:
        return earlier
    facts = look(business, wish, now, ignoring=held_by(business.id, visitor))
    judge(facts, wish, now)
    # Read after the version that is in the facts: whatever is edited later is noticed under the lock.
    db.session.refresh(business)
    check_offered(service)
    version = lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    let_go(business.id, _open_holds(business.id, visitor), now)
    _limit(visitor, now)
    placed = place(service, look_again(facts, business, service, wish, now, version), wish, now)
    ticket = _ticket(business, visitor, now)
    booking = promise(business, service, placed, wish, ticket, by, now)
    settle(business.id, placed.appointment.id)
    once.answered({"booking": booking.id})
    record("booking.held", "booking", booking.id, by=by, at=now, business_id=business.id)
    return booking


def deadline(booking: Booking) -> datetime | None:
    """Until when (UTC) the booking's time is kept; None when it is not."""
    ticket = booking.hold_id and db.session.get(Hold, (booking.business_id, booking.hold_id))
    return ticket.expires_at if ticket else None


def _answered(business_id: int, answer: dict[str, Any] | None, now: datetime) -> Booking | None:
    """The booking an earlier, equal request led to, unless its place was given back or its deadline is over."""
    booking = answer and db.session.get(Booking, (business_id, answer["booking"]))
    if not booking or booking.status in GIVES_BACK:
        return None
    until = deadline(booking)
    return None if until is not None and until <= now else booking


def _open_holds(business_id: int, visitor: Visitor) -> list[int]:
    """The holds this flow has open; never more than one."""
    return list(
        db.session.scalars(select(Hold.id).filter_by(business_id=business_id, visitor_key=visitor.flow_key))
    )


def held_by(business_id: int, visitor: Visitor) -> list[int]:
    """The appointments this flow holds, which must not stand in its own way."""
    if not visitor.flow:
        return []
    of_flow = select(Booking.appointment_id).join(
        Hold, (Hold.business_id == Booking.business_id) & (Hold.id == Booking.hold_id)
    )
    return list(
        db.session.scalars(
            of_flow.where(Hold.business_id == business_id, Hold.visitor_key == visitor.flow_key)
        )
    )


def _limit(visitor: Visitor, now: datetime) -> None:
    """Refuse one more hold to an address that has its fill of open ones, at whatever business."""
    open_holds = select(func.count()).select_from(Hold).where(Hold.address_key == visitor.address_key)
    if (db.session.scalar(open_holds.where(Hold.expires_at > now)) or 0) >= visitor.holds_per_address:
        raise TooManyHolds


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
