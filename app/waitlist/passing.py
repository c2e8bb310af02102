"""A place that came free is held for the first in line whom it suits, and passed on when they do not take it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from app.appointments.limiting import customer_room
from app.appointments.models import Appointment, Booking
from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.intervals import Interval
from app.schedule.slots import Slot
from app.schedule.wall_clock import epoch_minute, local_date, utc
from app.services.models import Service
from app.waitlist.ending import close, end, free_hold
from app.waitlist.fitting import Fitting, overlaps
from app.waitlist.line import in_line, lapsed_in_a_row, offers_of
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.offering import offer_time
from app.waitlist.telling import tell_withdrawn
from app.waitlist.wishes import wanted_by

# Who let so many offers pass without a word is asked no more: places would stand empty for them again and again.
MOST_LAPSED = 3
AT_ONCE = 20  # So many offers are made under a business's lock together.
_COMES = ("requested", "confirmed")

Offers = Mapping[int, Sequence[WaitlistOffer]]


def pass_on(business: Business, *, now: datetime, around: Collection[datetime] = ()) -> int:
    """Offer free places to those who wait for them, first come first served; how many. Under the schedule lock.

    `around` are the starts (UTC) of what came free; none: look everywhere. Offers whose place is gone are over, and so
    is the waiting of those whose days have passed.
    """
    everybody = in_line(business.id)
    if not everybody:
        return 0
    offers = offers_of(business.id, [it.id for it in everybody])
    for entry in everybody:
        _close_gone(business, entry, offers[entry.id], now)
        if why := why_over(business, entry, now):
            _end_over(business, entry, offers[entry.id], why, now)
    waiting = _those_to_ask(business, everybody)
    free = Fitting(business, map(wanted_by, waiting), now, around)
    made = 0
    asked: set[tuple[int, int]] = set()
    for entry in waiting:
        slot = None if _thing(entry) in asked else first_fit(business, entry, free, offers[entry.id], now)
        if slot and offer_time(business, entry, slot.start, by=SYSTEM, now=now):
            free.forget()
            asked.add(_thing(entry))
            made += 1
            if made == AT_ONCE:
                break
    return made


def offer_what_is_free(business: Business, entry: WaitlistEntry, now: datetime) -> None:
    """Offer an entry the nearest time that suits it and is free already. Under the schedule lock."""
    if not _those_to_ask(business, [entry]):
        return
    free = Fitting(business, [wanted_by(entry)], now)
    slot = first_fit(business, entry, free, offers_of(business.id, [entry.id])[entry.id], now)
    if slot:
        offer_time(business, entry, slot.start, by=SYSTEM, now=now)


def what_is_due(business: Business, now: datetime) -> list[datetime]:
    """Around which moments (UTC) `pass_on` would find something to do; none: there is nothing. Without the lock."""
    everybody = in_line(business.id)
    offers = offers_of(business.id, [it.id for it in everybody])
    is_over = any(_gone_offer(offers[it.id]) or why_over(business, it, now) for it in everybody)
    waiting = _those_to_ask(business, everybody)
    free = Fitting(business, map(wanted_by, waiting), now)
    found = (first_fit(business, it, free, offers[it.id], now) for it in waiting)
    return [*([now] if is_over else []), *(utc(slot.start) for slot in found if slot)]


def first_fit(
    business: Business, entry: WaitlistEntry, free: Fitting, offers: Sequence[WaitlistOffer], now: datetime
) -> Slot | None:
    """The nearest free time that suits an entry and that they were not offered before."""
    if not _may_have_more(business, entry, now):
        return None
    booked, passed = _booked_time(entry), _passed_up(entry, offers)
    return next((it for it in free.fits(wanted_by(entry), booked) if not overlaps(it, passed)), None)


def why_over(business: Business, entry: WaitlistEntry, now: datetime) -> str | None:
    """How the waiting of an entry has ended by itself, if it has.

    What is offered can still be answered, but for an earlier time of what was given back: there is nothing to exchange.
    """
    if entry.customer.erased_at is not None:
        return "left"
    booked = _booked_time(entry)
    if entry.booking_id is not None and booked is None:
        return "expired"
    if entry.status != "waiting":
        return None
    gone = booked is not None and booked <= epoch_minute(now)
    return "expired" if gone or entry.until_on < local_date(now, business.zone) else None


def _those_to_ask(business: Business, everybody: Sequence[WaitlistEntry]) -> list[WaitlistEntry]:
    """Who has no offer of that service yet; nobody where the business takes no bookings right now."""
    asked = {_thing(it) for it in everybody if it.status == "offered"}
    is_open = business.status == "open"
    return [it for it in everybody if is_open and it.status == "waiting" and _thing(it) not in asked]


def _thing(entry: WaitlistEntry) -> tuple[int, int]:
    """Of what somebody is offered one at a time, however often they wait for it."""
    return entry.customer_id, entry.service_id


def _end_over(
    business: Business, entry: WaitlistEntry, offers: Sequence[WaitlistOffer], why: str, now: datetime
) -> None:
    for offer in offers:
        if offer.status == "open":
            close(offer, "withdrawn", by=SYSTEM, now=now)
            free_hold(business, offer, now)
    end(entry, why, by=SYSTEM, now=now)


def _close_gone(
    business: Business, entry: WaitlistEntry, offers: Sequence[WaitlistOffer], now: datetime
) -> None:
    """An offer whose place nobody holds any more is over: it ran out, or a member gave the place away."""
    offer = _gone_offer(offers)
    if offer is None:
        return
    has_lapsed = offer.expires_at <= now
    close(offer, "lapsed" if has_lapsed else "withdrawn", by=SYSTEM, now=now)
    entry.status = "waiting"
    if not has_lapsed:
        tell_withdrawn(business, entry, offer, now=now)
    if lapsed_in_a_row(offers) >= MOST_LAPSED:
        end(entry, "expired", by=SYSTEM, now=now)


def _gone_offer(offers: Sequence[WaitlistOffer]) -> WaitlistOffer | None:
    """The open offer, if its place is held no longer."""
    offer = next((it for it in offers if it.status == "open"), None)
    if offer is None:
        return None
    held = select(Booking.id).filter_by(business_id=offer.business_id, visit=offer.visit, status="held")
    return offer if db.session.scalar(held.limit(1)) is None else None


def _may_have_more(business: Business, entry: WaitlistEntry, now: datetime) -> bool:
    """Whether the business takes one more booking of this customer; who comes earlier has no more than before."""
    if entry.customer.blocked:
        return False
    service = db.session.get_one(Service, (business.id, entry.service_id))
    room = customer_room(business, service, entry.customer_id, now)
    return entry.booking_id is not None or room is None or room > 0


def _booked_time(entry: WaitlistEntry) -> int | None:
    """When that begins which they want earlier (epoch minute); None where it is nothing, or was given back."""
    if entry.booking_id is None:
        return None
    key = entry.business_id, entry.booking_id
    booking = db.session.get_one(Booking, key, populate_existing=True)
    at = db.session.get_one(Appointment, (entry.business_id, booking.appointment_id), populate_existing=True)
    return epoch_minute(at.starts_at) if booking.status in _COMES else None


def _passed_up(entry: WaitlistEntry, offers: Sequence[WaitlistOffer]) -> list[Interval]:
    """The times they let pass: those, and what overlaps them, are not offered again. Of a class the date alone."""
    service = db.session.get_one(Service, (entry.business_id, entry.service_id))
    length = 1 if service.capacity > 1 else service.minutes or 1
    starts = [epoch_minute(it.starts_at) for it in offers if it.status in ("declined", "lapsed")]
    return [(start, start + length) for start in starts]
