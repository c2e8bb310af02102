"""Getting on the list: for a service, or for an earlier time of what is booked."""

from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.appointments.free_times import Time
from app.appointments.locking import lock_booking
from app.appointments.models import Appointment, Booking
from app.audit.models import changes_to, record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.idempotency import Once
from app.customers.meeting import Contact, meet
from app.schedule.wall_clock import local_date
from app.waitlist.ending import NotWaiting, lock_entry
from app.waitlist.fitting import Fitting
from app.waitlist.line import WAITS, last_position
from app.waitlist.models import WaitlistEntry
from app.waitlist.passing import offer_what_is_free
from app.waitlist.telling import tell_joined
from app.waitlist.wishes import Wanted, check

MOST_OPEN = 10
MOST_SHOWN = 6


class StillFree(Conflict):
    """Nobody has to wait for a time that is free: the nearest `times`."""

    message = _("You need not wait: these times are free right now.")
    times: tuple[Time, ...] = ()


class TooManyWishes(DomainError):
    """Somebody waits for as many things as one person may."""

    message = _("You are waiting for many things already. Please take yourself off one of the lists first.")


class NothingEarlier(Conflict):
    """What is booked is over, given back, or today."""

    message = _("Nothing earlier can come of this booking any more.")


class Joined(NamedTuple):
    """An entry, and whether it is a new one."""

    entry: WaitlistEntry
    is_new: bool


def join(
    business: Business, wanted: Wanted, contact: Contact, *, key: str, by: Actor, now: datetime
) -> Joined:
    """Put somebody on the list, at the end of the line; who waits for the same already waits for this from now on.

    The same form, by its `key`, takes effect once. Raises StillFree, TooManyWishes, and as `wishes.check` does; then
    the caller rolls back. To a member who writes somebody down it does not matter that a time is free: it is offered.
    """
    once = Once(business.id, "waitlist", key, wanted.columns | {"email": contact.email, "name": contact.name})
    known = once.earlier_answer(now)
    if known:
        return Joined(db.session.get_one(WaitlistEntry, (business.id, known["entry"])), known["new"])
    lock_schedule(business.id)
    check(business, wanted, now)
    if by.kind != "member":
        _refuse_what_is_free(business, wanted, now)
    customer = meet(business.id, contact, now)
    same = _same(business, wanted, customer.id)
    entry = same or _new(business, wanted, contact, customer.id, by=by, now=now)
    if same:
        _rewrite(same, wanted, by=by, now=now)
    tell_joined(business, entry, now=now)
    offer_what_is_free(business, entry, now)
    once.answered({"entry": entry.id, "new": same is None})
    return Joined(entry, same is None)


def want_earlier(
    business: Business, booking: Booking, wanted: Wanted, *, by: Actor, now: datetime
) -> WaitlistEntry:
    """Wait for an earlier time of what is booked. What is free already is offered at once.

    Whoever waits for it already waits for this from now on. Raises NothingEarlier.
    """
    appointment = lock_booking(business, booking)
    if booking.status not in ("requested", "confirmed") or appointment.starts_at <= now:
        raise NothingEarlier
    if local_date(appointment.starts_at, business.zone) < wanted.from_on or booking.customer_id is None:
        raise NothingEarlier
    contact = Contact(
        booking.contact_name or "",
        booking.contact_email,
        booking.contact_phone,
        language=booking.language,
        zone=booking.customer_zone,
    )
    same = earlier_entry(business.id, booking.id)
    if same:
        _rewrite(same, wanted, by=by, now=now)
    entry = same or _new(
        business, wanted, contact, booking.customer_id, by=by, now=now, booking_id=booking.id
    )
    tell_joined(business, entry, now=now)
    offer_what_is_free(business, entry, now)
    return entry


def change(business: Business, entry: WaitlistEntry, wanted: Wanted, *, by: Actor, now: datetime) -> None:
    """Wait for something else in the same place of the line. Raises NotWaiting, and as `wishes.check` does."""
    lock_entry(business, entry)
    if entry.ended_at is not None:
        raise NotWaiting
    check(business, wanted, now)
    _rewrite(entry, wanted, by=by, now=now)
    offer_what_is_free(business, entry, now)


def earlier_entry(business_id: int, booking_id: int) -> WaitlistEntry | None:
    """The entry by which somebody waits for an earlier time of this booking."""
    rows = select(WaitlistEntry).filter_by(business_id=business_id, booking_id=booking_id)
    return db.session.scalar(rows.where(WaitlistEntry.status.in_(WAITS)).limit(1))


def appointment_of(booking: Booking) -> Appointment:
    """The time that is booked."""
    return db.session.get_one(Appointment, (booking.business_id, booking.appointment_id))


def _refuse_what_is_free(business: Business, wanted: Wanted, now: datetime) -> None:
    free = Fitting(business, [wanted], now)
    slots = [slot for _number, slot in zip(range(MOST_SHOWN), free.fits(wanted), strict=False)]
    if slots:
        refusal = StillFree()
        refusal.times = tuple(free.times(wanted, slots))
        raise refusal


def _same(business: Business, wanted: Wanted, customer_id: int) -> WaitlistEntry | None:
    """What this customer waits for already, of the same service and on some of the same days."""
    open_ = select(WaitlistEntry).where(
        WaitlistEntry.business_id == business.id,
        WaitlistEntry.customer_id == customer_id,
        WaitlistEntry.status.in_(WAITS),
        WaitlistEntry.booking_id.is_(None),
        WaitlistEntry.service_id == wanted.service_id,
        WaitlistEntry.from_on <= wanted.until_on,
        WaitlistEntry.until_on >= wanted.from_on,
    )
    return db.session.scalars(open_.order_by(WaitlistEntry.id)).first()


def _new(
    business: Business,
    wanted: Wanted,
    contact: Contact,
    customer_id: int,
    *,
    by: Actor,
    now: datetime,
    booking_id: int | None = None,
) -> WaitlistEntry:
    waits = select(func.count()).where(
        WaitlistEntry.business_id == business.id,
        WaitlistEntry.customer_id == customer_id,
        WaitlistEntry.status.in_(WAITS),
    )
    if (db.session.scalar(waits) or 0) >= MOST_OPEN:
        raise TooManyWishes
    entry = WaitlistEntry(
        business_id=business.id,
        customer_id=customer_id,
        booking_id=booking_id,
        contact_name=contact.name,
        contact_email=contact.email,
        contact_phone=contact.phone,
        language=contact.language,
        customer_zone=contact.zone,
        note=contact.note,
        position=last_position(business.id),
        created_at=now,
        **wanted.columns,
    )
    db.session.add(entry)
    db.session.flush()
    changes = {name: [None, value] for name, value in wanted.columns.items()}
    _record("joined", entry, changes, by=by, now=now)
    return entry


def _rewrite(entry: WaitlistEntry, wanted: Wanted, *, by: Actor, now: datetime) -> None:
    changes = changes_to(entry, wanted.columns)
    for name, value in wanted.columns.items():
        setattr(entry, name, value)
    db.session.flush()
    if changes:
        _record("changed", entry, changes, by=by, now=now)


def _record(what: str, entry: WaitlistEntry, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    record(
        f"waitlist.{what}",
        "waitlist_entry",
        entry.id,
        by=by,
        at=now,
        business_id=entry.business_id,
        changes=changes,
    )
