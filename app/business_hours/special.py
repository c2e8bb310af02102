"""Dates with hours of their own: a late evening, a short Christmas Eve, a day that is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, func, select

from app.audit.models import record
from app.business_hours.models import SpecialDay
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.intervals import Interval


class DayHasItsOwn(Conflict):
    """Two people, or one in two windows, give the same date hours of its own."""

    message = _("This date has hours of its own already. Please change those, or choose another date.")


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A date with its own intervals, in minutes from midnight, earliest first; none when it is closed."""

    on: date
    label: str | None
    intervals: Sequence[Interval]


def special_days(
    business_id: int,
    resource_id: int | None = None,
    *,
    since: date,
    until: date | None = None,
    limit: int,
    offset: int = 0,
) -> list[OwnDay]:
    """The special days from `since` to the day before `until`, by date. Without `resource_id` those of the business."""
    within = _of(business_id, resource_id, since, until)
    dates = select(SpecialDay.on_date).where(*within).distinct().order_by(SpecialDay.on_date)
    chosen = SpecialDay.on_date.in_(dates.limit(limit).offset(offset))
    rows = select(SpecialDay).where(*within, chosen).order_by(SpecialDay.on_date, SpecialDay.opens_min)
    found: dict[date, OwnDay] = {}
    for row in db.session.scalars(rows):
        day = found.get(row.on_date) or OwnDay(row.on_date, row.label, ())
        if row.opens_min is not None and row.closes_min is not None:
            day = OwnDay(day.on, day.label, [*day.intervals, (row.opens_min, row.closes_min)])
        found[row.on_date] = day
    return list(found.values())


def count_special_days(business_id: int, resource_id: int | None = None, *, since: date) -> int:
    """How many dates from `since` on have hours of their own."""
    dates = select(func.count(SpecialDay.on_date.distinct()))
    return db.session.scalar(dates.where(*_of(business_id, resource_id, since, None))) or 0


def find_special_day(business_id: int, day: date, resource_id: int | None = None) -> OwnDay | None:
    """What a date has of its own."""
    until = date.fromordinal(day.toordinal() + 1)
    return next(iter(special_days(business_id, resource_id, since=day, until=until, limit=1)), None)


def change_special_day(
    business_id: int,
    was: date | None,
    day: OwnDay,
    resource_id: int | None = None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """A new special day, or with `was` another one in its place. Raises DayHasItsOwn."""
    rules_changed(business_id)
    if was != day.on and find_special_day(business_id, day.on, resource_id):
        raise DayHasItsOwn
    if was and was != day.on:
        clear_special_day(business_id, was, resource_id, by=by, now=now)
    set_special_day(business_id, day.on, day.intervals, resource_id, label=day.label, by=by, now=now)


def close_days(
    business_id: int,
    days: Mapping[date, str],
    resource_id: int | None = None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Close on all these dates, each under its name. A date that has hours of its own by now keeps them."""
    rules_changed(business_id)
    for day, label in sorted(days.items()):
        if not find_special_day(business_id, day, resource_id):
            set_special_day(business_id, day, (), resource_id, label=label[:80], by=by, now=now)


def set_special_day(
    business_id: int,
    day: date,
    intervals: Sequence[tuple[int, int]],
    resource_id: int | None = None,
    *,
    label: str | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Give a date these hours, (opens, closes) in minutes from midnight, in place of its weekly ones; none: closed.

    Without `resource_id` it is a day of the business.
    """
    rules_changed(business_id)
    former = _replace(business_id, day, resource_id)
    closed: list[tuple[int | None, int | None]] = [(None, None)]
    db.session.add_all(
        SpecialDay(
            business_id=business_id,
            resource_id=resource_id,
            on_date=day,
            opens_min=opens,
            closes_min=closes,
            label=label,
        )
        for opens, closes in intervals or closed
    )
    db.session.flush()
    becomes = OwnDay(day, label, intervals)
    _record(business_id, resource_id, former, becomes, by, now)


def clear_special_day(
    business_id: int, day: date, resource_id: int | None = None, *, by: Actor, now: datetime
) -> None:
    """Let a date have its weekly hours again."""
    rules_changed(business_id)
    former = _replace(business_id, day, resource_id)
    if former:
        _record(business_id, resource_id, former, None, by, now)


def _of(
    business_id: int, resource_id: int | None, since: date, until: date | None
) -> list[ColumnElement[bool]]:
    within = [
        SpecialDay.business_id == business_id,
        SpecialDay.resource_id.is_not_distinct_from(resource_id),
        SpecialDay.on_date >= since,
    ]
    return within if until is None else [*within, SpecialDay.on_date < until]


def _replace(business_id: int, day: date, resource_id: int | None) -> OwnDay | None:
    """Delete what the date had of its own, and say what that was."""
    former = find_special_day(business_id, day, resource_id)
    of_day = {"business_id": business_id, "resource_id": resource_id, "on_date": day}
    db.session.execute(delete(SpecialDay).filter_by(**of_day))
    return former


def _record(
    business_id: int,
    resource_id: int | None,
    was: OwnDay | None,
    becomes: OwnDay | None,
    by: Actor,
    now: datetime,
) -> None:
    """Written down at the business or at whom it is about: the hours under their date, and the label."""
    subject = ("business", business_id) if resource_id is None else ("resource", resource_id)
    day = becomes or was
    assert day
    changes: dict[str, Any] = {str(day.on): [it and list(it.intervals) for it in (was, becomes)]}
    labels = [it and it.label for it in (was, becomes)]
    if labels[0] != labels[1]:
        changes["label"] = labels
    record("special_day.changed", *subject, by=by, at=now, business_id=business_id, changes=changes)
