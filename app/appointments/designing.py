"""What a business decides about a service as a whole: what it is, who and what it takes, and for how many it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.appointments.ahead import not_over
from app.appointments.class_times import change_capacity
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment
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
from app.schedule.needing import set_needs
from app.schedule.wall_clock import local_date
from app.services.arranging import last_position
from app.services.keeping import check_room_for_more
from app.services.models import Service
from app.services.offering import add_service, change_service


class StillOneOrMany(DomainError):
    """A visit is something else than a class, and somebody has booked it as what it is."""

    message = _(
        "This has bookings or dates ahead, so it cannot change between one place and several."
        " Copy it and change the copy instead."
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
    check_room_for_more(business.id)
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
