"""What members decide about one date of a class. It is moved and given to a stand-in like any appointment (moving)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.appointments.changing import ChangedMeanwhile, change_status
from app.appointments.expiring import drop_empty, expire_dead_holds
from app.appointments.freeing import tell_freed
from app.appointments.locking import live_bookings, read_again
from app.appointments.models import Appointment
from app.appointments.paying_back import pay_back
from app.appointments.refusals import AlreadyOver
from app.appointments.reviving import revive
from app.appointments.settling import settle
from app.appointments.telling import tell_given_back
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.schedule.allocating import heal
from app.services.models import Service


class TooSmall(DomainError):
    """A class for one."""

    message = _("A class needs at least two places.")


def cancel_date(
    business: Business,
    appointment: Appointment,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
) -> None:
    """Cancel one date with everybody in it, and give its time back. Twice changes nothing.

    `version`, here and below, is the one on the page somebody decided by; `tell` what they decided about telling the
    customers. Raises AlreadyOver or ChangedMeanwhile.
    """
    _lock_date(business, appointment)
    if not appointment.live:
        return
    if appointment.ends_at <= now:
        raise AlreadyOver
    _check_version(appointment, version)
    bookings, starts_at = live_bookings(appointment), appointment.starts_at
    tickets = {it.hold_id for it in bookings if it.hold_id}
    for booking in bookings:
        to = "cancelled" if booking.customer_id else "expired"
        change_status(booking, to, by=by, now=now, reason=reason, tell=tell if booking.customer_id else None)
    _record("cancelled", appointment, {"live": [True, False]}, by=by, now=now, reason=reason)
    give_back(business, [appointment])
    drop_empty(business.id, tickets)
    heal(business.id, now)
    pay_back(business, bookings, by_terms=False, by=by, now=now, reason=reason)
    for booking in bookings:
        tell_given_back(business, [booking], by=by, now=now, tell=tell)
    tell_freed(business, now, [starts_at])


def restore_date(
    business: Business, appointment: Appointment, *, version: int | None = None, by: Actor, now: datetime
) -> None:
    """Let a cancelled date happen after all, with the places the class has by now and without those who were in it.

    Raises SlotTaken, AlreadyOver or ChangedMeanwhile.
    """
    _lock_date(business, appointment)
    if appointment.live:
        return
    if appointment.starts_at <= now:
        raise AlreadyOver
    _check_version(appointment, version)
    expire_dead_holds(business.id, now)
    revive(appointment)
    appointment.scheduled = True
    appointment.capacity = db.session.get_one(Service, (business.id, appointment.service_id)).capacity
    _record("restored", appointment, {"live": [False, True]}, by=by, now=now)
    starts_at = appointment.starts_at
    settle(business.id, appointment.id)
    tell_freed(business, now, [starts_at])


def change_places(
    business: Business,
    appointment: Appointment,
    places: int,
    *,
    version: int | None = None,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Give one date more or fewer places. Who is in it stays, also when that is more than there are now (7/5).

    Raises TooSmall below two, ChangedMeanwhile.
    """
    if places < 2:
        raise TooSmall
    _lock_date(business, appointment)
    if appointment.capacity == places:
        return
    _check_version(appointment, version)
    expire_dead_holds(business.id, now)
    set_places(appointment, places, by=by, now=now, reason=reason)
    starts_at = appointment.starts_at
    settle(business.id, appointment.id)
    tell_freed(business, now, [starts_at])


def set_places(
    appointment: Appointment, places: int, *, by: Actor, now: datetime, reason: str | None = None
) -> None:
    """The same under the lock; settle it afterwards."""
    if appointment.capacity == places:
        return
    changes = {"capacity": [appointment.capacity, places]}
    appointment.capacity = places
    appointment.overbooked = appointment.places_taken > places
    _record("changed", appointment, changes, by=by, now=now, reason=reason)


def give_back(business: Business, dates: Iterable[Appointment]) -> None:
    """Take dates off the timetable. Those nobody is in give their time back, the others with the last of them.

    Under the lock.
    """
    ids = []
    for it in dates:
        it.scheduled = False
        ids.append(it.id)
    settle(business.id, *ids)


def _lock_date(business: Business, appointment: Appointment) -> None:
    """The date as it is under the lock. Raises ChangedMeanwhile for what is no class."""
    lock_schedule(business.id)
    read_again(business, appointment)
    if not appointment.is_class:
        raise ChangedMeanwhile


def _check_version(appointment: Appointment, version: int | None) -> None:
    """Raise ChangedMeanwhile unless it is as it stood on the page."""
    if version is not None and version != appointment.version:
        raise ChangedMeanwhile


def _record(
    what: str,
    appointment: Appointment,
    changes: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    record(
        f"class_date.{what}",
        "appointment",
        appointment.id,
        by=by,
        at=now,
        business_id=appointment.business_id,
        changes=changes,
        reason=reason,
    )
