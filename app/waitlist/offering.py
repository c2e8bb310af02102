"""Holding a time for somebody who waits, and telling them."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.appointments.keeping_places import keep_place
from app.appointments.placing import Wish
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.schedule.wall_clock import utc
from app.waitlist.deadlines import deadline
from app.waitlist.ending import NotWaiting, lock_entry, record_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.telling import tell_offered
from app.waitlist.wishes import wanted_by


class AlreadyOffered(Conflict):
    """One thing at a time."""

    message = _("They have an offer already. Wait for their answer, or take it back first.")


class TimeGone(Conflict):
    """Somebody else was faster than whoever offers a time by hand."""

    message = _("That time is not free any more. Please choose another one.")


def offer_time(
    business: Business,
    entry: WaitlistEntry,
    start: int,
    *,
    by: Actor,
    now: datetime,
) -> WaitlistOffer | None:
    """Hold a time (epoch minute) for an entry and tell them; None when it cannot be had. Under the schedule lock."""
    wanted = wanted_by(entry)
    wish = Wish(wanted.service_id, start, wanted.person_id, wanted.places)
    until = deadline(now, utc(start), business.zone)
    booking = keep_place(business, wish, entry.customer_id, until=until, by=by, now=now)
    if booking is None:
        return None
    offer = WaitlistOffer(
        business_id=business.id,
        entry_id=entry.id,
        visit=booking.visit,
        person_id=wanted.person_id,
        starts_at=utc(start),
        created_at=now,
        expires_at=until,
    )
    entry.status = "offered"
    db.session.add(offer)
    db.session.flush()
    record_offer("offered", offer, {"starts_at": [None, offer.starts_at]}, by=by, now=now)
    tell_offered(business, entry, offer, now=now)
    return offer


def offer_by_hand(
    business: Business, entry: WaitlistEntry, start: int, *, by: Actor, now: datetime
) -> WaitlistOffer:
    """Offer somebody a time now, whoever is before them in line. Raises AlreadyOffered, NotWaiting or TimeGone."""
    lock_entry(business, entry)
    if entry.status == "offered":
        raise AlreadyOffered
    if entry.status != "waiting":
        raise NotWaiting
    offer = offer_time(business, entry, start, by=by, now=now)
    if offer is None:
        raise TimeGone
    return offer
