"""Taken time out of the database: one statement for visits, one for classes, one for the counts that limits need."""

import sys
from array import array
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import text

from app.core.db import db
from app.core.intervals import Interval, merge
from app.schedule.facts import ClassDate, Facts
from app.schedule.open_time import day_begins, shop_time
from app.schedule.wall_clock import epoch_minute, utc


class Ignored(NamedTuple):
    """Appointments and holds that are in nobody's way, such as the visitor's own."""

    appointments: Collection[int] = ()
    holds: Collection[int] = ()


NOBODY = Ignored()

# Packed minutes take half the time of rows. The ids are those of the rules, so they belong to the business; naming it
# again would cost the index-only scan. `live` says how long a hold that ran out is still in the way: not at all.
# No allocation is longer than `schedules.longest_min`, so the index is read from both ends.
_BUSY = text("""
    SELECT resource_id,
           string_agg(int4send(floor(date_part('epoch', starts_at) / 60)::int)
                   || int4send(ceil(date_part('epoch', ends_at) / 60)::int), '') AS minutes
      FROM allocations
     WHERE live AND resource_id = ANY (:resources)
       AND ends_at > :since AND ends_at < :until_at_last AND starts_at < :until
       AND appointment_id <> ALL (ARRAY(
           SELECT id FROM appointments WHERE business_id = :business AND held_until <= :now))
       AND appointment_id <> ALL (CAST(:appointments AS bigint[]))
     GROUP BY resource_id
""")

# What dead holds and the visitor's own keep of a class is free.
_CLASSES = text("""
    SELECT a.service_id, a.id, a.starts_at, a.ends_at,
           a.capacity - a.places_taken + (
               SELECT coalesce(sum(b.places), 0)
                 FROM bookings b
                 JOIN holds h ON h.business_id = b.business_id AND h.id = b.hold_id
                WHERE b.business_id = a.business_id AND b.appointment_id = a.id AND b.live
                  AND (h.expires_at <= :now OR h.id = ANY (CAST(:holds AS bigint[])))) AS places_left,
           ARRAY(SELECT resource_id
                   FROM allocations l
                  WHERE l.business_id = a.business_id AND l.appointment_id = a.id
                  GROUP BY resource_id
                  ORDER BY min(need), resource_id) AS resources
      FROM appointments a
     WHERE a.business_id = :business AND a.service_id = ANY (:services) AND a.live AND a.scheduled
       AND a.starts_at >= :since AND a.starts_at < :until
     ORDER BY a.starts_at, a.id
""")

# A stretch may begin up to a day after its appointment, hence the two bounds on either table.
_COUNTS = text("""
    SELECT NULL AS service_id, l.resource_id, width_bucket(a.starts_at, :days) AS day, count(DISTINCT a.id) AS bookings
      FROM allocations l
      JOIN appointments a ON a.business_id = :business AND a.id = l.appointment_id
     WHERE l.live AND l.resource_id = ANY (:performers)
       AND l.ends_at > :since AND l.ends_at < :until_at_last AND l.starts_at < :until + interval '24 hours'
       AND a.live AND a.starts_at >= :since AND a.starts_at < :until
       AND (a.held_until IS NULL OR a.held_until > :now)
       AND a.id <> ALL (CAST(:appointments AS bigint[]))
     GROUP BY 2, 3
     UNION ALL
    SELECT a.service_id, NULL, width_bucket(a.starts_at, :days), count(*)
      FROM appointments a
      JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id AND b.live
      LEFT JOIN holds h ON h.business_id = b.business_id AND h.id = b.hold_id
     WHERE a.business_id = :business AND a.service_id = ANY (:limited)
       AND a.live AND a.starts_at >= :since AND a.starts_at < :until
       AND (h.id IS NULL OR h.expires_at > :now AND h.id <> ALL (CAST(:holds AS bigint[])))
       AND a.id <> ALL (CAST(:appointments AS bigint[]))
     GROUP BY 1, 3
""")

Counts = dict[tuple[int | None, date], int]


def load_busy(
    business_id: int, parts: Sequence[Facts], now: datetime, ignored: Ignored
) -> dict[int, list[Interval]]:
    """When the resources of these services are taken."""
    since = min(facts.taken_window[0] for facts in parts)
    until = max(facts.taken_window[1] for facts in parts) + sum(facts.service.longest for facts in parts[1:])
    asked = {
        "business": business_id,
        "resources": sorted({it for facts in parts for it in facts.service.resources}),
        "since": utc(since),
        "until": utc(until),
        "until_at_last": utc(until + parts[0].longest_taken),
        "appointments": list(ignored.appointments),
        "now": now,
    }
    return {row.resource_id: _unpacked(row.minutes) for row in db.session.execute(_BUSY, asked)}


def load_classes(
    business_id: int, parts: Sequence[Facts], now: datetime, ignored: Ignored
) -> dict[int, list[ClassDate]]:
    """The dates of these services' classes that can be judged, by service."""
    first, last = parts[0].window
    asked = {
        "business": business_id,
        "services": [facts.service.id for facts in parts],
        "since": utc(first),
        "until": utc(last),
        "holds": list(ignored.holds),
        "now": now,
    }
    found: dict[int, list[ClassDate]] = {facts.service.id: [] for facts in parts}
    for row in db.session.execute(_CLASSES, asked):
        start, end = epoch_minute(row.starts_at), epoch_minute(row.ends_at)
        found[row.service_id].append(ClassDate(start, end, row.id, tuple(row.resources), row.places_left))
    return found


def load_counts(
    business_id: int, parts: Sequence[Facts], now: datetime, ignored: Ignored
) -> dict[int, Counts]:
    """For each service how many live appointments each performer has by business day and, under None, its own bookings.

    Its own are counted where it has a daily limit.
    """
    days = _days_counted(parts[0])
    bounds = [begins for _, begins in days]
    asked: dict[str, Any] = {
        "business": business_id,
        "performers": sorted({it.resource for facts in parts for it in facts.service.performers}),
        "limited": [facts.service.id for facts in parts if facts.service.daily_limit],
        "days": bounds,
        "since": bounds[0],
        "until": bounds[-1],
        "until_at_last": bounds[-1] + timedelta(days=1, minutes=parts[0].longest_taken),
        "appointments": list(ignored.appointments),
        "holds": list(ignored.holds),
        "now": now,
    }
    counts: dict[int, Counts] = {facts.service.id: {} for facts in parts}
    for row in db.session.execute(_COUNTS, asked):
        day = days[row.day - 1][0]
        for service in (row.service_id,) if row.service_id else counts:
            counts[service][row.resource_id, day] = row.bookings
    return counts


def _days_counted(facts: Facts) -> list[tuple[date, datetime]]:
    """The business days a start can be judged on with their beginnings (UTC), and the one after them."""
    near = (facts.first - timedelta(1), facts.last + timedelta(2))
    begins = day_begins(facts, shop_time(facts))
    return [(day, utc(minute)) for day, minute in begins if near[0] <= day <= near[1]]


def _unpacked(minutes: bytes) -> list[Interval]:
    """Pairs of big-endian 32-bit minutes as a canonical list."""
    ints = array("i")
    ints.frombytes(minutes)
    if sys.byteorder == "little":
        ints.byteswap()
    return merge(zip(ints[::2], ints[1::2], strict=True))
