"""Turning a hold into a booking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.appointments.awaiting import keep_until_answered
from app.appointments.billing import bill_of
from app.appointments.changing import change_status
from app.appointments.companions import Companion, tell_companions
from app.appointments.contacting import Answers, keep_answers, keep_contact
from app.appointments.discounting import TypedCode, take_off
from app.appointments.expiring import discard_empty, drop_empty, expire_dead_holds, let_go
from app.appointments.finding import bookings_of_visit
from app.appointments.limiting import HoldLimits, limit_contact, limit_customer, limit_taking_again
from app.appointments.models import Appointment, Booking
from app.appointments.paying import ask_for_payment, due_first, new_ticket
from app.appointments.placing import Wish, check_offered, look, place
from app.appointments.promising import cost_of, write_down
from app.appointments.refusals import HoldGone, PriceChanged
from app.appointments.settling import settle
from app.appointments.telling import tell_booked
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.customers.blocking import refuse_blocked
from app.customers.meeting import Contact, meet
from app.schedule.loading import Part
from app.schedule.models import Allocation
from app.schedule.wall_clock import epoch_minute
from app.services.models import Service

_DEFAULT_LIMITS = HoldLimits()


def confirm(
    business: Business,
    booking: Booking,
    contact: Contact,
    *,
    by: Actor,
    now: datetime,
    host: str,
    start: int | None = None,
    limits: HoldLimits = _DEFAULT_LIMITS,
    answers: Answers | None = None,
    code: TypedCode | None = None,
    tell: bool = True,
    address_key: bytes | None = None,
    companion: Companion | None = None,
) -> None:
    """Book what is held, all parts of the visit; confirmed at once, or requested where a service needs approval.

    Where something is paid first, the place is kept for that and nobody is told before it has come in; where a part
    needs approval, nothing is asked for before that is given (`awaiting`).

    Confirming twice changes nothing. A hold that ran out is taken again when the time, or the other `start`
    (epoch minutes) that was chosen instead, is free at the same price. Raises SlotTaken, NotOffered, PriceChanged,
    TooManyBookings, TooManyHolds or CallUs otherwise, and of a `code` what `take_off` raises; then the caller rolls
    back.
    `host` becomes part of the calendar entry's constant UID. `answers` are what the business asked, by service; those
    to what it asks everybody, by None.
    Customer and owners are told, unless `tell` is false. `address_key` is of the network address (see Hold) that a
    place counts for which had run out, and is kept again while it is paid for. A `companion` is bought with it, on the
    same invoice: both or neither, so what it raises is raised here, too.
    """
    lock_schedule(business.id)
    bookings = _read_again(booking)
    if not bookings:
        return
    if any(it.status == "expired" for it in bookings):
        let_go(business.id, [it.hold_id for it in bookings if it.hold_id], now)
        _take_again(business, bookings, start, now)
    ticket = bookings[0].hold_id
    customer = meet(business.id, contact, now)
    refuse_blocked(business.id, by=by, contact=contact, customer_id=customer.id)
    services = [_appointment_of(it).service_id for it in bookings]
    for service in _services(bookings):
        limit_customer(business, service, customer.id, now, len(services), services.count(service.id))
    if any(it.policy.get("approval") for it in bookings):
        limit_contact(business.id, customer.id, limits)
    for it in bookings:
        it.customer_id = customer.id
        keep_contact(it, contact, host)
    keep_answers(bookings, answers or {})
    if code:
        take_off(business, bookings, code, customer, now=now)
    more = companion.take(bookings, by=by, now=now) if companion else ()
    is_due = due_first(business, bookings, more) > 0
    at_once = [it for it in bookings if not it.policy.get("approval")]
    if is_due and at_once:
        limit_contact(business.id, customer.id, limits)
        ticket = ticket or _one_more_ticket(business, address_key, limits, now)
    if is_due and ticket and len(at_once) == len(bookings):
        ask_for_payment(business, bookings, ticket, now, more)
        if companion:
            companion.wait(by=by, now=now)
        return
    if is_due and ticket and at_once:
        keep_until_answered(business, at_once, ticket)
    for it in bookings:
        firm = "pending_payment" if is_due else "confirmed"
        if is_due and it in at_once:
            it.hold_id = ticket
        change_status(it, "requested" if it.policy.get("approval") else firm, by=by, now=now)
    settle(business.id, *(it.appointment_id for it in bookings))
    drop_empty(business.id, [ticket] if ticket else [])
    if more:
        bill_of(business, bookings, now, more)
    tell_booked(business, bookings, by=by, now=now, tell=tell)
    if companion:
        tell_companions(business, {booking.visit}, now)


def wish_of(bookings: Sequence[Booking]) -> Wish:
    """What somebody wanted when they held this visit: a person only if they asked for that very one."""
    first, *others = [_part_of(booking) for booking in bookings]
    begins = bookings[0].appointment.starts_at
    together = any(it.guest > 1 and it.appointment.starts_at == begins for it in bookings)
    start, asked = _start_of(bookings[0]), next(iter(first.only), None)
    service = db.session.get_one(Service, (bookings[0].business_id, first.service_id))
    end = None if service.unit == "visit" else start + bookings[0].minutes
    return Wish(
        first.service_id,
        start,
        asked,
        bookings[0].places,
        end,
        tuple(others),
        together,
        bookings[0].customer_zone,
    )


def _read_again(booking: Booking) -> list[Booking]:
    """The unfinished bookings of the visit as they are under the lock, by time; HoldGone when they were forgotten."""
    bookings = bookings_of_visit(booking.business_id, booking.visit)
    if not bookings:
        raise HoldGone
    return [it for it in bookings if it.status in ("held", "expired")]


def _take_again(business: Business, bookings: Sequence[Booking], start: int | None, now: datetime) -> None:
    """Take the time of a hold that ran out, or another start, at the price that was shown; all else as it is now."""
    expire_dead_holds(business.id, now)
    wish = wish_of(bookings)
    if start is not None:
        wish = replace(wish, start=start, end=wish.end and wish.end - wish.start + start)
    check_offered(business, wish)
    placed = place(business, look(business, wish, now), wish, now)
    before = [(business.id, booking.appointment_id) for booking in bookings]
    for booking, part in zip(bookings, placed, strict=True):
        cost = cost_of(part, wish.places)
        before_code = booking.total_cents + booking.discount_cents
        if (cost.total, business.currency) != (before_code, booking.currency):
            raise PriceChanged
        write_down(booking, business, part, cost)
        booking.created_at = now
    db.session.flush()
    discard_empty(before)


def _one_more_ticket(business: Business, address_key: bytes | None, limits: HoldLimits, now: datetime) -> int:
    """For a time that was taken again, where its network address may keep one more."""
    if address_key:
        limit_taking_again(business.id, address_key, limits, now)
    return new_ticket(business, now, address_key)


def _services(bookings: Sequence[Booking]) -> list[Service]:
    """The services of a visit, each once."""
    ids = {_appointment_of(booking).service_id for booking in bookings}
    return [db.session.get_one(Service, (bookings[0].business_id, it)) for it in sorted(ids)]


def _part_of(booking: Booking) -> Part:
    asked = select(Allocation.resource_id).filter_by(
        business_id=booking.business_id, appointment_id=booking.appointment_id, need=1, asked=True
    )
    person = db.session.scalar(asked.limit(1))
    return Part(_appointment_of(booking).service_id, () if person is None else (person,), booking.guest)


def _start_of(booking: Booking) -> int:
    """The start that was promised: a class may have been moved since."""
    zone, starts_at = ZoneInfo(booking.zone), _appointment_of(booking).starts_at
    was_moved = starts_at.astimezone(zone).replace(tzinfo=None) != booking.local_start
    return epoch_minute(booking.local_start.replace(tzinfo=zone) if was_moved else starts_at)


def _appointment_of(booking: Booking) -> Appointment:
    return db.session.get_one(Appointment, (booking.business_id, booking.appointment_id))
