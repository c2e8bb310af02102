"""What a business decides about a service as a whole: what it is, who and what it takes, and for how many it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, inspect, select

from app.appointments.ahead import expected, not_over, to_begin
from app.appointments.class_times import change_capacity
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment, Booking
from app.audit.models import record
from app.businesses.locking import rules_changed
from app.businesses.models import Business
from app.businesses.pictures import drop_picture, keep_picture
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.pictures import Picture
from app.schedule.class_times import goes_on
from app.schedule.grouping import NeedWish
from app.schedule.models import ClassTime
from app.schedule.needing import needs_of, set_needs
from app.schedule.wall_clock import local_date
from app.services.arranging import count_services, last_position
from app.services.asking import QuestionWish, ask, questions_for
from app.services.models import Service
from app.services.offering import add_service, change_service

LONGEST_NAME = 120
MOST_SERVICES = 300
# What a copy has of its own.
_NOT_COPIED = {"business_id", "id", "uid", "picture", "position", "active", "bookable", "name"}


class StillOneOrMany(DomainError):
    """A visit is something else than a class, and somebody has booked it as what it is."""

    message = _(
        "This has bookings or dates ahead, so it cannot change between one place and several."
        " Copy it and change the copy instead."
    )


class TooManyServices(DomainError):
    """A list longer than anybody would read."""

    message = _(
        "There are 300 services already, which is as many as there may be. Please put some away first."
    )


@dataclass(frozen=True, slots=True)
class Design:
    """A service as somebody wants it: `columns` of Service, its places, its needs, and a picture to keep or to drop."""

    columns: dict[str, Any]
    places: int
    needs: Sequence[NeedWish]
    picture: Picture | None = None
    drops_picture: bool = False


def create_service(business: Business, design: Design, *, by: Actor, now: datetime) -> Service:
    """A new service, the last under its heading.

    Raises NoticeBeyondWindow, TooManyServices or NoRoomForPictures.
    """
    rules_changed(business.id)
    _check_room(business)
    key = _kept(business, design, by=by, now=now)
    position = last_position(business.id, design.columns.get("category_id"))
    given: dict[str, Any] = {"capacity": design.places, "picture": key, "position": position}
    service = add_service(business.id, **design.columns, **given, by=by, now=now)
    set_needs(business.id, service.id, design.needs, by=by, now=now)
    return service


def redesign(
    business: Business, service: Service, design: Design, *, by: Actor, now: datetime
) -> list[Appointment]:
    """Let a service be this from now on; what is booked keeps what it was booked with.

    The dates ahead of a class that have more people in them than it has places now. Raises NoticeBeyondWindow,
    OnTheTimetable, StillOneOrMany or NoRoomForPictures.
    """
    rules_changed(business.id)
    key = _kept(business, design, by=by, now=now)
    db.session.refresh(service)
    if (service.capacity > 1) != (design.places > 1):
        _check_switch(business, service, now)
    columns, former = dict(design.columns), service.picture
    if columns["category_id"] != service.category_id:
        columns["position"] = last_position(business.id, columns["category_id"])
    if key or design.drops_picture:
        columns["picture"] = key
    change_service(service, by=by, now=now, **columns)
    if former != service.picture:
        drop_picture(business.id, former, by=by, now=now)
    set_needs(business.id, service.id, design.needs, by=by, now=now)
    return _set_places(business, service, design.places, by=by, now=now)


def copy_service(business: Business, service: Service, *, by: Actor, now: datetime) -> Service:
    """The same once more under another name, with who and what it takes and what it asks; not bookable yet.

    Raises TooManyServices.
    """
    rules_changed(business.id)
    _check_room(business)
    names = [it.key for it in inspect(Service).column_attrs if it.key not in _NOT_COPIED]
    columns = {name: getattr(service, name) for name in names}
    mark = gettext("%(name)s (copy)", name="")
    made = add_service(
        business.id,
        service.name[: LONGEST_NAME - len(mark)].rstrip() + mark,
        **columns,
        bookable=False,
        position=last_position(business.id, service.category_id),
        by=by,
        now=now,
    )
    needs = needs_of(business.id, [service.id])[service.id]
    if needs:
        set_needs(business.id, made.id, needs, by=by, now=now)
    for it in questions_for(business.id, [service.id]):
        if it.service_id:
            wish = QuestionWish(it.label, it.kind, tuple(it.options), it.required)
            ask(business.id, wish, made.id, by=by, now=now)
    return made


def put_back(business: Business, service: Service, *, by: Actor, now: datetime) -> None:
    """Offer a service that was put away. Twice changes nothing. Raises TooManyServices."""
    rules_changed(business.id)
    db.session.refresh(service)
    if service.active:
        return
    _check_room(business)
    change_service(service, by=by, now=now, active=True)


def count_expected(business_id: int, service_id: int, now: datetime) -> int:
    """How many bookings of a service that somebody has made are still to begin."""
    counted = (
        select(func.count())
        .select_from(Booking)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(
            to_begin(business_id, now),
            expected(),
            Appointment.service_id == service_id,
        )
    )
    return db.session.scalar(counted) or 0


def _check_room(business: Business) -> None:
    if count_services(business.id)[True] >= MOST_SERVICES:
        raise TooManyServices


def _kept(business: Business, design: Design, *, by: Actor, now: datetime) -> str | None:
    """The key of the new picture. Under the lock of the schedule."""
    if not design.picture:
        return None
    return keep_picture(business.id, "service", design.picture, by=by, now=now)


def _set_places(
    business: Business, service: Service, places: int, *, by: Actor, now: datetime
) -> list[Appointment]:
    if places == service.capacity:
        return []
    if places > 1:
        return change_capacity(business, service, places, by=by, now=now)
    changes = {"capacity": [service.capacity, places]}
    service.capacity = places
    db.session.flush()
    record("service.changed", "service", service.id, by=by, at=now, business_id=business.id, changes=changes)
    return []


def _check_switch(business: Business, service: Service, now: datetime) -> None:
    """Raise StillOneOrMany while anything goes by what the service is. Under the lock."""
    expire_dead_holds(business.id, now)
    ahead = select(Appointment.id).filter_by(service_id=service.id).where(not_over(business.id, now))
    today = local_date(now, business.zone)
    times = (
        select(ClassTime.id).filter_by(business_id=business.id, service_id=service.id).where(goes_on(today))
    )
    if db.session.scalar(ahead.limit(1)) or db.session.scalar(times.limit(1)):
        raise StillOneOrMany
