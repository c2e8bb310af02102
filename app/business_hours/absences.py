"""Closures and time off as a calendar shows them, with their reasons."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import text

from app.core.db import db

_ABSENCES = text("""
    SELECT resource_id, first_on, last_on, starts_at, ends_at, reason
      FROM time_off
     WHERE business_id = :business AND (resource_id IS NULL OR resource_id = ANY (:resources))
       AND (last_on >= :first AND first_on <= :last OR ends_at > :since AND starts_at < :until)
     UNION ALL
    SELECT resource_id, on_date, on_date, NULL, NULL, label
      FROM special_days
     WHERE business_id = :business AND (resource_id IS NULL OR resource_id = ANY (:resources))
       AND opens_min IS NULL AND on_date BETWEEN :first AND :last
     ORDER BY 2, 4
""")


class Absence(NamedTuple):
    """The business (no `resource`), a person or a room is away: on whole dates, or from `starts_at` to `ends_at`."""

    resource: int | None
    first: date | None
    last: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    reason: str | None


def absences(business_id: int, resources: Collection[int], first: date, last: date) -> list[Absence]:
    """Whatever touches the dates first to last, in any zone: one statement."""
    since, until = (datetime.combine(day, time(), UTC) for day in (first - timedelta(1), last + timedelta(2)))
    asked = {"business": business_id, "resources": list(resources), "first": first, "last": last}
    rows = db.session.execute(_ABSENCES, asked | {"since": since, "until": until})
    return [Absence(*row) for row in rows]
