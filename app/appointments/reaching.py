"""Messages about a visit or a series, to its customer and to the members: who, by what way, under which key."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.appointments.models import Booking
from app.appointments.notices import members_to_tell, notice_of, owners_of
from app.appointments.subjects import first_of, seq_of
from app.auth.models import User
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.notifications.kinds import find_kind
from app.notifications.models import MessageSettings
from app.notifications.planning import Message


def to_customer(
    business: Business,
    bookings: Sequence[Booking],
    what: str,
    key: str,
    payload: dict[str, Any] | None = None,
    until: datetime | None = None,
    *,
    about: str = "booking",
    send_at: datetime | None = None,
) -> list[Message]:
    """A message to the customer: by mail, or by text where there is no address and the business sends texts.

    None where they cannot be reached, or where such a message is no text. `until` (UTC) is when it is of no use any
    more, else when the visit begins. With `what` it is `about` it makes the name of the kind.
    """
    kind = f"{about}_{what}"
    first = first_of(bookings)
    channel, recipient = "email", first.contact_email
    is_text = "sms" in find_kind(kind).wordings
    if not recipient and first.contact_phone and is_text and may_text(business.id):
        channel, recipient = "sms", first.contact_phone
    if not recipient:
        return []
    facts = _about(business, bookings) | ({"expires_at": until} if until else {})
    return [
        Message(
            kind=kind,
            recipient=recipient,
            language=first.language or business.language,
            dedupe_key=whole_key(business.id, key, channel),
            channel=channel,
            payload=payload or {},
            send_at=send_at,
            **facts,
        )
    ]


def may_text(business_id: int) -> bool:
    """Whether the business sends text messages."""
    settings = db.session.get(MessageSettings, business_id)
    return settings is not None and settings.sms_limit > 0


def to_members(
    business: Business,
    bookings: Sequence[Booking],
    kind: str,
    what: str,
    by: Actor,
    payload: dict[str, Any],
) -> list[Message]:
    """A message to each member who wants to know, but not to the one who did it."""
    notice = notice_of(kind, is_request=any(it.status == "requested" for it in bookings))
    users = members_to_tell(business.id, notice, [it.appointment_id for it in bookings])
    return [
        _to_member(business, bookings, kind, key_of(bookings, f"{what}:u{it.id}"), it, payload)
        for it in users
        if it.id != by.user_id
    ]


def to_owners(
    business: Business,
    bookings: Sequence[Booking],
    kind: str,
    what: str,
    payload: dict[str, Any],
    until: datetime,
) -> list[Message]:
    """A message to each owner about money that somebody has to look after, whatever they chose to be told."""
    return [
        replace(
            _to_member(business, bookings, kind, key_of(bookings, f"{what}:u{it.id}"), it, payload),
            expires_at=until,
        )
        for it in owners_of(business.id)
    ]


def _to_member(
    business: Business, bookings: Sequence[Booking], kind: str, key: str, user: User, payload: dict[str, Any]
) -> Message:
    return Message(
        kind=kind,
        recipient=user.email,
        language=user.language or business.language,
        dedupe_key=whole_key(business.id, key),
        user_id=user.id,
        payload=payload,
        **_about(business, bookings),
    )


def _about(business: Business, bookings: Sequence[Booking]) -> dict[str, Any]:
    """What is said of a visit is of use until it begins; of a series, until its last visit does."""
    begins = {it.visit: it.appointment.starts_at for it in sorted(bookings, key=_time, reverse=True)}
    first = first_of(bookings)
    return {
        "business_id": business.id,
        "subject_kind": "series" if _is_series(bookings) else "booking",
        "subject_id": first.id,
        "subject_seq": seq_of(bookings),
        "expires_at": max(begins.values()),
        "customer_id": first.customer_id,
    }


def key_of(bookings: Sequence[Booking], what: str, *, series: bool = False) -> str:
    """What a message means: of which visit or series, and what of it."""
    first = first_of(bookings)
    return f"series{first.series}:{what}" if series or _is_series(bookings) else f"booking{first.id}:{what}"


def whole_key(business_id: int, key: str, channel: str = "email") -> str:
    """The dedupe key of such a message."""
    return f"b{business_id}:{key}:{channel}"


def _is_series(bookings: Collection[Booking]) -> bool:
    return len({it.visit for it in bookings}) > 1


def _time(booking: Booking) -> datetime:
    return booking.appointment.starts_at
