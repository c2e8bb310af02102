"""When a business, apart from its people and rooms, is closed for longer than a night, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.business_hours.models import SpecialDay, TimeOff
from app.core.db import db


@dataclass(frozen=True, slots=True)
class Closure:
    """Whole dates, both included; or, with `starts_at` and `ends_at` (aware), only that stretch of them."""

    first: date
    last: date
    reason: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnDays:
    """What the dates of a business have of their own: names of special days, and closures by date."""

    names: dict[date, str]
    closures: list[Closure]

    def why(self, day: date) -> str | None:
        """What a date is called that is not like the others of its weekday; None when nobody wrote it down."""
        if day in self.names:
            return self.names[day]
        return next((it.reason for it in self.closures if it.reason and it.first <= day <= it.last), None)


def own_days(business_id: int, first: date, last: date, zone: str) -> OwnDays:
    """The special days and closures that touch these dates of a zone: two statements.

    Closed dates of one reason that follow each other are one closure.
    """
    here = ZoneInfo(zone)
    since, until = (datetime.combine(day, time(), here) for day in (first, last + timedelta(1)))
    special = select(SpecialDay).filter_by(business_id=business_id, resource_id=None)
    days = list(db.session.scalars(special.where(SpecialDay.on_date.between(first, last))))
    off = select(TimeOff).filter_by(business_id=business_id, resource_id=None)
    near = (TimeOff.last_on >= first) & (TimeOff.first_on <= last)
    touching = (TimeOff.ends_at > since) & (TimeOff.starts_at < until)
    closed = [Closure(it.on_date, it.on_date, it.label) for it in days if it.opens_min is None]
    away = [_closure(it, here) for it in db.session.scalars(off.where(near | touching))]
    names = {it.on_date: it.label for it in days if it.label}
    return OwnDays(names, join_closures([*closed, *away]))


def join_closures(closures: Iterable[Closure]) -> list[Closure]:
    """Closures by date; dates of one reason that follow each other as one, and none that lies within another."""
    whole: list[Closure] = []
    parts = []
    for it in sorted(closures, key=lambda it: (it.first, -it.last.toordinal())):
        if it.starts_at:
            parts.append(it)
        elif whole and it.last <= whole[-1].last:
            continue
        elif whole and it.reason == whole[-1].reason and it.first <= whole[-1].last + timedelta(1):
            whole[-1] = replace(whole[-1], last=it.last)
        else:
            whole.append(it)
    parts = [it for it in parts if not any(day.first <= it.first and it.last <= day.last for day in whole)]
    return sorted([*whole, *parts], key=lambda it: (it.first, it.last))


def _closure(off: TimeOff, zone: tzinfo | None) -> Closure:
    if off.first_on and off.last_on:
        return Closure(off.first_on, off.last_on, off.reason)
    assert off.starts_at is not None
    assert off.ends_at is not None
    first, last = off.starts_at.astimezone(zone), (off.ends_at - timedelta(microseconds=1)).astimezone(zone)
    return Closure(first.date(), last.date(), off.reason, off.starts_at, off.ends_at)
