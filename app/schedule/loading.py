"""Facts out of the database: a fixed number of statements, however many people and days.

They are written out as SQL because these are the statements a public page waits for. Appointments stand on a higher
floor, so this room knows no more of them than the columns named here.
"""

import sys
from array import array
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text

from app.businesses.models import Business
from app.core.db import db
from app.core.intervals import Interval, merge
from app.schedule.facts import Facts, Hours, Member, Need, ServiceRules
from app.schedule.open_time import day_begins, shop_time
from app.schedule.wall_clock import utc

# The version comes with the service and what holds for the whole business, so that an edit of anything read earlier
# is in here already, and one of anything read later is noticed under the lock.
_RULES = text("""
    SELECT s.id, s.unit, s.minutes, s.step_min, s.before_min, s.after_min, s.min_units, s.max_units,
           s.capacity, s.price_cents, b.zone,
           coalesce(s.notice_amount, b.notice_amount) AS notice_amount,
           coalesce(s.notice_unit, b.notice_unit) AS notice_unit,
           coalesce(s.advance_days, b.advance_days) AS advance_days,
           coalesce(v.rules_version, 0) AS rules_version,
           n.position, m.resource_id, m.name, m.minutes AS own_minutes, m.price_cents AS own_cents,
           (SELECT json_agg(json_build_array(t.from_min, t.to_min) ORDER BY t.from_min)
              FROM service_need_stretches t
             WHERE (t.business_id, t.service_id, t.position) = (n.business_id, n.service_id, n.position)
           ) AS stretches
      FROM services s
      JOIN businesses b ON b.id = s.business_id
      LEFT JOIN schedules v ON v.business_id = s.business_id
      LEFT JOIN service_needs n ON n.business_id = s.business_id AND n.service_id = s.id
      LEFT JOIN LATERAL (
           SELECT g.resource_id, g.minutes, g.price_cents, r.name
             FROM resource_group_members g
             JOIN resources r ON r.business_id = g.business_id AND r.id = g.resource_id AND r.active
            WHERE g.business_id = n.business_id AND g.group_id = n.group_id
           ) m ON true
     WHERE s.business_id = :business AND s.id = :service
     ORDER BY n.position, m.resource_id
""")

# Rows of other seasons too: somebody who has only such rows is off, not there whenever the business is.
_HOURS = text("""
    SELECT resource_id, weekday, opens_min, closes_min, valid_from, valid_until, rota_week
      FROM weekly_hours
     WHERE business_id = :business AND (resource_id IS NULL OR resource_id = ANY (:resources))
""")

# Packed minutes take half the time of rows. The ids are those of _RULES, so they belong to the business; naming it
# again would cost the index-only scan. `live` says how long a hold that ran out is still in the way: not at all.
_BUSY = text("""
    SELECT resource_id,
           string_agg(int4send(floor(date_part('epoch', starts_at) / 60)::int)
                   || int4send(ceil(date_part('epoch', ends_at) / 60)::int), '') AS minutes
      FROM allocations
     WHERE live AND resource_id = ANY (:resources) AND ends_at > :since AND starts_at < :until
       AND appointment_id <> ALL (ARRAY(
           SELECT id FROM appointments WHERE business_id = :business AND held_until <= :now))
       AND appointment_id <> ALL (CAST(:ignoring AS bigint[]))
     GROUP BY resource_id
""")

# A stretch may begin up to a day after its appointment, hence the two bounds on either table.
_BOOKED = text("""
    SELECT l.resource_id, width_bucket(a.starts_at, :days) AS day, count(DISTINCT a.id) AS bookings
      FROM allocations l
      JOIN appointments a ON a.business_id = :business AND a.id = l.appointment_id
     WHERE l.live AND l.resource_id = ANY (:resources)
       AND l.ends_at > :since AND l.starts_at < :until + interval '24 hours'
       AND a.live AND a.starts_at >= :since AND a.starts_at < :until
       AND (a.held_until IS NULL OR a.held_until > :now)
       AND a.id <> ALL (CAST(:ignoring AS bigint[]))
     GROUP BY 1, 2
""")


def load_facts(
    business: Business,
    service_id: int,
    first: date,
    last: date,
    now: datetime,
    *,
    only: Collection[int] = (),
    ignoring: Collection[int] = (),
    counts: bool = False,
) -> Facts:
    """What is known about a service on the business days first to last: three statements, four with `counts`.

    `only` leaves out everybody who was not asked for. `ignoring` are appointments that are not in the way, such as the
    visitor's own. `counts` adds the bookings per day, which choosing among several people needs. Zone, notice and
    advance window are read anew, whatever `business` remembers of them. Raises LookupError for a service of another
    business.
    """
    rows = db.session.execute(_RULES, {"business": business.id, "service": service_id}).all()
    if not rows:
        raise LookupError(service_id)
    zone, version = rows[0].zone, rows[0].rules_version
    if zone != business.zone:
        # The days were counted in a zone that is no longer the shop's. No two dates are further apart than this.
        first, last = first - timedelta(2), last + timedelta(2)
    service = _service_rules(rows).narrowed(only)
    hours = load_hours(business.id, _resources(service))
    facts = Facts(zone, first, last, hours, service=service, rules_version=version)
    return with_taken_time(business, facts, now, ignoring=ignoring, counts=counts)


def load_hours(business_id: int, resources: Collection[int] = ()) -> dict[int | None, tuple[Hours, ...]]:
    """The weekly hours of the business, under None, and of those of these resources that have their own."""
    hours: dict[int | None, list[Hours]] = defaultdict(list)
    asked = {"business": business_id, "resources": list(resources)}
    for resource, *columns in db.session.execute(_HOURS, asked):
        hours[resource].append(Hours(*columns))
    return {resource: tuple(those) for resource, those in hours.items()}


def with_taken_time(
    business: Business,
    facts: Facts,
    now: datetime,
    *,
    ignoring: Collection[int] = (),
    counts: bool = False,
) -> Facts:
    """The same facts with the taken time read again: all that is needed under the lock while the rules are the same."""
    common = {"business": business.id, "now": now, "ignoring": list(ignoring)}
    since, until = facts.taken_window
    taken = {"resources": _resources(facts.service), "since": utc(since), "until": utc(until)}
    busy = {row.resource_id: _unpacked(row.minutes) for row in db.session.execute(_BUSY, common | taken)}
    return replace(facts, busy=busy, booked=_booked(facts, common) if counts else None)


def _booked(facts: Facts, common: dict[str, Any]) -> dict[tuple[int, date], int]:
    """How many live appointments each performer is in, by the business day on which they start."""
    near = (facts.first - timedelta(1), facts.last + timedelta(2))
    days = [
        (day, utc(begins)) for day, begins in day_begins(facts, shop_time(facts)) if near[0] <= day <= near[1]
    ]
    bounds = [begins for _, begins in days]
    performers = [it.resource for it in facts.service.performers]
    counted = {"resources": performers, "days": bounds, "since": bounds[0], "until": bounds[-1]}
    rows = db.session.execute(_BOOKED, common | counted)
    return {(row.resource_id, days[row.day - 1][0]): row.bookings for row in rows}


def _service_rules(rows: Sequence[Row[Any]]) -> ServiceRules:
    service = rows[0]
    members: dict[int, list[Member]] = {}
    stretches: dict[int, tuple[Interval, ...]] = {}
    for row in rows:
        if row.position is not None:
            stretches[row.position] = tuple((start, end) for start, end in row.stretches or ())
            those = members.setdefault(row.position, [])
            if row.resource_id is not None:
                those.append(Member(row.resource_id, row.name, row.own_minutes, row.own_cents))
    return ServiceRules(
        id=service.id,
        needs=tuple(Need(position, tuple(those), stretches[position]) for position, those in members.items()),
        unit=service.unit,
        minutes=service.minutes,
        step=service.step_min,
        before=service.before_min,
        after=service.after_min,
        min_units=service.min_units,
        max_units=service.max_units,
        capacity=service.capacity,
        price_cents=service.price_cents,
        notice_amount=service.notice_amount,
        notice_unit=service.notice_unit,
        advance_days=service.advance_days,
    )


def _resources(service: ServiceRules) -> list[int]:
    return sorted({it.resource for need in service.needs for it in need.members})


def _unpacked(minutes: bytes) -> list[Interval]:
    """Pairs of big-endian 32-bit minutes as a canonical list."""
    ints = array("i")
    ints.frombytes(minutes)
    if sys.byteorder == "little":
        ints.byteswap()
    return merge(zip(ints[::2], ints[1::2], strict=True))
