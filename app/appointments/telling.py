"""Who is told what about a booking: planned in the transaction of what happened, once for each visit.

What is said before and after a visit follows the booking whoever is told what (`reminding.follow`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.appointments.companions import tell_companions
from app.appointments.finding import bookings_of_visit
from app.appointments.models import UNANSWERED, WAITED_FOR, Booking
from app.appointments.reaching import key_of, to_customer, to_members, whole_key
from app.appointments.reminding import follow
from app.appointments.subjects import Was, first_of, place_of, seq_of
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.notifications.models import Notification
from app.notifications.planning import Message, call_off, is_planned, last_told, plan, unsent, was_planned

# What a customer was told of a booking, or is about to be.
TOLD = (
    *("booking_requested", "booking_confirmed", "booking_declined", "booking_moved", "booking_cancelled"),
    *("payment_due", "payment_lapsed"),
)
GONE = ("booking_declined", "booking_cancelled", "payment_lapsed")
_CUSTOMERS = ("visitor", "customer")


def tell_booked(
    business: Business,
    bookings: Sequence[Booking],
    *,
    by: Actor,
    now: datetime,
    tell: bool = True,
    late: bool = False,
) -> None:
    """What was booked or requested in one go, a visit or all visits of a series: to the customer and to the members.

    A customer who cannot be reached is told nothing, and neither is the member who made the booking, nor anybody
    where a member decided not to `tell`. `late`: it was paid too late, and could be booked all the same; what says so
    may be about to be sent already.
    """
    follow(business, bookings, now, is_new=True)
    if not tell:
        return
    status = "requested" if any(it.status == "requested" for it in bookings) else "confirmed"
    waiting = [it for it in _waiting(business, bookings) if it.kind == "booking_confirmed"] if late else []
    for row in waiting:
        row.payload = row.payload | {"late": True}
    more = {"late": True} if late else {}
    messages = [] if waiting else to_customer(business, bookings, status, key_of(bookings, status), more)
    who = {"by": by.name} if by.kind == "member" else {}
    messages += to_members(business, bookings, "booking_new", "new", by, who)
    plan(messages, now)


def tell_answered(business: Business, booking: Booking, *, now: datetime) -> None:
    """That the visit of a booking is confirmed, as soon as no part of it waits for an answer any more.

    Said once: whoever was told so before, by this visit's message or that of its series, is not told again.
    """
    bookings = bookings_of_visit(business.id, booking.visit)
    _follow(business, bookings, now)
    if not _is_agreed(bookings):
        return
    if booking.series is not None and is_planned(
        whole_key(business.id, key_of(bookings, "confirmed", series=True))
    ):
        return
    plan(to_customer(business, bookings, "confirmed", key_of(bookings, "confirmed")), now)


def tell_moved(
    business: Business,
    bookings: Iterable[Booking],
    was: Mapping[int, Was],
    *,
    by: Actor,
    now: datetime,
    tell: bool | None = None,
) -> None:
    """That these bookings have another time, length or person than they had before (`was`, by id).

    To their customers, each once for a visit, if they did it themselves or a member decided to `tell`; and then to
    the members who want to know. Of several moves the last state is told, against the one the customer knows of;
    nothing where that is the same, and nothing more than a confirmation that has not left yet. Why a member moved it is
    for members.
    """
    is_theirs = by.kind in _CUSTOMERS
    messages: list[Message] = []
    visits = _by_visit(bookings)
    _follow(business, [it for moved in visits for it in moved], now)
    for moved in visits:
        of_visit = bookings_of_visit(business.id, moved[0].visit)
        before = {str(it.id): _written(was[it.id]) for it in moved}
        if is_theirs or tell:
            payload = {"theirs": is_theirs}
            messages += _moved(business, of_visit, before, payload)
        if is_theirs:
            about = {"was": before}
            messages += to_members(
                business, of_visit, "booking_changed", f"changed:s{seq_of(of_visit)}", by, about
            )
    plan(messages, now)


def tell_offered(business: Business, bookings: Sequence[Booking], *, now: datetime) -> None:
    """That other times are offered for a visit, to its customer; said anew where they are others than before."""
    times = sorted(at for it in bookings for at in it.offered or ())
    key = key_of(bookings, f"offered:{':'.join(f'{at:%y%m%d%H%M}' for at in times)}")
    plan(to_customer(business, bookings, "offered", key), now)


def tell_given_back(
    business: Business,
    bookings: Sequence[Booking],
    *,
    by: Actor,
    now: datetime,
    tell: bool | None = None,
) -> None:
    """That these bookings were cancelled or declined, or that nobody answered in time; once for each visit.

    To the customer if they did it, if a member decided to `tell`, and always by the system; a visit of which
    something is confirmed and nothing was cancelled says so instead. To the members if the customer did it.
    """
    visits = _by_visit(bookings)
    if not visits:
        return
    _follow(business, [it for parts in visits for it in parts], now)
    messages: list[Message] = []
    for parts in visits:
        of_visit = bookings_of_visit(business.id, parts[0].visit)
        if by.kind in _CUSTOMERS or tell or by.kind == "system":
            messages += _told_gone(business, of_visit, parts)
        if by.kind in _CUSTOMERS:
            what, about = f"given_up:s{seq_of(of_visit)}", {"parts": [it.id for it in parts]}
            messages += to_members(business, of_visit, "booking_given_up", what, by, about)
    plan(messages, now)


def tell_undone(business: Business, booking: Booking, *, now: datetime) -> None:
    """That the visit of a booking stands, after somebody took back that it was given back.

    To whoever has not heard that it is confirmed: it had only been requested, or was given back before that was said;
    and to whoever heard that it was not to be. Word of that which has not left yet is called off. Nothing to whom
    nothing was ever to be told.
    """
    bookings = bookings_of_visit(business.id, booking.visit)
    _follow(business, bookings, now)
    heard = _take_back(business, bookings)
    if any(it.kind == "booking_confirmed" for it in _waiting(business, bookings)):
        return
    if heard and _is_agreed(bookings):
        plan(
            to_customer(business, bookings, "confirmed", key_of(bookings, f"confirmed:s{seq_of(bookings)}")),
            now,
        )
        return
    whats = ("confirmed", "requested")
    keys = {
        whole_key(business.id, key_of(bookings, it), channel) for it in whats for channel in ("email", "sms")
    }
    if booking.series is not None:
        keys.add(whole_key(business.id, key_of(bookings, "confirmed", series=True)))
    if was_planned(keys):
        tell_answered(business, booking, now=now)


def tell_promised(
    business: Business, bookings: Sequence[Booking], *, coming: bool, by: Actor, now: datetime
) -> None:
    """What a customer answered to a reminder, to the members who want to know; once for each answer and time."""
    what = f"{'coming' if coming else 'not_coming'}:s{seq_of(bookings)}"
    plan(to_members(business, bookings, "booking_answered", what, by, {"coming": coming}), now)


def _is_agreed(bookings: Iterable[Booking]) -> bool:
    """Whether something of a visit is confirmed and nothing waits for an answer, or for its payment."""
    statuses = {it.status for it in bookings}
    return statuses.isdisjoint(UNANSWERED) and "confirmed" in statuses


def _moved(
    business: Business, bookings: Sequence[Booking], was: dict[str, Any], payload: dict[str, Any]
) -> list[Message]:
    """The message that tells the customer, in the place of one that has not left yet."""
    waiting = _waiting(business, bookings)
    if any(it.kind in ("booking_confirmed", "booking_requested", "payment_due") for it in waiting):
        return []
    older = [it for it in waiting if it.kind == "booking_moved"]
    for it in older:
        was = was | it.payload.get("was", {})
    call_off(older, _("The booking was changed again, and a newer message says so."))
    now_at = {str(it.id): _written(place_of(it)) for it in bookings if it.live}
    if all(now_at.get(number) == place for number, place in was.items()):
        return []
    key = key_of(bookings, f"moved:s{seq_of(bookings)}")
    return to_customer(business, bookings, "moved", key, payload | {"was": was})


def _told_gone(business: Business, of_visit: Sequence[Booking], parts: Sequence[Booking]) -> list[Message]:
    """What the customer is told when these parts of a visit were given back."""
    cancelled = [it for it in parts if it.status == "cancelled"]
    if cancelled:
        return _given_back(business, of_visit, cancelled, "cancelled")
    if any(it.status in WAITED_FOR for it in of_visit):
        return []
    gone = [it for it in of_visit if it.status in ("declined", "expired")]
    return _given_back(business, of_visit, gone, "declined")


def _given_back(
    business: Business, bookings: Sequence[Booking], parts: Iterable[Booking], what: str
) -> list[Message]:
    """The message that tells the customer; of several in a row that have not left yet, one."""
    older = [it for it in _waiting(business, bookings) if it.kind == f"booking_{what}"]
    call_off(older, _("More of the booking was given back, and a newer message says so."))
    ids = {it.id for it in parts} | {number for it in older for number in it.payload.get("parts", ())}
    key = key_of(bookings, f"{what}:s{seq_of(bookings)}")
    ends = max(it.appointment.ends_at for it in bookings)
    return to_customer(business, bookings, what, key, {"parts": sorted(ids)}, until=ends)


def _take_back(business: Business, bookings: Sequence[Booking]) -> bool:
    """Call off that it was given back, where that has not left yet; whether the customer has heard it.

    What is said of parts that are still given back stays.
    """
    gone = {it.id for it in bookings if not it.live}
    for row in _waiting(business, bookings):
        if row.kind in GONE:
            left = sorted(gone.intersection(row.payload.get("parts", ())))
            row.payload = row.payload | {"parts": left}
            call_off([] if left else [row], _("The booking stands again."))
    return last_told(business.id, "booking", first_of(bookings).id, TOLD) in GONE


def _waiting(business: Business, bookings: Sequence[Booking]) -> list[Notification]:
    """What is about to be told of a visit, or of the series it belongs to."""
    found = unsent(business.id, "booking", [first_of(bookings).id], TOLD)
    series = bookings[0].series
    return found + (
        unsent(business.id, "series", [_first_of_series(business.id, series)], TOLD) if series else []
    )


def _first_of_series(business_id: int, series: UUID) -> int:
    of_series = select(func.min(Booking.id)).filter_by(business_id=business_id, series=series)
    return db.session.scalar(of_series) or 0


def _follow(business: Business, bookings: Iterable[Booking], now: datetime) -> None:
    """Let follow what is said before and after the visits of these bookings, and what was bought with them."""
    those = list(bookings)
    follow(business, those, now)
    tell_companions(business, {it.visit for it in those}, now)


def _by_visit(bookings: Iterable[Booking]) -> list[list[Booking]]:
    """What has a customer, by visit."""
    named = sorted((it for it in bookings if it.customer_id), key=lambda it: (str(it.visit), it.id))
    return [list(those) for _visit, those in groupby(named, key=lambda it: it.visit)]


def _written(place: Was) -> list[str | None]:
    return [place.starts_at.isoformat(), place.ends_at.isoformat(), place.person]
