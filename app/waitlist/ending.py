"""What ends: an offer that is declined, taken back or gone, and an entry nobody waits by any more."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.appointments.expiring import let_go
from app.appointments.finding import bookings_of_visit
from app.appointments.freeing import tell_freed
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.waitlist.line import open_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer


class OfferOver(Conflict):
    """Somebody answered too late, or twice."""

    status = 410
    message = _("This offer is over. You are still on the list, unless you left it.")


class NotWaiting(Conflict):
    """Whoever left the list, or came by way of it, waits for nothing."""

    message = _("They are not on the list any more.")


def decline(business: Business, offer: WaitlistOffer, *, by: Actor, now: datetime) -> None:
    """Say no to an offer: the next in line has it at once, and they wait on. Twice changes nothing."""
    _give_back(business, offer, "declined", by=by, now=now)


def withdraw(business: Business, offer: WaitlistOffer, *, by: Actor, now: datetime) -> None:
    """Take an offer back; whoever had it waits on. Twice changes nothing."""
    _give_back(business, offer, "withdrawn", by=by, now=now)


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
    if offer.status != "open":
        return
    close(offer, status, by=by, now=now)
    if entry.status == "offered":
        entry.status = "waiting"
    free_hold(business, offer, now)
    tell_freed(business, now, [offer.starts_at])


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
