"""The engine by itself, in this process: what a page waits for besides HTTP and HTML."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event

from app.appointments.placing import Wish, look, look_again
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.schedule.facts import Facts
from app.schedule.loading import load_facts
from app.schedule.slots import days_with_room, open_slots
from app.schedule.wall_clock import days_between, epoch_minute, local_date
from bench.dataset import Salon, half_hours

MONTH = 31


@dataclass(frozen=True, slots=True)
class Timed:
    """Something that was done many times: seconds each, and a remark."""

    name: str
    seconds: list[float]
    remark: str = ""


def next_month(now: datetime, zone: str) -> list[date]:
    """The 31 days from tomorrow on."""
    tomorrow = local_date(now, zone) + timedelta(1)
    return days_between(tomorrow, tomorrow + timedelta(MONTH - 1))


def month_of(
    business: Business, service: int, now: datetime, only: tuple[int, ...] = ()
) -> tuple[Facts, list[date]]:
    """What is known about the next month, and its days."""
    days = next_month(now, business.zone)
    return load_facts(business, service, days[0], days[-1], now, only=only), days


def free_starts(salon: Salon, person: int | None = None) -> list[datetime]:
    """When somebody, or this person, has a whole half-hour in the next month, on the clock of the shop."""
    business, now = db.session.get_one(Business, salon.business), clock.now()
    only = () if person is None else (person,)
    facts, days = month_of(business, salon.service, now, only)
    found = {slot.start for slots in open_slots(facts, days, now, only=only).values() for slot in slots}
    return [start for day in days for start in half_hours(day) if epoch_minute(start) in found]


def engine_timings(salon: Salon, times: int) -> Iterator[Timed]:
    """Each part of an answer, timed alone."""
    business = db.session.get_one(Business, salon.business)
    people, now = len(salon.people), clock.now()
    facts, days = month_of(business, salon.service, now)
    start = free_starts(salon)[0]
    wish = Wish(salon.service, epoch_minute(start))
    seen = look(business, wish, now)

    def under_the_lock() -> None:
        look_again(seen, business, wish, now, lock_schedule(business.id))

    steps: dict[str, Callable[[], Any]] = {
        "load_facts, a month": lambda: month_of(business, salon.service, now),
        "open_slots, a month": lambda: open_slots(facts, days, now),
        "days_with_room, a month": lambda: days_with_room(facts, days, now),
        "lock and look again, a day": under_the_lock,
    }
    for name, step in steps.items():
        yield Timed(f"{name}, {people} people", _timed(step, times))
    yield _busy_query(business, salon, now, times)
    db.session.rollback()


def _timed(step: Callable[[], Any], times: int) -> list[float]:
    step()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        step()
        took.append(time.perf_counter() - began)
    return took


def _busy_query(business: Business, salon: Salon, now: datetime, times: int) -> Timed:
    """The statement that reads the taken time of one person over a month, and whether the index alone answers it."""
    [statement, asked] = _statement("FROM allocations", business, salon, now)
    connection = db.session.connection()

    def ask(words: str = "") -> Any:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(f"{words}{statement}", asked)
            return cursor.fetchall()

    plan = "\n".join(line for (line,) in ask("EXPLAIN "))
    index_only = "Index Only Scan using ix_allocations_busy" in plan
    return Timed(
        f"taken time of 1 of {len(salon.people)}, a month",
        _timed(ask, times),
        "index-only scan" if index_only else "NOT an index-only scan",
    )


def _statement(part: str, business: Business, salon: Salon, now: datetime) -> tuple[str, Any]:
    """The statement of `load_facts` that holds these words, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if part in statement:
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    month_of(business, salon.service, now, salon.people[:1])
    event.remove(db.engine, "before_cursor_execute", note)
    return seen[0]
