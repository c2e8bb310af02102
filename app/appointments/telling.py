"""Who is told what about a booking: planned in the transaction of what happened, once for each visit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.auth.models import User
from app.businesses.models import Business, Membership
from app.core.actor import Actor
from app.core.db import db
from app.notifications.planning import Message, is_planned, plan, was_planned


def tell_booked(business: Business, bookings: Sequence[Booking], *, by: Actor, now: datetime) -> None:
    """What was booked or requested in one go, a visit or all visits of a series: to the customer and to the owners.

    A customer without an e-mail address is told nothing, and neither is the owner who made the booking.
    """
    status = "requested" if any(it.status == "requested" for it in bookings) else "confirmed"
    messages = _to_customer(business, bookings, status)
    who = {"by": by.name} if by.kind == "member" else {}
    for owner in _owners(business.id):
        if owner.id != by.user_id:
            messages.append(_to_owner(business, bookings, owner, who))
    plan(messages, now)


def tell_answered(business: Business, booking: Booking, *, now: datetime) -> None:
    """That the visit of a booking is confirmed, as soon as no part of it waits for an answer any more.

    Said once: whoever was told so before, by this visit's message or that of its series, is not told again.
    """
    bookings = bookings_of_visit(business.id, booking.visit)
    statuses = {it.status for it in bookings}
    if "requested" in statuses or "confirmed" not in statuses:
        return
    if booking.series is not None and is_planned(_key(business, bookings, "confirmed", of_series=True)):
        return
    plan(_to_customer(business, bookings, "confirmed"), now)


def tell_undone(business: Business, booking: Booking, *, now: datetime) -> None:
    """That the visit of a booking stands, after somebody took back that it was given back.

    To whoever has not heard that it is confirmed: it had only been requested, or was given back before that was said.
    Nothing to whom nothing was ever to be told.
    """
    bookings = bookings_of_visit(business.id, booking.visit)
    keys = {_key(business, bookings, status, of_series=False) for status in ("confirmed", "requested")}
    if booking.series is not None:
        keys.add(_key(business, bookings, "confirmed", of_series=True))
    if was_planned(keys):
        tell_answered(business, booking, now=now)


def _to_customer(business: Business, bookings: Sequence[Booking], status: str) -> list[Message]:
    first = _first(bookings)
    if not first.contact_email:
        return []
    return [
        Message(
            kind=f"booking_{status}",
            recipient=first.contact_email,
            language=first.language or business.language,
            dedupe_key=_key(business, bookings, status, of_series=_is_series(bookings)),
            payload={},
            **_about(business, bookings),
        )
    ]


def _to_owner(business: Business, bookings: Sequence[Booking], owner: User, who: dict[str, Any]) -> Message:
    key = _key(business, bookings, f"new:u{owner.id}", of_series=_is_series(bookings))
    return Message(
        kind="booking_new",
        recipient=owner.email,
        language=owner.language or business.language,
        dedupe_key=key,
        user_id=owner.id,
        payload=who,
        **_about(business, bookings),
    )


def _about(business: Business, bookings: Sequence[Booking]) -> dict[str, Any]:
    """What is said of a visit is of use until it begins; of a series, until its last visit does."""
    begins = {it.visit: it.appointment.starts_at for it in sorted(bookings, key=_time, reverse=True)}
    return {
        "business_id": business.id,
        "subject_kind": "series" if _is_series(bookings) else "booking",
        "subject_id": _first(bookings).id,
        "subject_seq": sum(it.schedule_seq for it in bookings),
        "expires_at": max(begins.values()),
    }


def _key(business: Business, bookings: Sequence[Booking], what: str, *, of_series: bool) -> str:
    first = _first(bookings)
    subject = f"series{first.series}" if of_series else f"booking{first.id}"
    return f"b{business.id}:{subject}:{what}:email"


def _is_series(bookings: Collection[Booking]) -> bool:
    return len({it.visit for it in bookings}) > 1


def _first(bookings: Sequence[Booking]) -> Booking:
    """The one that stands for all, whatever happens to the others."""
    return min(bookings, key=lambda it: it.id)


def _time(booking: Booking) -> datetime:
    return booking.appointment.starts_at


def _owners(business_id: int) -> list[User]:
    owners = select(User).join(Membership, Membership.user_id == User.id)
    alive = owners.where(Membership.business_id == business_id, Membership.role == "owner")
    return list(db.session.scalars(alive.where(Membership.active, User.active).order_by(User.id)))
