"""What became of an appointment and of everybody in it, as members read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select

from app.appointments.models import Appointment, Booking
from app.audit.models import AuditEvent
from app.core.db import db
from app.schedule.models import Allocation, Resource
from app.schedule.verdict import Refusal

SHOWN_AT_FIRST = 10
MOST_SHOWN = 300
# What nobody asks about afterwards: the minutes in which somebody typed their name.
_NOT_TOLD = ("booking.held",)

_TITLES: Mapping[str, LazyString] = {
    "appointment.moved": _("Moved"),
    "booking.arrived": _("Arrived"),
    "booking.cancelled": _("Cancelled"),
    "booking.completed": _("Done"),
    "booking.corrected": _("Details changed"),
    "booking.declined": _("Declined"),
    "booking.expired": _("Ran out"),
    "booking.full_price": _("Code taken off"),
    "booking.made_cheaper": _("Code used"),
    "booking.moved": _("Moved to another date"),
    "booking.no_show": _("Did not come"),
    "booking.not_arrived": _("Not here yet after all"),
    "booking.noted": _("Internal note changed"),
    "booking.not_coming": _("Cannot come"),
    "booking.promised": _("Says they will come"),
    "booking.pending_payment": _("Waiting for payment"),
    "booking.requested": _("Requested"),
    "class_date.cancelled": _("Date cancelled"),
    "class_date.changed": _("Places changed"),
    "class_date.restored": _("Happens after all"),
}
_CONFIRMED_FROM: Mapping[str | None, LazyString] = {
    "requested": _("Accepted"),
    "cancelled": _("Booked again"),
    "declined": _("Booked again"),
}
_BOOKED = _("Booked")
OVERRIDDEN: Mapping[str, LazyString] = {
    Refusal.CLOSED: _("outside opening hours"),
    Refusal.STAFF_OFF: _("outside their working hours"),
    Refusal.BUSY: _("squeezed in"),
    Refusal.LIMIT: _("more than are allowed that day"),
    Refusal.NO_ROOM: _("squeezed in without a free room"),
    Refusal.FULL: _("one more than there are places"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. Pairs are what was before and what came after; moments are UTC, lengths minutes.

    `who` is None where the customer did it, `customer` is said where there are several. `told`: whether the customer
    was to be told. `booking_id` and `swapped` are what it was about besides the appointment. Of two dates of a class
    `people` and `rooms` say how they differ today. `is_back`: it returned to where it was before.
    """

    what: str
    title: str | LazyString
    at: datetime
    who: str | None
    by_member: bool
    reason: str | None = None
    customer: str | None = None
    booking_id: int | None = None
    starts: tuple[datetime, datetime] | None = None
    minutes: tuple[int, int] | None = None
    people: tuple[str, str] | None = None
    person_ids: tuple[int, int] | None = None
    rooms: tuple[str, str] | None = None
    places: tuple[int, int] | None = None
    dates: tuple[int, int] | None = None
    swapped: int | None = None
    told: bool | None = None
    is_back: bool = False
    overridden: Sequence[LazyString] = ()

    def is_fresh(self, now: datetime) -> bool:
        """Whether whoever did it may still be looking."""
        return self.by_member and now - self.at < timedelta(minutes=30)


def history_of(
    appointment: Appointment, bookings: Sequence[Booking], *, whole: bool = False
) -> tuple[list[Line], int]:
    """What happened, the latest first: the beginning of it or the `whole`, and how much there is in all."""
    found = _events(appointment, [it.id for it in bookings])
    many = func.count().over().label("many")
    limit = MOST_SHOWN if whole else SHOWN_AT_FIRST
    rows = db.session.execute(
        found.add_columns(many).order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(limit)
    ).all()
    events = [row[0] for row in rows]
    names = _names(appointment.business_id, {it for event in events for it in _performers(event)})
    dates = _fillers(
        appointment.business_id, {it for event in events for it in event.changes.get("appointment", ())}
    )
    customers = {it.id: it.contact_name for it in bookings} if len(bookings) > 1 else {}
    return [_line(appointment, event, names, dates, customers) for event in events], rows[
        0
    ].many if rows else 0


def _events(appointment: Appointment, booking_ids: Collection[int]) -> Select[AuditEvent]:
    of_appointment = (AuditEvent.subject_kind == "appointment") & (AuditEvent.subject_id == appointment.id)
    of_bookings = (AuditEvent.subject_kind == "booking") & AuditEvent.subject_id.in_(booking_ids)
    return select(AuditEvent).where(
        AuditEvent.business_id == appointment.business_id,
        of_appointment | of_bookings,
        AuditEvent.action.not_in(_NOT_TOLD),
    )


def _performers(event: AuditEvent) -> list[int]:
    """Who performed it before and after, where that changed."""
    was, became = event.changes.get("resources", ([], []))
    return [was[0], became[0]] if was and became and was[0] != became[0] else []


def _names(business_id: int, resource_ids: Collection[int]) -> dict[int, str]:
    if not resource_ids:
        return {}
    found = select(Resource.id, Resource.name).where(
        Resource.business_id == business_id, Resource.id.in_(resource_ids)
    )
    return {row.id: row.name for row in db.session.execute(found)}


def _fillers(business_id: int, appointment_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """By appointment and kind of resource the names of who and what it takes."""
    if not appointment_ids:
        return {}
    found = (
        select(Allocation.appointment_id, Resource.kind, Resource.name)
        .distinct()
        .join(
            Resource,
            (Resource.business_id == Allocation.business_id) & (Resource.id == Allocation.resource_id),
        )
        .where(Allocation.business_id == business_id, Allocation.appointment_id.in_(appointment_ids))
        .order_by(Resource.name)
    )
    names: dict[tuple[int, str], list[str]] = {}
    for date_id, kind, name in db.session.execute(found):
        names.setdefault((date_id, kind), []).append(name)
    return {key: ", ".join(those) for key, those in names.items()}


def _difference(
    dates: tuple[int, int] | None, fillers: Mapping[tuple[int, str], str], kind: str
) -> tuple[str, str] | None:
    """What two dates of a class take of a kind, where that is not the same."""
    if dates is None:
        return None
    was, became = (fillers.get((it, kind), "") for it in dates)
    return (was, became) if was and became and was != became else None


def _line(
    appointment: Appointment,
    event: AuditEvent,
    names: Mapping[int, str],
    fillers: Mapping[tuple[int, str], str],
    customers: Mapping[int, str | None],
) -> Line:
    changes = event.changes
    about_booking = event.subject_kind == "booking"
    people = _performers(event)
    dates = changes.get("appointment")
    return Line(
        what=event.action,
        title=_title(event),
        at=event.at,
        who=None if event.actor_kind in ("visitor", "customer") else event.actor_name,
        by_member=event.actor_kind == "member",
        reason=event.reason,
        customer=customers.get(event.subject_id) if about_booking else None,
        booking_id=event.subject_id if about_booking else None,
        starts=_moments(changes, "starts_at"),
        minutes=_lengths(appointment, changes),
        people=(names.get(people[0], ""), names.get(people[1], ""))
        if people
        else _difference(dates, fillers, "staff"),
        person_ids=(people[0], people[1]) if people else None,
        rooms=_difference(dates, fillers, "space"),
        places=changes.get("capacity"),
        dates=dates,
        swapped=changes.get("swapped", [None, None])[1],
        told=changes.get("told", [None, None])[1],
        is_back="back" in changes,
        overridden=[OVERRIDDEN[it] for it in changes.get("overridden", [None, ()])[1] if it in OVERRIDDEN],
    )


def _status_before(event: AuditEvent) -> str | None:
    before: str | None = event.changes.get("status", [None])[0]
    return before


def _title(event: AuditEvent) -> str | LazyString:
    if event.action == "booking.confirmed":
        return _CONFIRMED_FROM.get(_status_before(event), _BOOKED)
    if event.action == "booking.pending_payment" and _status_before(event) == "requested":
        return _("Accepted, waits for its payment")
    if "swapped" in event.changes:
        return _("Swapped back") if "back" in event.changes else _("Swapped")
    if "back" in event.changes:
        return _("Moved back")
    return _TITLES.get(event.action, event.action)


def _moments(changes: Mapping[str, Any], field: str) -> tuple[datetime, datetime] | None:
    if field not in changes:
        return None
    was, became = changes[field]
    return datetime.fromisoformat(was), datetime.fromisoformat(became)


def _lengths(appointment: Appointment, changes: Mapping[str, Any]) -> tuple[int, int] | None:
    """How long it was and became, where that can be known from what was written down and is not the same."""
    starts = _moments(changes, "starts_at") or (appointment.starts_at, appointment.starts_at)
    ends = _moments(changes, "ends_at")
    if ends is None or "appointment" in changes:
        return None
    was, became = (int((end - start).total_seconds()) // 60 for start, end in zip(starts, ends, strict=True))
    return None if was == became else (was, became)
