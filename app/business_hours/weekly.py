"""The week a business, a person or a room is open."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, or_, select

from app.audit.models import record
from app.business_hours.models import WeeklyHours
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict

Week = Mapping[int, Sequence[tuple[int, int]]]
Dates = tuple[date | None, date | None]
ALL_YEAR: Dates = (None, None)


class SeasonsRemain(Conflict):
    """Who has hours for a season needs hours for the rest of the year, or would be off in it."""

    message = _("There are hours for a season that need these beside them. Please remove the seasons first.")


def week_of(business_id: int, resource_id: int | None = None) -> Week:
    """The open intervals that hold all year, in the first week of a rota; no days where a resource has none of its own.

    Without `resource_id` it is the week of the business.
    """
    return next(iter(rota_of(business_id, resource_id)), {})


def rota_of(business_id: int, resource_id: int | None = None) -> list[Week]:
    """The weeks that follow each other all year, one where each is like the others; none without hours of their own.

    The first is the first week of all rotas (app.schedule.rota).
    """
    rows = select(WeeklyHours).filter_by(
        business_id=business_id, resource_id=resource_id, valid_from=None, valid_until=None
    )
    return weeks_of(db.session.scalars(rows.order_by(WeeklyHours.opens_min)).all())


def weeks_of(rows: Sequence[WeeklyHours]) -> list[Week]:
    """The weeks of one season out of their rows, which are in the order of their opening."""
    number = max((it.rota_of for it in rows), default=0)
    weeks = [defaultdict[int, list[tuple[int, int]]](list) for _week in range(number)]
    for it in rows:
        weeks[it.rota_week][it.weekday].append((it.opens_min, it.closes_min))
    return [dict(week) for week in weeks]


def has_usual_week(business_id: int, resource_id: int) -> bool:
    """Whether a person or room has hours of its own that hold all year."""
    rows = select(WeeklyHours.id).filter_by(
        business_id=business_id, resource_id=resource_id, valid_from=None, valid_until=None
    )
    return db.session.scalar(rows.limit(1)) is not None


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
    gone: Sequence[Dates] = (),
    by: Actor,
    now: datetime,
) -> None:
    """Replace the hours of a season by weeks that follow each other and begin again after the last.

    The first is the first week of all rotas (app.schedule.rota). Hours of other seasons stay as they are, but for those
    that are `gone`. Raises SeasonsRemain where a person or room would have no hours outside of its seasons.
    """
    rules_changed(business_id)
    dates = valid_from, valid_until
    if dates == ALL_YEAR and resource_id and not any(weeks) and _has_seasons(business_id, resource_id):
        raise SeasonsRemain
    of: dict[str, Any] = {"business_id": business_id, "resource_id": resource_id}
    was = _intervals(business_id, resource_id)
    for since, until in {dates, *gone}:
        db.session.execute(delete(WeeklyHours).filter_by(**of, valid_from=since, valid_until=until))
    db.session.add_all(
        WeeklyHours(
            **of,
            weekday=weekday,
            opens_min=opens,
            closes_min=closes,
            rota_week=number,
            rota_of=len(weeks),
            valid_from=valid_from,
            valid_until=valid_until,
        )
        for number, week in enumerate(weeks)
        for weekday, intervals in week.items()
        for opens, closes in intervals
    )
    db.session.flush()
    subject = ("business", business_id) if resource_id is None else ("resource", resource_id)
    changes = {"weekly_hours": [was, _intervals(business_id, resource_id)]}
    record("hours.changed", *subject, by=by, at=now, business_id=business_id, changes=changes)


def _has_seasons(business_id: int, resource_id: int) -> bool:
    rows = select(WeeklyHours.id).filter_by(business_id=business_id, resource_id=resource_id)
    bounds = or_(WeeklyHours.valid_from.is_not(None), WeeklyHours.valid_until.is_not(None))
    return db.session.scalar(rows.where(bounds).limit(1)) is not None


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
