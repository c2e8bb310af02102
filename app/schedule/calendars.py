"""Hours, special days and time off out of the database: one statement, however many people and days."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import Row, text

from app.core.db import db
from app.core.intervals import Interval, merge
from app.schedule.facts import Calendar, Hours
from app.schedule.wall_clock import days_between, epoch_minute, epoch_minute_not_before

AnyCalendar = TypeVar("AnyCalendar", bound=Calendar)

# Weekly hours of other seasons too: somebody who has only such rows is off, not there whenever the business is.
_ROWS = text("""
    SELECT 'weekly' AS kind, resource_id, opens_min, closes_min, valid_from AS first_on, valid_until AS last_on,
           weekday, rota_week, rota_of, NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at
      FROM weekly_hours
     WHERE business_id = :business AND (resource_id IS NULL OR resource_id = ANY (:resources))
     UNION ALL
    SELECT 'special', resource_id, opens_min, closes_min, on_date, on_date, NULL, NULL, NULL, NULL, NULL
      FROM special_days
     WHERE business_id = :business AND (resource_id IS NULL OR resource_id = ANY (:resources))
       AND on_date BETWEEN :first AND :last
     UNION ALL
    SELECT CASE WHEN first_on IS NULL THEN 'hours off' ELSE 'days off' END,
           resource_id, NULL, NULL, first_on, last_on, NULL, NULL, NULL, starts_at, ends_at
      FROM time_off
     WHERE business_id = :business AND (resource_id IS NULL OR resource_id = ANY (:resources))
       AND (last_on >= :first AND first_on <= :last OR ends_at > :since AND starts_at < :until)
""")


def with_hours(calendar: AnyCalendar, business_id: int, resources: Collection[int] = ()) -> AnyCalendar:
    """The calendar with all that says when the business and these resources are there on its days."""
    first, last = calendar.dates
    since, until = (datetime.combine(day, time(), UTC) for day in (first - timedelta(1), last + timedelta(2)))
    near = {"first": first, "last": last, "since": since, "until": until}
    rows: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in db.session.execute(_ROWS, {"business": business_id, "resources": list(resources)} | near):
        rows[row.kind].append(row)
    return replace(
        calendar,
        hours=_hours(rows["weekly"]),
        special=_special(rows["special"]),
        off=_off(rows["days off"], first, last),
        blocked=_blocked(rows["hours off"]),
    )


def _hours(rows: Collection[Row[Any]]) -> dict[int | None, tuple[Hours, ...]]:
    hours: dict[int | None, list[Hours]] = defaultdict(list)
    for row in rows:
        weekly = Hours(
            row.weekday,
            row.opens_min,
            row.closes_min,
            row.first_on,
            row.last_on,
            row.rota_week,
            row.rota_of,
        )
        hours[row.resource_id].append(weekly)
    return {resource: tuple(those) for resource, those in hours.items()}


def _special(rows: Collection[Row[Any]]) -> dict[int | None, dict[date, list[Interval]]]:
    """The intervals of special days, in wall minutes; a closed one has none."""
    special: dict[int | None, dict[date, list[Interval]]] = {}
    for row in rows:
        intervals = special.setdefault(row.resource_id, {}).setdefault(row.first_on, [])
        if row.opens_min is not None:
            intervals.append((row.opens_min, row.closes_min))
    return special


def _off(rows: Collection[Row[Any]], first: date, last: date) -> dict[int | None, set[date]]:
    """The days off from first to last."""
    off: dict[int | None, set[date]] = defaultdict(set)
    for row in rows:
        off[row.resource_id].update(days_between(max(first, row.first_on), min(last, row.last_on)))
    return dict(off)


def _blocked(rows: Collection[Row[Any]]) -> dict[int | None, list[Interval]]:
    """The hours off, in epoch minutes; a minute that is off in part is off."""
    blocked: dict[int | None, list[Interval]] = defaultdict(list)
    for row in rows:
        blocked[row.resource_id].append((epoch_minute(row.starts_at), epoch_minute_not_before(row.ends_at)))
    return {resource: merge(stretches) for resource, stretches in blocked.items()}
