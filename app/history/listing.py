"""The history of a business, a page at a time, the newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, tuple_

from app.audit.models import AuditEvent
from app.core.db import db
from app.schedule.wall_clock import WallClock, utc

PAGE = 50
AT_ONCE = 500
ACTORS = {"customers": ("visitor", "customer"), "system": ("system", "admin"), "team": ("member",)}
# The minutes in which somebody typed their name are no change anybody asks about.
_NOT_TOLD = ("booking.held",)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for; nothing given is everything. `who` is one of ACTORS, `member` the account of somebody.

    `nouns` are those of actions, `subject` one (kind, id), the days those of the business in `zone`.
    """

    zone: str
    who: str | None = None
    member: int | None = None
    nouns: Sequence[str] = ()
    first: date | None = None
    last: date | None = None
    subject: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """A page of it. `older` says where the next one begins, None on the last."""

    rows: Sequence[AuditEvent]
    older: tuple[datetime, int] | None


def events_of(business_id: int, wish: Wish, before: tuple[datetime, int] | None, most: int = PAGE) -> Events:
    """What happened right `before` a row (its moment and id), or last of all: one statement."""
    found = select(AuditEvent).where(_wanted(business_id, wish))
    if before:
        found = found.where(tuple_(AuditEvent.at, AuditEvent.id) < before)
    newest = found.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(most + 1)
    rows = list(db.session.scalars(newest))
    last = rows[most - 1] if len(rows) > most else None
    return Events(rows[:most], (last.at, last.id) if last else None)


def each_event(business_id: int, wish: Wish) -> Iterator[Sequence[AuditEvent]]:
    """All of it in parts of AT_ONCE, between which a transaction may end. What happens meanwhile is not in it."""
    before: tuple[datetime, int] | None = None
    while True:
        found = events_of(business_id, wish, before, AT_ONCE)
        yield found.rows
        before = found.older
        if before is None:
            return


def _wanted(business_id: int, wish: Wish) -> ColumnElement[bool]:
    rules = [AuditEvent.business_id == business_id, AuditEvent.action.not_in(_NOT_TOLD)]
    if wish.who:
        rules.append(AuditEvent.actor_kind.in_(ACTORS[wish.who]))
    if wish.member:
        rules.append(AuditEvent.actor_user_id == wish.member)
    if wish.nouns:
        rules.append(func.split_part(AuditEvent.action, ".", 1).in_(wish.nouns))
    if wish.first:
        rules.append(AuditEvent.at >= _midnight(wish.first, wish.zone))
    if wish.last:
        rules.append(AuditEvent.at < _midnight(wish.last + timedelta(1), wish.zone))
    if wish.subject:
        kind, subject_id = wish.subject
        rules.append(and_(AuditEvent.subject_kind == kind, AuditEvent.subject_id == subject_id))
    return and_(*rules)


def _midnight(day: date, zone: str) -> datetime:
    return utc(WallClock(zone, day, day).opening(day, 0))
