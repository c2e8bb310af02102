"""What a page about an entry has to know."""

from datetime import datetime, timedelta
from typing import Any

from app.appointments.allowing import promised
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.businesses.leeway import leeway_of
from app.businesses.models import Business
from app.core.db import db
from app.schedule.models import Resource
from app.services.models import Service
from app.waitlist.line import ahead_of, open_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.wishes import part_of_day


def shown(business: Business, entry: WaitlistEntry, now: datetime) -> dict[str, Any]:
    """The entry with its service, the person asked for, what is offered now, and how many are before it in line."""
    person = entry.person_id and db.session.get_one(Resource, (business.id, entry.person_id))
    return {
        "business": business,
        "entry": entry,
        "service": db.session.get_one(Service, (business.id, entry.service_id)),
        "person": person.name if person else None,
        "part": part_of_day(entry.from_min, entry.until_min),
        "offer": open_offer(entry),
        "ahead": ahead_of(business, entry) if entry.ended_at is None else 0,
        "now": now,
    }


def held_with(offer: WaitlistOffer) -> str | None:
    """Who performs what is held for an offer."""
    held = bookings_of_visit(offer.business_id, offer.visit)
    return held[0].performer_name if held else None


def settles(business: Business, entry: WaitlistEntry, offer: WaitlistOffer, now: datetime) -> bool:
    """Whether whoever takes an offer can no longer change it online by then: it begins too soon for that.

    Of an earlier time what counts is what was promised with the booking.
    """
    if entry.booking_id is None:
        leeway = leeway_of(business)
    else:
        leeway = promised(business, db.session.get_one(Booking, (business.id, entry.booking_id)))
    is_free = leeway.move or leeway.cancel
    return is_free and now > offer.starts_at - timedelta(minutes=leeway.until_min)
