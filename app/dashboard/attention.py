"""What wants a look today, one line each, the most pressing first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from app.appointments.calendar.people import Somebody
from app.businesses.models import Membership
from app.core.db import db
from app.core.intervals import intersect, subtract
from app.dashboard.near_days import ONE_DAY, NearDays
from app.dashboard.requests import Request
from app.dashboard.taken import Stretch
from app.feeds.silent import silent_calendars
from app.notifications.listing import gone_wrong
from app.orders.board import waiting_orders
from app.payments.undecided import to_look_at
from app.schedule.open_time import is_closed_on, spans
from app.schedule.wall_clock import epoch_minute

CLASS_AHEAD = timedelta(hours=24)

# The more pressing a kind, the sooner it stands here.
KINDS = (
    *("suspended", "closed_page", "no_hours", "orders", "running_out", "away", "closed", "no_leader"),
    *("money", "messages", "calendars", "outside", "outside_own", "nobody", "squeezed"),
)

_CLASSES = text("""
    WITH dates AS (
        SELECT a.id, a.service_id, a.starts_at, s.name, a.places_taken,
               EXISTS (SELECT 1
                         FROM service_needs n
                         JOIN resource_groups g ON g.business_id = n.business_id AND g.id = n.group_id
                        WHERE n.business_id = a.business_id AND n.service_id = a.service_id
                          AND n.position = 1 AND g.kind = 'staff')
               AND NOT EXISTS (SELECT 1
                         FROM allocations l
                         JOIN resources r ON r.business_id = l.business_id AND r.id = l.resource_id AND r.active
                        WHERE l.business_id = a.business_id AND l.appointment_id = a.id AND l.live AND l.need = 1
                      ) AS leaderless
          FROM appointments a
          JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id AND s.capacity > 1
         WHERE a.business_id = :business AND a.live AND a.scheduled
           AND a.starts_at > :now AND a.starts_at <= :until
           AND (:sees_all OR EXISTS (
               SELECT 1 FROM allocations l
                WHERE l.business_id = a.business_id AND l.appointment_id = a.id AND l.live
                  AND l.resource_id = ANY (CAST(:own AS bigint[])))))
    SELECT CASE WHEN leaderless THEN 'no_leader' ELSE 'nobody' END AS kind, starts_at, id, service_id, name AS service
      FROM dates
     WHERE leaderless OR places_taken = 0
     ORDER BY starts_at, id
     LIMIT 50
""")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to look at; `kind` is one of KINDS. Of an appointment its start (UTC), what it is and who comes.

    `person` is who is away or not there, or a calendar; `service_id` is given for a date of a class. A request has its
    end as `at`. `number` is how many there are of what has no line for each.
    """

    kind: str
    at: datetime | None = None
    appointment_id: int | None = None
    service: str | None = None
    customer: str | None = None
    person: str | None = None
    service_id: int | None = None
    number: int = 0


def message_notices(membership: Membership, now: datetime) -> list[Notice]:
    """Messages that did not arrive, or may not have, until somebody looks after them. One statement."""
    if not membership.is_at_least("manager"):
        return []
    wrong = gone_wrong(membership.business_id, now)
    return [Notice("messages", number=wrong.total)] if wrong.total else []


def money_notices(membership: Membership) -> list[Notice]:
    """Payments and refunds that wait for somebody to decide. One statement."""
    waiting = to_look_at(membership.business_id) if membership.is_at_least("manager") else 0
    return [Notice("money", number=waiting)] if waiting else []


def calendar_notices(membership: Membership, people: Sequence[Somebody], now: datetime) -> list[Notice]:
    """Calendars from elsewhere that nobody could read for days, on one line. One statement."""
    own = None if membership.is_at_least("manager") else [it.id for it in people if it.is_person]
    silent = silent_calendars(membership.business_id, own, now)
    return [Notice("calendars", person=silent[0].name, number=len(silent))] if silent else []


def order_notices(membership: Membership) -> list[Notice]:
    """Orders that nobody has answered. One statement."""
    waiting = waiting_orders(membership.business_id)
    return [Notice("orders", number=waiting)] if waiting else []


def class_notices(membership: Membership, people: Sequence[Somebody], now: datetime) -> list[Notice]:
    """Dates of classes within a day that nobody leads, or nobody has booked yet. One statement."""
    asked = {
        "business": membership.business_id,
        "sees_all": membership.is_at_least("manager"),
        "own": [it.id for it in people],
        "now": now,
        "until": now + CLASS_AHEAD,
    }
    return [
        Notice(row.kind, row.starts_at, row.id, row.service, service_id=row.service_id)
        for row in db.session.execute(_CLASSES, asked)
    ]


def page_notices(membership: Membership, near: NearDays) -> Iterator[Notice]:
    """What keeps customers from booking at all; for those who can do something about it."""
    if not membership.is_at_least("manager"):
        return
    if membership.business.status != "open":
        yield Notice("closed_page" if membership.business.status == "draft" else "suspended")
    if not near.has_hours(near.this_week):
        yield Notice("no_hours")


def request_notices(running_out: Iterable[Request]) -> Iterator[Notice]:
    """Requests that nobody may answer in time."""
    for it in running_out:
        yield Notice("running_out", it.until, it.appointment_id, it.service, it.customer)


def visit_notices(
    near: NearDays, people: Mapping[int, Somebody], taken: Iterable[Stretch], now: datetime
) -> Iterator[Notice]:
    """Appointments with somebody who is away, while the business is closed, outside of hours, or squeezed in."""
    seen: set[int] = set()
    for it in taken:
        kind = _trouble(near, it) if it.ends_at > now and it.appointment_id not in seen else None
        if kind and _is_booked(it):
            seen.add(it.appointment_id)
            person = people[it.resource].name if kind in ("away", "outside_own") else None
            yield Notice(kind, it.starts_at, it.appointment_id, it.service, it.customer, person)


def in_order(notices: Iterable[Notice]) -> list[Notice]:
    """The most pressing first, each kind by time; an appointment once."""
    found: dict[object, Notice] = {}
    for it in sorted(notices, key=lambda it: (KINDS.index(it.kind), it.at.timestamp() if it.at else 0)):
        found.setdefault(it.appointment_id or it.kind, it)
    return list(found.values())


def away_ahead(near: NearDays, people: Iterable[Somebody]) -> list[int]:
    """Who is away at some time from today on; everybody where the business is."""
    calendar = near.calendar
    since = epoch_minute(near.begin(near.today))
    away = {
        resource
        for resource in {*calendar.off, *calendar.blocked, *calendar.special}
        if any(is_closed_on(calendar, resource, day) for day, *_ in calendar.days if day >= near.today)
        or any(end > since for _, end in calendar.blocked.get(resource, ()))
    }
    return [it.id for it in people if None in away or it.id in away]


def _is_booked(it: Stretch) -> bool:
    """Not what somebody only holds, and no date of a class that nobody is in."""
    return it.places_taken > 0 if it.is_class else it.status in ("pending_payment", "requested", "confirmed")


def _trouble(near: NearDays, it: Stretch) -> str | None:
    work, day = it.work, near.day_of(epoch_minute(it.starts_at))
    if _is_off(near, it.resource, work, it):
        return "away"
    if _is_off(near, None, work, it):
        return "closed"
    if it.starts_at >= near.begin(near.today + ONE_DAY):
        return None
    if not it.has_set_times:
        if subtract(work, spans(near.pieces)):
            return "outside"
        if subtract(work, spans(near.time_of(it.resource))):
            return "outside_own"
    return "squeezed" if it.squeezed and day == near.today else None


def _is_off(near: NearDays, resource: int | None, work: Sequence[tuple[int, int]], it: Stretch) -> bool:
    """Whether the day is off, or some of these hours are."""
    day = near.day_of(epoch_minute(it.starts_at))
    return is_closed_on(near.calendar, resource, day) or bool(
        intersect(work, near.calendar.blocked.get(resource, ()))
    )
