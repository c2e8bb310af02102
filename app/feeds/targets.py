"""Which calendars elsewhere are to be read, and where they are."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, text

from app.businesses.models import Business
from app.core.db import db
from app.core.resealing import keeps_sealed
from app.core.sealing import unseal
from app.feeds.addresses import Address, NoAddress, address_of
from app.feeds.fetching import Known, NotRead
from app.feeds.models import OtherCalendar
from app.schedule.models import Resource
from app.schedule.wall_clock import local_date
from app.services.models import Service

EVERY = timedelta(minutes=15)
PURPOSE = "other-calendar"
AT_ONCE = 200
FURTHEST = 366  # days
keeps_sealed(PURPOSE, OtherCalendar.address)

# Whoever comes second finds the time of the next reading raised. Nobody reads for whom nobody can book.
_CLAIM = text("""
    UPDATE other_calendars c SET next_at = :next
     WHERE (c.business_id, c.id) IN (
           SELECT o.business_id, o.id
             FROM other_calendars o
             JOIN resources r ON r.business_id = o.business_id AND r.id = o.resource_id
            WHERE o.next_at <= :now AND r.active
            ORDER BY o.next_at
            LIMIT :most
              FOR UPDATE OF o SKIP LOCKED)
    RETURNING c.business_id, c.id
""")


class Target(NamedTuple):
    """What to ask where, and for which days in which zone: from yesterday until nobody can book any more."""

    business_id: int
    calendar_id: int
    address: Address
    known: Known
    first: date
    last: date
    zone: str


def claim_due(now: datetime) -> list[tuple[int, int]]:
    """The business and id of those whose turn it is; their next is in a quarter of an hour."""
    asked = {"now": now, "next": now + EVERY, "most": AT_ONCE}
    return [(row.business_id, row.id) for row in db.session.execute(_CLAIM, asked)]


def target_of(business_id: int, calendar_id: int, now: datetime) -> Target | None:
    """How to read one; None where it is gone, or belongs to somebody who was put away. Raises NotRead."""
    found = (
        select(OtherCalendar, Business)
        .join(Business, Business.id == OtherCalendar.business_id)
        .join(
            Resource,
            (Resource.business_id == OtherCalendar.business_id) & (Resource.id == OtherCalendar.resource_id),
        )
        .where(OtherCalendar.business_id == business_id, OtherCalendar.id == calendar_id, Resource.active)
    )
    row = db.session.execute(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        return None
    calendar, business = row
    typed = unseal(PURPOSE, calendar.address)
    if typed is None:
        raise NotRead("key_gone")
    try:
        address = address_of(typed)
    except NoAddress as error:
        raise NotRead(str(error)) from error
    first, last = days_read(business, now)
    return Target(
        business_id, calendar_id, address, _known(calendar, business.zone, now), first, last, business.zone
    )


def days_read(business: Business, now: datetime) -> tuple[date, date]:
    """From yesterday until nobody can book any more, or for a year."""
    own = select(func.max(Service.advance_days)).filter_by(business_id=business.id)
    ahead = max(business.advance_days, db.session.scalar(own) or 0)
    today = local_date(now, business.zone)
    return today - timedelta(1), today + timedelta(min(ahead, FURTHEST) + 1)


def _known(calendar: OtherCalendar, zone: str, now: datetime) -> Known:
    """What was read today. On another day everything is read again: what repeats reaches a day further."""
    is_of_today = calendar.read_at and local_date(calendar.read_at, zone) == local_date(now, zone)
    return Known(calendar.etag, calendar.modified) if is_of_today and not calendar.problem else Known()
