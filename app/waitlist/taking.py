"""Taking what is offered: booked as any other, or what was booked is moved to it."""

from datetime import datetime

from app.appointments.confirming import confirm
from app.appointments.contacting import Answers
from app.appointments.exchanging import exchange
from app.appointments.finding import bookings_of_visit
from app.appointments.limiting import HoldLimits
from app.appointments.models import Booking
from app.businesses.models import Business
from app.businesses.suspending import refuse_suspended
from app.core.actor import Actor
from app.core.db import db
from app.customers.blocking import refuse_blocked
from app.customers.meeting import Contact
from app.waitlist.ending import OfferOver, close, end, lock_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer


def take(
    business: Business,
    offer: WaitlistOffer,
    *,
    by: Actor,
    now: datetime,
    host: str,
    limits: HoldLimits,
    answers: Answers | None = None,
) -> Booking:
    """Book what is offered, or move what they have booked to it; the booking. Taking it twice changes nothing.

    An offer whose deadline is over counts as long as nobody else needed the place. Raises Suspended, OfferOver, and
    what `confirm` and `exchange` raise; then the caller rolls back. `answers` and `host` as there.
    """
    entry = lock_offer(business, offer)
    if offer.status == "taken":
        return booking_of(entry, offer)
    held = [it for it in bookings_of_visit(business.id, offer.visit) if it.status == "held"]
    refuse_suspended(business)
    if offer.status != "open" or not held:
        raise OfferOver
    refuse_blocked(business.id, by=by, contact=contact_of(entry), customer_id=entry.customer_id)
    close(offer, "taken", by=by, now=now)
    if entry.booking_id is None:
        contact = contact_of(entry)
        confirm(business, held[0], contact, by=by, now=now, host=host, limits=limits, answers=answers)
        end(entry, "booked", by=by, now=now)
        return held[0]
    booking = db.session.get_one(Booking, (business.id, entry.booking_id), populate_existing=True)
    end(entry, "booked", by=by, now=now)
    exchange(business, booking, held[0], by=by, now=now)
    return booking


def booking_of(entry: WaitlistEntry, offer: WaitlistOffer) -> Booking:
    """What became of an offer that was taken."""
    if entry.booking_id is not None:
        return db.session.get_one(Booking, (entry.business_id, entry.booking_id))
    return bookings_of_visit(entry.business_id, offer.visit)[0]


def contact_of(entry: WaitlistEntry) -> Contact:
    """Who waits, as they are when they are booked."""
    return Contact(
        name=entry.contact_name,
        email=entry.contact_email,
        phone=entry.contact_phone,
        note=entry.note,
        language=entry.language,
        zone=entry.customer_zone,
    )
