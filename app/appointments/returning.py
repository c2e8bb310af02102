"""Taking back that an appointment was moved."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select

from app.appointments.belonging import NotTheirs
from app.appointments.changing import ChangedMeanwhile
from app.appointments.models import Appointment
from app.appointments.moving import move
from app.appointments.overriding import overridable
from app.appointments.relaying import Place
from app.appointments.swapping import swap
from app.audit.models import AuditEvent
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.allocating import taken_by
from app.schedule.wall_clock import epoch_minute

# Where it was, the rules were set aside already or did not say no then.
_AS_IT_WAS = overridable("staff")


def move_back(
    business: Business,
    appointment: Appointment,
    *,
    version: int,
    people: Collection[int] | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Give an appointment the time, length and person it had before it was moved last; if it was swapped, both of them.

    With `people` only to one of these, else NotTheirs. `version` is the one it got by that move: whoever did something
    to it since has the last word, and so doing this twice raises ChangedMeanwhile. Where it was it may be again,
    whatever the rules say by now, unless somebody has taken that time: further errors as in `move`. Whoever was to be
    told of the move is to be told of this.
    """
    lock_schedule(business.id)
    last = db.session.scalars(_moves(appointment)).first()
    if last is None:
        raise ChangedMeanwhile
    was, told = place_before(appointment, last), last.changes.get("told", [None, None])[1]
    if people is not None and was.person not in people:
        raise NotTheirs
    if "swapped" in last.changes:
        other = _swapped_with(appointment, last)
        versions = (version, other.version)
        swap(
            business,
            appointment,
            other,
            versions=versions,
            despite=_AS_IT_WAS,
            by=by,
            now=now,
            tell=told,
            back=True,
        )
        return
    move(
        business,
        appointment,
        start=was.start,
        end=was.end,
        person_id=was.person,
        version=version,
        despite=_AS_IT_WAS,
        by=by,
        now=now,
        tell=told,
        back=True,
    )


def place_before(appointment: Appointment, moved: AuditEvent) -> Place:
    """Where an appointment was before it was moved, in so far as the move changed it."""
    start, end = (
        datetime.fromisoformat(moved.changes[field][0]) if field in moved.changes else now_at
        for field, now_at in (("starts_at", appointment.starts_at), ("ends_at", appointment.ends_at))
    )
    people = moved.changes.get("resources", [_resources(appointment), None])[0]
    return Place(epoch_minute(start), epoch_minute(end), people[0])


def _swapped_with(appointment: Appointment, swapped: AuditEvent) -> Appointment:
    """The other one, if nothing was done to it since. Raises ChangedMeanwhile."""
    key = (appointment.business_id, swapped.changes["swapped"][1])
    other = db.session.get(Appointment, key, populate_existing=True)
    last = db.session.scalars(_moves(other)).first() if other else None
    if other is None or last is None or last.changes.get("swapped") != [None, appointment.id]:
        raise ChangedMeanwhile
    return other


def _resources(appointment: Appointment) -> list[int]:
    taken = taken_by(appointment.business_id, appointment.id)
    return [it.stretch.resource for it in sorted(taken, key=lambda it: it.stretch.need)]


def _moves(appointment: Appointment) -> Select[AuditEvent]:
    """What is written down of its moves, the latest first."""
    of_it = select(AuditEvent).filter_by(
        business_id=appointment.business_id,
        subject_kind="appointment",
        subject_id=appointment.id,
        action="appointment.moved",
    )
    return of_it.order_by(AuditEvent.id.desc()).limit(1)
