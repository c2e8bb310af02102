"""Getting on the list: for a service, or for an earlier time of what is booked."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.appointments.contacting import contact_of
from app.appointments.free_times import Time
from app.appointments.limiting import limit_changes
from app.appointments.locking import lock_booking
from app.appointments.models import Booking
from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.idempotency import Once
from app.customers.blocking import refuse_blocked
from app.customers.meeting import Contact, meet
from app.schedule.wall_clock import local_date
from app.waitlist.ending import NotWaiting, lock_entry
from app.waitlist.fitting import Fitting
from app.waitlist.line import WAITS, last_position
from app.waitlist.models import WaitlistEntry
from app.waitlist.passing import offer_what_is_free
from app.waitlist.telling import tell_again, tell_full, tell_joined
from app.waitlist.wishes import Wanted, check, wanted_by

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


def join(business: Business, wanted: Wanted, contact: Contact, *, key: str, by: Actor, now: datetime) -> None:
    """Put whoever has this address on the list, at the end of the line, and write to them.

    Who asks need not be who has the address, so they are answered the same whatever this does: an entry of the same
    wish stays as it is and its link is mailed again; another wish is another entry; and whoever waits for all that one
    person may is told that. The same form, by its `key`, takes effect once. Raises StillFree, CallUs, and as
    `wishes.check` does; then the caller rolls back.
    """
    once = _once(business, wanted, contact, key)
    if once.earlier_answer(now):
        return
    lock_schedule(business.id)
    check(business, wanted, now)
    _refuse_what_is_free(business, wanted, now)
    customer = meet(business.id, contact, now)
    refuse_blocked(business.id, by=by, contact=contact, customer_id=customer.id)
    theirs = _open_entries(business, customer.id)
    same = next((it for it in theirs if it.booking_id is None and wanted_by(it) == wanted), None)
    if same:
        tell_again(business, same, now=now)
    elif len(theirs) >= MOST_OPEN:
        tell_full(business, theirs[-1], now=now)
    else:
        tell_joined(business, _new(business, wanted, contact, customer.id, by=by, now=now), now=now)
    once.answered({"done": True})


def write_down(
    business: Business, wanted: Wanted, contact: Contact, *, key: str, by: Actor, now: datetime
) -> WaitlistEntry:
    """A member puts somebody on the list; who waits for the same on such days waits for this from now on.

    The same form, by its `key`, takes effect once. Raises TooManyWishes, and as `wishes.check` does; then the caller
    rolls back. That a time is free does not matter: it is offered.
    """
    once = _once(business, wanted, contact, key)
    known = once.earlier_answer(now)
    if known:
        return db.session.get_one(WaitlistEntry, (business.id, known["entry"]))
    lock_schedule(business.id)
    check(business, wanted, now)
    customer = meet(business.id, contact, now)
    theirs = _open_entries(business, customer.id)
    same = next((it for it in theirs if _is_much_the_same(it, wanted)), None)
    if same:
        _rewrite(same, wanted, by=by, now=now)
    entry = same or _new(business, wanted, contact, customer.id, by=by, now=now)
    tell_joined(business, entry, now=now)
    offer_what_is_free(business, entry, now)
    once.answered({"entry": entry.id})
    return entry


def want_earlier(
    business: Business, booking: Booking, wanted: Wanted, *, by: Actor, now: datetime
) -> WaitlistEntry:
    """Wait for an earlier time of what is booked. What is free already is offered at once.

    Whoever waits for it already waits for this from now on. Raises NothingEarlier, CallUs or TooManyTries.
    """
    limit_changes(booking)
    appointment = lock_booking(business, booking)
    if booking.status not in ("requested", "confirmed") or appointment.starts_at <= now:
        raise NothingEarlier
    if local_date(appointment.starts_at, business.zone) < wanted.from_on or booking.customer_id is None:
        raise NothingEarlier
    contact = contact_of(booking)
    refuse_blocked(business.id, by=by, contact=contact, customer_id=booking.customer_id)
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


def _refuse_what_is_free(business: Business, wanted: Wanted, now: datetime) -> None:
    free = Fitting(business, [wanted], now)
    slots = list(islice(free.fits(wanted), MOST_SHOWN))
    if slots:
        refusal = StillFree()
        refusal.times = tuple(free.times(wanted, slots))
        raise refusal


def _once(business: Business, wanted: Wanted, contact: Contact, key: str) -> Once:
    return Once(business.id, "waitlist", key, wanted.columns | {"email": contact.email, "name": contact.name})


def _open_entries(business: Business, customer_id: int) -> Sequence[WaitlistEntry]:
    """All that a customer waits for, the latest last."""
    rows = select(WaitlistEntry).filter_by(business_id=business.id, customer_id=customer_id)
    return db.session.scalars(rows.where(WaitlistEntry.status.in_(WAITS)).order_by(WaitlistEntry.id)).all()


def _is_much_the_same(entry: WaitlistEntry, wanted: Wanted) -> bool:
    """Whether it is the same service on some of the same days."""
    is_then = entry.from_on <= wanted.until_on and entry.until_on >= wanted.from_on
    return entry.booking_id is None and entry.service_id == wanted.service_id and is_then


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
    if len(_open_entries(business, customer_id)) >= MOST_OPEN:
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
    changes = rewrite(entry, wanted.columns)
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
