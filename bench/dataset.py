"""The businesses that are measured: made by the app's own acts, a year and two months of bookings loaded by COPY."""

import csv
import io
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.engine import Engine

from app.appointments.models import Appointment, Booking
from app.auth.accounts import create_user
from app.business_hours.weekly import set_week
from app.businesses.joining import join
from app.businesses.models import Business
from app.businesses.opening import found_business
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.models import Customer
from app.customers.wording import add_words
from app.schedule.models import Allocation
from app.schedule.serving import Server, add_need
from app.schedule.wall_clock import days_between, local_date
from app.services.models import Service
from app.services.offering import add_service
from app.services.pricing import price
from app.staff.hiring import hire

ZONE = "Europe/Berlin"
WORKDAYS = range(6)
OPEN = ((9 * 60, 13 * 60), (14 * 60, 18 * 60))
MINUTES = 30
BOOKED = 0.6  # of the half-hours
PAST, AHEAD = 365, 60  # days
CUSTOMERS = 500
BATCH = 10_000  # bookings per COPY, so that no statement takes long
WORDS = ("Ada", "Bela", "Cleo", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo", "June")


@dataclass(frozen=True, slots=True)
class Salon:
    """A business with its one service and the people who all do it, by their ids; `owner` is a user."""

    business: int
    slug: str
    service: int
    people: tuple[int, ...]
    owner: int

    @property
    def page(self) -> str:
        return f"/b/{self.slug}/book"

    @property
    def frame(self) -> str:
        return f"/w/{self.slug}"

    @property
    def desk(self) -> str:
        return f"/manage/{self.slug}"


@dataclass(frozen=True, slots=True)
class Visit:
    """A half-hour of a person that is booked, and by whom."""

    person: int
    starts_at: datetime
    customer: int


def open_salon(
    staff: int, now: datetime, *, past: int = PAST, ahead: int = AHEAD, customers: int = CUSTOMERS
) -> Salon:
    """A business with so many people and its bookings from `past` days ago to `ahead` days from now, not committed."""
    slug = f"bench-{staff}"
    columns = {
        "zone": ZONE,
        "status": "open",
        "advance_days": ahead,
        "notice_amount": 0,
        "framed_anywhere": True,
    }
    place = {"street": "Bergmannstraße 14", "city": "Berlin", "country": "DE"}
    business = found_business(slug, f"Salon of {staff}", by=SYSTEM, now=now, **columns, **place)
    set_week(business.id, dict.fromkeys(WORKDAYS, OPEN), by=SYSTEM, now=now)
    people = tuple(
        hire(business.id, f"{WORDS[n % 10]} {n + 1}", colour=n % 12 + 1, by=SYSTEM, now=now).resource_id
        for n in range(staff)
    )
    service = add_service(
        business.id, "Haircut", minutes=MINUTES, price_cents=4500, step_min=15, by=SYSTEM, now=now
    )
    add_need(business.id, service.id, [Server(person) for person in people], by=SYSTEM, now=now)
    db.session.flush()
    today = local_date(now, ZONE)
    days = days_between(today - timedelta(past), today + timedelta(ahead))
    known = _customers(business.id, customers)
    _book(business, service, list(_visits(days, people, known, random.Random(staff))), now)
    owner = create_user(f"owner@{slug}.example", "Ada Bauer", by=SYSTEM, now=now)
    join(business, owner, "owner", by=SYSTEM, now=now)
    return Salon(business.id, slug, service.id, people, owner.id)


def half_hours(day: date) -> list[datetime]:
    """When a visit can begin on a day, on the clock of the shop."""
    if day.weekday() not in WORKDAYS:
        return []
    minutes = [minute for opens, closes in OPEN for minute in range(opens, closes, MINUTES)]
    return [datetime.combine(day, time(*divmod(minute, 60)), ZoneInfo(ZONE)) for minute in minutes]


def give_back(business: int) -> None:
    """Delete all that was held at a business, as if nobody had ever pressed the button; not committed."""
    for statement in (
        "DELETE FROM bookings WHERE business_id = :business AND status IN ('held', 'expired')",
        """DELETE FROM allocations l USING appointments a
            WHERE l.business_id = :business AND a.business_id = :business AND a.id = l.appointment_id
              AND (a.held_until IS NOT NULL OR NOT a.live)""",
        "DELETE FROM appointments WHERE business_id = :business AND (held_until IS NOT NULL OR NOT live)",
        "DELETE FROM holds WHERE business_id = :business",
        "DELETE FROM idempotency_keys WHERE business_id = :business",
    ):
        db.session.execute(text(statement), {"business": business})


def settle_down(engine: Engine) -> None:
    """What autovacuum does in time: statistics, and the map of pages that an index-only scan need not read."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # A row is visible to all only when its commit is written out, for which throw-away engines take their time.
        for statement in ("SET synchronous_commit = on", "CHECKPOINT", "VACUUM (ANALYZE)"):
            connection.execute(text(statement))


def _customers(business: int, count: int) -> list[int]:
    ids = _ids(Customer, count)
    people = [
        {
            "business_id": business,
            "id": id_,
            "name": f"{WORDS[n % 10]} Customer {n}",
            "email": f"customer{n}@guest.example",
            "phone": f"+4930{n * 7919 % 10**8:08}",
        }
        for n, id_ in enumerate(ids)
    ]
    _copy(Customer, iter(people))
    for some in batched(people):
        add_words([(it["id"], business, it["name"], it["email"], it["phone"]) for it in some])
    return ids


def batched(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """So many at a time that no statement takes long."""
    return (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))


def _visits(
    days: Sequence[date], people: Sequence[int], customers: Sequence[int], dice: random.Random
) -> Iterator[Visit]:
    for day in days:
        for starts_at in half_hours(day):
            for person in people:
                if dice.random() < BOOKED:
                    yield Visit(person, starts_at, dice.choice(customers))


def _book(business: Business, service: Service, visits: Sequence[Visit], now: datetime) -> None:
    for some in batched(visits):
        appointments = list(zip(_ids(Appointment, len(some)), some, strict=True))
        _copy(Appointment, (_appointment(business, service, *it) for it in appointments))
        _copy(Allocation, (_allocation(business, *it) for it in appointments))
        _copy(Booking, (_booking(business, service, *it, now) for it in appointments))


def _appointment(business: Business, service: Service, id_: int, visit: Visit) -> dict[str, Any]:
    return {
        "business_id": business.id,
        "id": id_,
        "service_id": service.id,
        "starts_at": visit.starts_at,
        "ends_at": visit.starts_at + timedelta(minutes=MINUTES),
        "places_taken": 1,
    }


def _allocation(business: Business, appointment: int, visit: Visit) -> dict[str, Any]:
    return {
        "business_id": business.id,
        "resource_id": visit.person,
        "appointment_id": appointment,
        "starts_at": visit.starts_at,
        "ends_at": visit.starts_at + timedelta(minutes=MINUTES),
    }


def _booking(
    business: Business, service: Service, appointment: int, visit: Visit, now: datetime
) -> dict[str, Any]:
    cost = price(service)
    return {
        "business_id": business.id,
        "appointment_id": appointment,
        "customer_id": visit.customer,
        "status": "confirmed" if visit.starts_at > now else "completed",
        "service_name": service.name,
        "minutes": MINUTES,
        "price_lines": json.dumps(cost.lines),
        "total_cents": cost.total,
        "currency": business.currency,
        "zone": business.zone,
        "local_start": visit.starts_at.replace(tzinfo=None),
        "contact_name": "Ada Customer",
        "contact_email": "customer@guest.example",
        "confirmed_at": now,
    }


def _ids(table: type[Any], count: int) -> list[int]:
    """So many ids of a table, taken from its sequence, so that rows which are added later get others."""
    drawn = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(db.session.scalars(drawn, {"table": table.__tablename__, "count": count}))


def _copy(table: type[Any], rows: Iterator[Mapping[str, Any]]) -> None:
    """Load rows in one COPY.

    It writes the ids it is given also where they are GENERATED ALWAYS
    (https://www.postgresql.org/docs/current/sql-copy.html), and checks every constraint.
    """
    first = next(rows, None)
    if first is None:
        return
    lines = io.StringIO()
    write = csv.DictWriter(lines, first.keys())
    write.writerow(first)
    write.writerows(rows)
    lines.seek(0)
    columns = ", ".join(first)
    with closing(db.session.connection().connection.cursor()) as cursor:
        cursor.copy_expert(f"COPY {table.__tablename__} ({columns}) FROM STDIN (FORMAT csv)", lines)
