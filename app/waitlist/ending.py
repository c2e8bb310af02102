"""What ends: an offer that is declined, taken back or gone, and an entry nobody waits by any more."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.appointments.expiring import let_go
from app.appointments.finding import bookings_of_visit
from app.appointments.freeing import tell_freed
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.tries import tries
from app.waitlist.line import open_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.telling import tell_withdrawn


class OfferOver(Conflict):
    """Somebody answered too late, or twice."""

    status = 410
    message = _("This offer is over. You are still on the list, unless you left it.")


DECLINED = "10/hour; 30/day"


class NotWaiting(Conflict):
    """Whoever left the list, or came by way of it, waits for nothing."""

    message = _("They are not on the list any more.")


def decline(business: Business, offer: WaitlistOffer, *, by: Actor, now: datetime) -> None:
    """Say no to an offer: the next in line has it at once, and they wait on. Twice changes nothing.

    Of all that may be free they are offered and told the next; raises TooManyTries before that floods a mailbox.
    """
    if offer.status == "open":
        tries.count(DECLINED, "waitlist-declined", str(business.id), str(offer.entry_id))
    _give_back(business, offer, "declined", by=by, now=now)


def withdraw(business: Business, offer: WaitlistOffer, *, by: Actor, now: datetime) -> None:
    """Take an offer back; whoever had it waits on, and is told if they may have read it. Twice changes nothing."""
    _give_back(business, offer, "withdrawn", by=by, now=now)


def hand_over(business: Business, *, visits: Collection[UUID], by: Actor, now: datetime) -> None:
    """Take back what is offered by these visits, because a member needs the places. Under the schedule lock.

    Whoever was offered one waits on, in their place of the line, and is told if they may have read of it.
    """
    rows = select(WaitlistOffer).where(
        WaitlistOffer.business_id == business.id,
        WaitlistOffer.visit.in_(visits),
        WaitlistOffer.status == "open",
    )
    for offer in db.session.scalars(rows.order_by(WaitlistOffer.id)).all():
        _let_go(business, lock_offer(business, offer), offer, "withdrawn", by=by, now=now)


def leave(business: Business, entry: WaitlistEntry, *, by: Actor, now: datetime) -> None:
    """Wait no longer; what was offered is passed on. Twice changes nothing."""
    lock_entry(business, entry)
    if entry.ended_at is not None:
        return
    offer = open_offer(entry)
    end(entry, "left", by=by, now=now)
    if offer:
        _give_back(business, offer, "withdrawn", by=by, now=now)


def end(entry: WaitlistEntry, status: str, *, by: Actor, now: datetime) -> None:
    """Close an entry: booked, left or expired. Under the schedule lock."""
    was, entry.status, entry.ended_at = entry.status, status, now
    db.session.flush()
    record(
        f"waitlist.{status}",
        "waitlist_entry",
        entry.id,
        by=by,
        at=now,
        business_id=entry.business_id,
        changes={"status": [was, status]},
    )


def close(offer: WaitlistOffer, status: str, *, by: Actor, now: datetime) -> None:
    """An offer is over: taken, declined, lapsed or withdrawn. Under the schedule lock."""
    offer.status, offer.ended_at = status, now
    db.session.flush()
    record_offer(status, offer, {"status": ["open", status]}, by=by, now=now)


def lock_entry(business: Business, entry: WaitlistEntry) -> None:
    """Take the business's lock and read the entry again."""
    lock_schedule(business.id)
    db.session.refresh(entry)


def lock_offer(business: Business, offer: WaitlistOffer) -> WaitlistEntry:
    """Take the business's lock and read the offer again; its entry, as it is now."""
    lock_schedule(business.id)
    db.session.refresh(offer)
    key = business.id, offer.entry_id
    return db.session.get_one(WaitlistEntry, key, populate_existing=True)


def free_hold(business: Business, offer: WaitlistOffer, now: datetime) -> None:
    """Let go of what an offer holds. Under the schedule lock; tell of it afterwards."""
    held = {it.hold_id for it in bookings_of_visit(business.id, offer.visit) if it.hold_id}
    let_go(business.id, sorted(held), now)


def _give_back(business: Business, offer: WaitlistOffer, status: str, *, by: Actor, now: datetime) -> None:
    entry = lock_offer(business, offer)
    if offer.status == "open":
        _let_go(business, entry, offer, status, by=by, now=now)
        tell_freed(business, now, [offer.starts_at])


def _let_go(
    business: Business,
    entry: WaitlistEntry,
    offer: WaitlistOffer,
    status: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """An offer is over and its place free; who waits on is told if somebody else ended it."""
    close(offer, status, by=by, now=now)
    free_hold(business, offer, now)
    if entry.status == "offered":
        entry.status = "waiting"
        if status == "withdrawn":
            tell_withdrawn(business, entry, offer, now=now)


def record_offer(
    what: str, offer: WaitlistOffer, changes: dict[str, Any], *, by: Actor, now: datetime
) -> None:
    """Write down what became of an offer, with the entry it was made to."""
    record(
        f"waitlist_offer.{what}",
        "waitlist_entry",
        offer.entry_id,
        by=by,
        at=now,
        business_id=offer.business_id,
        changes=changes | {"offer": [None, offer.id]},
    )
