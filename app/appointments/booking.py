"""Booking for somebody, the members' way: taken and confirmed in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.appointments.codes import use_code
from app.appointments.contacting import keep_contact
from app.appointments.expiring import expire_dead_holds
from app.appointments.limiting import customer_room
from app.appointments.models import Booking
from app.appointments.placing import Placed, Wish, check_offered, look, look_again, place
from app.appointments.promising import promise
from app.appointments.settling import settle
from app.appointments.telling import tell_booked
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.customers.completing import complete
from app.customers.meeting import Contact, meet, meet_new
from app.customers.models import Customer
from app.schedule.facts import Facts
from app.schedule.verdict import Refusal
from app.services.models import Service


@dataclass(frozen=True, slots=True)
class Decision:
    """What a member decided: for whom, `despite` what, and why. `host` is part of the calendar entry's UID.

    `tell`: the customer and the owners are told. `customer_id` is somebody the business knows, whom the contact is of;
    only members read the `member_note`; a `code` makes it cheaper. Somebody new `is_new`, or `is_another` who shares a
    phone number; else whoever has the e-mail address or the number is the one.
    """

    contact: Contact
    host: str
    despite: Collection[Refusal] = ()
    reason: str | None = None
    tell: bool = True
    customer_id: int | None = None
    member_note: str | None = None
    is_new: bool = False
    is_another: bool = False
    code: str | None = None


def book(business: Business, wish: Wish, decision: Decision, *, by: Actor, now: datetime) -> list[Booking]:
    """Book a visit, all parts or nothing: the bookings, confirmed, by time.

    What speaks against it and was not decided against is raised as SlotTaken or NotOffered; then the caller rolls
    back. A service that customers cannot book online is fine.
    """
    parts = look(business, wish, now)
    version = lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    check_offered(business, wish, online=False)
    customer = whom(business.id, decision, by=by, now=now)
    known = look_again(parts, business, wish, now, version, online=False)
    known = with_customer(business, known, customer, now)
    placed = place(business, known, wish, now, decision.despite)
    bookings = write_bookings(business, wish, placed, customer, decision, by=by, now=now)
    if decision.code:
        use_code(business, bookings[0], decision.code, by=by, now=now)
    tell_booked(business, bookings, by=by, now=now, tell=decision.tell)
    return bookings


def whom(business_id: int, decision: Decision, *, by: Actor, now: datetime) -> Customer:
    """The customer somebody decided to book for.

    Raises CustomerGone or AddressTaken of one who is known, AlreadyKnown of one who is not as new as they seemed.
    """
    if decision.customer_id is not None:
        return complete(business_id, decision.customer_id, decision.contact, by=by, now=now)
    if decision.is_new:
        return meet_new(business_id, decision.contact, now, is_other=decision.is_another)
    return meet(business_id, decision.contact, now)


def with_customer(
    business: Business, parts: Sequence[Facts], customer: Customer, now: datetime
) -> list[Facts]:
    """The facts with how many more bookings this customer may have."""
    services = [db.session.get_one(Service, (business.id, facts.service.id)) for facts in parts]
    return [
        replace(facts, customer_room=customer_room(business, service, customer.id, now))
        for facts, service in zip(parts, services, strict=True)
    ]


def write_bookings(
    business: Business,
    wish: Wish,
    placed: Sequence[Placed],
    customer: Customer,
    decision: Decision,
    *,
    by: Actor,
    now: datetime,
    series: UUID | None = None,
) -> list[Booking]:
    """The confirmed bookings of a visit whose time is taken, with what was overridden written down."""
    bookings = promise(business, placed, wish.places, by=by, now=now, customer=customer)
    for booking, part in zip(bookings, placed, strict=True):
        booking.series = series
        booking.member_note = decision.member_note
        keep_contact(booking, decision.contact, decision.host)
        changes: dict[str, Any] = {"status": [None, booking.status]}
        if part.choice.despite:
            changes["overridden"] = [None, [str(it) for it in part.choice.despite]]
        record(
            "booking.confirmed",
            "booking",
            booking.id,
            by=by,
            at=now,
            business_id=business.id,
            changes=changes,
            reason=decision.reason,
        )
    settle(business.id, *(it.appointment.id for it in placed))
    return bookings
