"""What members do with the line: put it in order, take somebody off, book for them."""

from datetime import datetime

from app.appointments.booking import Decision, book
from app.appointments.models import Booking
from app.appointments.placing import Wish
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.businesses.suspending import refuse_suspended
from app.core.actor import Actor
from app.core.db import db
from app.core.ordering import Direction
from app.core.ordering import move as step
from app.waitlist.ending import NotWaiting, end, leave, lock_entry
from app.waitlist.line import in_line
from app.waitlist.models import WaitlistEntry
from app.waitlist.offering import AlreadyOffered
from app.waitlist.taking import contact_of
from app.waitlist.telling import tell_removed
from app.waitlist.wishes import wanted_by


def move_in_line(
    business: Business, entry: WaitlistEntry, direction: Direction, *, by: Actor, now: datetime
) -> None:
    """Let somebody change places with whoever is before (up) or after them for the same service.

    Whoever waits for other services keeps their place in the line of all.
    """
    lock_schedule(business.id)
    everybody = in_line(business.id)
    for position, it in enumerate(everybody, 1):
        it.position = position
    same = [it for it in everybody if it.service_id == entry.service_id]
    places = [it.position for it in same]
    moved = step(same, entry, direction)
    if moved:
        same.sort(key=lambda it: it.position)
        for it, position in zip(same, places, strict=True):
            it.position = position
        record(
            "waitlist.moved",
            "waitlist_entry",
            entry.id,
            by=by,
            at=now,
            business_id=business.id,
            changes={"position": list(moved)},
        )
    db.session.flush()


def remove(business: Business, entry: WaitlistEntry, *, tell: bool, by: Actor, now: datetime) -> None:
    """Take somebody off the list, and say so if `tell`. Twice changes nothing."""
    lock_entry(business, entry)
    if entry.ended_at is not None:
        return
    leave(business, entry, by=by, now=now)
    if tell:
        tell_removed(business, entry, now=now)


def book_for(
    business: Business, entry: WaitlistEntry, start: int, *, by: Actor, now: datetime, host: str
) -> Booking:
    """Book a time (epoch minute) for somebody who waits, as if they had called. They are told as ever.

    Raises NotWaiting, AlreadyOffered, Suspended, and what `book` raises; then the caller rolls back.
    """
    lock_entry(business, entry)
    if entry.ended_at is not None or entry.booking_id is not None:
        raise NotWaiting
    if entry.status == "offered":
        raise AlreadyOffered
    wanted = wanted_by(entry)
    decision = Decision(contact_of(entry), host, customer_id=entry.customer_id)
    wish = Wish(wanted.service_id, start, wanted.person_id, wanted.places)
    refuse_suspended(business)
    booking, *_parts = book(business, wish, decision, by=by, now=now)
    end(entry, "booked", by=by, now=now)
    return booking
