"""Calendars elsewhere whose events are time off of a person or room: added, read again, removed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select, update

from app.audit.models import record
from app.business_hours.models import TimeOff
from app.businesses.locking import lock_schedule, rules_changed
from app.businesses.models import Membership
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.jobs import enqueue_after_commit
from app.core.sealing import seal
from app.feeds.addresses import NoAddress, address_of
from app.feeds.allowing import Whose, everybody, need_allowed
from app.feeds.jobs import read_calendar
from app.feeds.models import OtherCalendar
from app.feeds.problems import in_words
from app.feeds.targets import EVERY, PURPOSE
from app.schedule.models import Resource

MOST_OF_ONE = 10


class NotACalendar(DomainError):
    """What was typed is no address of a calendar."""


class TooManyCalendars(DomainError):
    """More calendars than one person has."""

    message = _(
        "There are 10 calendars already, and more are not possible. Remove one that is no longer needed."
    )


class Listed(NamedTuple):
    """A calendar as the page lists it, and whose time it takes."""

    calendar: OtherCalendar
    whose: str


def calendars_of(membership: Membership, those: Sequence[Whose]) -> Sequence[Listed]:
    """Those of a member's own person, and from managers up all of the business, by whose they are.

    `those` are everybody of the business.
    """
    found = (
        select(OtherCalendar, Resource.name)
        .join(
            Resource,
            (Resource.business_id == OtherCalendar.business_id) & (Resource.id == OtherCalendar.resource_id),
        )
        .where(OtherCalendar.business_id == membership.business_id)
        .order_by(Resource.name, Resource.id, OtherCalendar.id)
    )
    if not membership.is_at_least("manager"):
        found = found.where(OtherCalendar.resource_id.in_([it.id for it in those if it.is_theirs]))
    return [Listed(*row) for row in db.session.execute(found)]


def find_calendar(membership: Membership, calendar_id: int) -> OtherCalendar | None:
    """One of those."""
    listed = calendars_of(membership, everybody(membership))
    return next((it.calendar for it in listed if it.calendar.id == calendar_id), None)


def add_calendar(
    membership: Membership, resource_id: int, name: str, typed: str, *, by: Actor, now: datetime
) -> OtherCalendar:
    """One more, which is read as soon as this is committed.

    Raises NotTheirCalendar, NotACalendar or TooManyCalendars.
    """
    need_allowed(membership, resource_id)
    try:
        address = address_of(typed)
    except NoAddress as error:
        raise NotACalendar(in_words(str(error))) from error
    lock_schedule(membership.business_id)
    of = {"business_id": membership.business_id, "resource_id": resource_id}
    if (
        db.session.scalar(select(func.count()).select_from(OtherCalendar).filter_by(**of)) or 0
    ) >= MOST_OF_ONE:
        raise TooManyCalendars
    calendar = OtherCalendar(
        **of,
        name=name,
        address=seal(PURPOSE, str(address)),
        host=address.host,
        created_at=now,
        next_at=now + EVERY,
    )
    db.session.add(calendar)
    db.session.flush()
    _record("added", calendar, [None, calendar.host], by, now)
    enqueue_after_commit(read_calendar, calendar.business_id, calendar.id)
    return calendar


def read_again(calendar: OtherCalendar, *, now: datetime) -> None:
    """Have it read as soon as this is committed, as if for the first time."""
    this = update(OtherCalendar).filter_by(business_id=calendar.business_id, id=calendar.id)
    db.session.execute(this.values(etag=None, modified=None, next_at=now + timedelta(minutes=1)))
    enqueue_after_commit(read_calendar, calendar.business_id, calendar.id)


def remove_calendar(calendar: OtherCalendar, *, by: Actor, now: datetime) -> None:
    """Forget it, with the time off it brought. Twice changes nothing."""
    business_id, calendar_id = calendar.business_id, calendar.id
    lock_schedule(business_id)
    theirs = {"business_id": business_id, "other_calendar_id": calendar_id}
    gone = db.session.execute(delete(TimeOff).filter_by(**theirs).returning(TimeOff.id)).all()
    this = delete(OtherCalendar).filter_by(business_id=business_id, id=calendar_id)
    if not db.session.execute(this.returning(OtherCalendar.id)).all():
        return
    if gone:
        rules_changed(business_id)
    _record("removed", calendar, [calendar.host, None], by, now)
    db.session.expunge(calendar)


def _record(what: str, calendar: OtherCalendar, host: list[str | None], by: Actor, now: datetime) -> None:
    """Written down at the person or room whose time it takes; the address is a secret of its owner's."""
    record(
        f"other_calendar.{what}",
        "resource",
        calendar.resource_id,
        by=by,
        at=now,
        business_id=calendar.business_id,
        changes={"host": host},
        reason=calendar.name,
    )
    db.session.flush()
