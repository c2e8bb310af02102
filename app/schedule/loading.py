"""Facts out of the database: three to five statements, however many people and days.

They are written out as SQL because these are the statements a public page waits for. Appointments stand on a higher
floor, so this room knows no more of them than the columns named here.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, text

from app.businesses.models import Business
from app.core.db import db
from app.core.intervals import Interval
from app.schedule.calendars import with_hours
from app.schedule.facts import Facts, Member, Need, ServiceRules
from app.schedule.taken import NOBODY, Ignored, load_busy, load_classes, load_counts

# The version comes with the service and what holds for the whole business, so that an edit of anything read earlier
# is in here already, and one of anything read later is noticed under the lock.
_RULES = text("""
    SELECT s.id, s.unit, s.minutes, s.step_min, s.before_min, s.after_min, s.min_units, s.max_units,
           s.capacity, s.price_cents, s.arrival, s.departure, s.daily_limit, b.zone,
           coalesce(s.notice_amount, b.notice_amount) AS notice_amount,
           coalesce(s.notice_unit, b.notice_unit) AS notice_unit,
           coalesce(s.advance_days, b.advance_days) AS advance_days,
           v.rules_version, v.longest_min,
           n.position, m.kind, m.resource_id, m.name, m.minutes AS own_minutes, m.price_cents AS own_cents,
           m.daily_limit AS own_limit,
           (SELECT json_agg(json_build_array(t.from_min, t.to_min) ORDER BY t.from_min)
              FROM service_need_stretches t
             WHERE (t.business_id, t.service_id, t.position) = (n.business_id, n.service_id, n.position)
           ) AS stretches
      FROM services s
      JOIN businesses b ON b.id = s.business_id
      JOIN schedules v ON v.business_id = s.business_id
      LEFT JOIN service_needs n ON n.business_id = s.business_id AND n.service_id = s.id
      LEFT JOIN LATERAL (
           SELECT g.resource_id, g.minutes, g.price_cents, g.kind, r.name, r.daily_limit
             FROM resource_group_members g
             JOIN resources r ON r.business_id = g.business_id AND r.id = g.resource_id AND r.active
            WHERE g.business_id = n.business_id AND g.group_id = n.group_id
           ) m ON true
     WHERE s.business_id = :business AND s.id = ANY (:services)
     ORDER BY s.id, n.position, m.resource_id
""")


class Part(NamedTuple):
    """One service of a visit, with the people or spaces asked for. `guest` counts those who come together."""

    service_id: int
    only: Collection[int] = ()
    guest: int = 1


def load_facts(
    business: Business,
    service_id: int,
    first: date,
    last: date,
    now: datetime,
    *,
    only: Collection[int] = (),
    ignored: Ignored = NOBODY,
    counts: bool = False,
) -> Facts:
    """What is known about a service on the business days first to last, as `load_parts` reads it."""
    return load_parts(business, [Part(service_id, only)], first, last, now, ignored=ignored, counts=counts)[0]


def load_parts(
    business: Business,
    parts: Sequence[Part],
    first: date,
    last: date,
    now: datetime,
    *,
    ignored: Ignored = NOBODY,
    counts: bool = False,
) -> list[Facts]:
    """What is known about each part of a visit on the business days first to last, in three to five statements.

    Everybody who was not asked for is left out. `counts` adds the bookings per day, which choosing among several
    people needs; daily limits bring them too. Zone, notice and advance window are read anew, whatever `business`
    remembers of them. Raises LookupError for a service of another business.
    """
    wanted = [part.service_id for part in parts]
    found = db.session.execute(_RULES, {"business": business.id, "services": wanted}).all()
    rows = {service: list(those) for service, those in groupby(found, attrgetter("id"))}
    if missing := set(wanted) - rows.keys():
        raise LookupError(missing)
    about = next(iter(rows.values()))[0]
    if about.zone != business.zone:
        # The days were counted in a zone that is no longer the shop's. No two dates are further apart than this.
        first, last = first - timedelta(2), last + timedelta(2)
    services = [_service_rules(rows[part.service_id]).narrowed(part.only) for part in parts]
    days = (about.zone, first, last)
    widest = Facts(*days, service=max(services, key=attrgetter("longest")))
    hours = with_hours(widest, business.id, {it for service in services for it in service.resources})
    known = [
        replace(hours, service=it, rules_version=about.rules_version, longest_taken=about.longest_min)
        for it in services
    ]
    return with_taken_time(business, known, now, ignored=ignored, counts=counts)


def with_taken_time(
    business: Business,
    parts: Sequence[Facts],
    now: datetime,
    *,
    ignored: Ignored = NOBODY,
    counts: bool = False,
) -> list[Facts]:
    """The same facts with the taken time read again: all that is needed under the lock while the rules are the same."""
    visits = [facts for facts in parts if not facts.service.is_class]
    classes = [facts for facts in parts if facts.service.is_class]
    busy = load_busy(business.id, visits, now, ignored) if visits else {}
    dates = load_classes(business.id, classes, now, ignored) if classes else {}
    wanted = counts or any(facts.service.has_daily_limit for facts in parts)
    booked = load_counts(business.id, parts, now, ignored) if wanted else {}
    return [
        replace(
            facts,
            busy=busy,
            classes=dates.get(facts.service.id, ()),
            booked=booked.get(facts.service.id),
        )
        for facts in parts
    ]


def _service_rules(rows: Sequence[Row[Any]]) -> ServiceRules:
    service = rows[0]
    return ServiceRules(
        id=service.id,
        needs=tuple(
            _need(list(those)) for position, those in groupby(rows, attrgetter("position")) if position
        ),
        unit=service.unit,
        minutes=service.minutes,
        step=service.step_min,
        before=service.before_min,
        after=service.after_min,
        min_units=service.min_units,
        max_units=service.max_units,
        capacity=service.capacity,
        price_cents=service.price_cents,
        arrival=_wall_minute(service.arrival),
        departure=_wall_minute(service.departure),
        notice_amount=service.notice_amount,
        notice_unit=service.notice_unit,
        advance_days=service.advance_days,
        daily_limit=service.daily_limit,
    )


def _need(rows: Sequence[Row[Any]]) -> Need:
    members = tuple(
        Member(row.resource_id, row.name, row.own_minutes, row.own_cents, row.own_limit)
        for row in rows
        if row.resource_id is not None
    )
    stretches: tuple[Interval, ...] = tuple((start, end) for start, end in rows[0].stretches or ())
    return Need(rows[0].position, members, stretches, rows[0].kind or "staff")


def _wall_minute(clock: time | None) -> int:
    return clock.hour * 60 + clock.minute if clock else 0
