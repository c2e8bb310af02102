"""The week a business, a person or a room is open."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from app.audit.models import record
from app.business_hours.models import WeeklyHours
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db

Week = Mapping[int, Sequence[tuple[int, int]]]


def week_of(business_id: int, resource_id: int | None = None) -> Week:
    """The open intervals that hold all year, in the first week of a rota; no days where a resource has none of its own.

    Without `resource_id` it is the week of the business.
    """
    return next(iter(rota_of(business_id, resource_id)), {})


def rota_of(business_id: int, resource_id: int | None = None) -> list[Week]:
    """The weeks that follow each other all year, one where each is like the others; none without hours of their own.

    The first is the first week of all rotas (app.schedule.rota).
    """
    columns = WeeklyHours.rota_of, WeeklyHours.rota_week, WeeklyHours.weekday
    rows = select(*columns, WeeklyHours.opens_min, WeeklyHours.closes_min).filter_by(
        business_id=business_id, resource_id=resource_id, valid_from=None, valid_until=None
    )
    found = db.session.execute(rows.order_by(WeeklyHours.opens_min)).all()
    weeks = [
        defaultdict[int, list[tuple[int, int]]](list) for _ in range(max((it[0] for it in found), default=0))
    ]
    for _, number, weekday, opens, closes in found:
        weeks[number][weekday].append((opens, closes))
    return [dict(week) for week in weeks]


def set_week(
    business_id: int, week: Week, resource_id: int | None = None, *, by: Actor, now: datetime
) -> None:
    """Replace the open intervals of a week: weekday (0 is Monday) to (opens, closes) in minutes from midnight.

    Without `resource_id` it is the week of the business. An empty week for a person means the business's hours.
    """
    set_rota(business_id, [week], resource_id, by=by, now=now)


def set_rota(
    business_id: int,
    weeks: Sequence[Week],
    resource_id: int | None = None,
    *,
    valid_from: date | None = None,
    valid_until: date | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Replace the hours of a season by weeks that follow each other and begin again after the last.

    The first is the first week of all rotas (app.schedule.rota). Hours of other seasons stay as they are.
    """
    rules_changed(business_id)
    of_season: dict[str, Any] = {
        "business_id": business_id,
        "resource_id": resource_id,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    was = _intervals(business_id, resource_id)
    db.session.execute(delete(WeeklyHours).filter_by(**of_season))
    db.session.add_all(
        WeeklyHours(
            **of_season,
            weekday=weekday,
            opens_min=opens,
            closes_min=closes,
            rota_week=number,
            rota_of=len(weeks),
        )
        for number, week in enumerate(weeks)
        for weekday, intervals in week.items()
        for opens, closes in intervals
    )
    db.session.flush()
    subject = ("business", business_id) if resource_id is None else ("resource", resource_id)
    changes = {"weekly_hours": [was, _intervals(business_id, resource_id)]}
    record("hours.changed", *subject, by=by, at=now, business_id=business_id, changes=changes)


def _intervals(business_id: int, resource_id: int | None) -> list[list[Any]]:
    """The weeks as lists of weekday, opening and closing, and what limits them, as an audit row keeps it."""
    columns = WeeklyHours.weekday, WeeklyHours.opens_min, WeeklyHours.closes_min
    limits = WeeklyHours.rota_of, WeeklyHours.rota_week, WeeklyHours.valid_from, WeeklyHours.valid_until
    rows = select(*columns, *limits).filter_by(business_id=business_id, resource_id=resource_id)
    every_week = (1, 0, None, None)
    return [
        list(row[:3]) if tuple(row[3:]) == every_week else list(row)
        for row in db.session.execute(rows.order_by(*limits, *columns))
    ]
