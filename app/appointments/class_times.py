"""What members decide about a class as a whole: when it happens, and for how many."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from app.appointments.ahead import to_begin
from app.appointments.class_dates import TooSmall, give_back, set_places
from app.appointments.expiring import expire_dead_holds
from app.appointments.freeing import tell_freed
from app.appointments.models import Appointment
from app.appointments.settling import settle
from app.appointments.timetabling import Laid, lay_dates
from app.audit.models import record
from app.businesses.locking import rules_changed
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.class_times import Recurrence, add_class_time, end_class_time
from app.schedule.models import ClassTime
from app.services.models import Service


def put_on_timetable(
    business: Business,
    service: Service,
    when: Recurrence,
    resources: Mapping[int, int],
    *,
    by: Actor,
    now: datetime,
) -> tuple[ClassTime, Laid]:
    """Let a class happen at a time, with who or what fills each need (by position), and lay its dates.

    Some dates may be missed; they are in the answer with the reason. Raises as `add_class_time` does.
    """
    class_time = add_class_time(service, when, resources, by=by, now=now)
    return class_time, lay_dates(business, now)


def take_off_timetable(
    business: Business, class_time: ClassTime, last_on: date, *, by: Actor, now: datetime
) -> list[Appointment]:
    """Let a class happen on a date for the last time. On a later date than before it goes on until then.

    All later dates are off the timetable: nobody books a place there any more. Those nobody has booked give their time
    back; the others, which are returned, stand for as long as somebody is in them.
    """
    end_class_time(class_time, last_on, by=by, now=now)
    expire_dead_holds(business.id, now)
    _put_back(business, class_time, last_on, now)
    later = _dates_ahead(business, class_time.service_id, now, class_time.id, last_on)
    empty = [it for it in later if not it.places_taken]
    for it in empty:
        # Should the class come back, these dates are laid anew.
        it.class_time_id = it.class_on = None
    booked = [it for it in later if it not in empty]
    give_back(business, later)
    tell_freed(business, now)
    return booked


def change_capacity(
    business: Business, service: Service, places: int, *, by: Actor, now: datetime
) -> list[Appointment]:
    """Give a class more or fewer places from now on; the dates ahead on which more are booked than fit.

    Raises TooSmall below two places.
    """
    if places < 2:
        raise TooSmall
    rules_changed(business.id)
    expire_dead_holds(business.id, now)
    db.session.refresh(service)
    changes = {"capacity": [service.capacity, places]}
    service.capacity = places
    record("service.changed", "service", service.id, by=by, at=now, business_id=business.id, changes=changes)
    dates = _dates_ahead(business, service.id, now)
    for it in dates:
        set_places(it, places, by=by, now=now)
    settle(business.id, *(it.id for it in dates))
    tell_freed(business, now)
    return [it for it in dates if it.overbooked]


def _put_back(business: Business, class_time: ClassTime, last_on: date, now: datetime) -> None:
    """What an earlier end took off the timetable and somebody is still in is on it again, until the new one."""
    off = select(Appointment).where(
        to_begin(business.id, now),
        Appointment.class_time_id == class_time.id,
        Appointment.class_on <= last_on,
        ~Appointment.scheduled,
    )
    dates = db.session.scalars(off.execution_options(populate_existing=True)).all()
    ids = [it.id for it in dates]
    for it in dates:
        it.scheduled, it.held_until = True, None
    settle(business.id, *ids)


def _dates_ahead(
    business: Business,
    service_id: int,
    now: datetime,
    class_time_id: int | None = None,
    after: date | None = None,
) -> list[Appointment]:
    """The live dates that have not begun, by time; of one class time, after a day."""
    dates = select(Appointment).where(
        to_begin(business.id, now), Appointment.service_id == service_id, Appointment.scheduled
    )
    if class_time_id is not None:
        dates = dates.where(Appointment.class_time_id == class_time_id, Appointment.class_on > after)
    fresh = dates.order_by(Appointment.starts_at, Appointment.id).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))
