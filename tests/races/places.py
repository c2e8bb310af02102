"""The one place of a race, and what is left of it afterwards."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.db import db
from tests.factories import Shop, a_shop
from tests.serving import Served

LOCK = "SELECT 1 FROM schedules WHERE business_id = :business FOR UPDATE"
WAITING = """SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database() AND wait_event_type = 'Lock'"""
LEFT = """
    SELECT count(*) FILTER (WHERE b.live) AS live, count(*) FILTER (WHERE NOT coalesce(b.live, false)) AS dead,
           (SELECT count(*) FROM allocations WHERE business_id = :business AND live) AS taken,
           (SELECT count(*) FROM holds WHERE business_id = :business) AS holds,
           (SELECT count(*) FROM customers WHERE business_id = :business) AS customers,
           (SELECT count(*) FROM audit_events
             WHERE business_id = :business AND action = 'booking.confirmed') AS confirmations,
           count(*) FILTER (WHERE b.live AND NOT EXISTS (
               SELECT 1 FROM allocations l
                WHERE l.business_id = b.business_id AND l.appointment_id = b.appointment_id AND l.live)) AS timeless
      FROM bookings b
     WHERE b.business_id = :business
"""
RUN_OUT = (
    """UPDATE holds SET created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
        WHERE business_id = :business""",
    "UPDATE appointments SET held_until = held_until - interval '1 hour' WHERE business_id = :business",
)


class Left(NamedTuple):
    """How many rows there are: bookings that keep time and that do not, stretches of time that are taken, and so on.

    `timeless` are bookings that should keep time and have none.
    """

    live: int
    dead: int
    taken: int
    holds: int
    customers: int
    confirmations: int
    timeless: int


def a_place(served: Served) -> tuple[str, int, int]:
    """A shop with one person, committed: the address of its page, and the ids of its business and service."""
    with served.app.app_context():
        shop: Shop = a_shop()
        db.session.commit()
        return shop.page, shop.business.id, shop.service.id


def count(served: Served, business: int, question: str) -> int:
    with served.app.app_context():
        found: int = db.session.execute(sa.text(question), {"business": business}).scalar_one()
        return found


def left(served: Served, business: int) -> Left:
    """What a race left behind."""
    with served.app.app_context():
        return Left(*db.session.execute(sa.text(LEFT), {"business": business}).one())


def run_out(served: Served, business: int) -> None:
    """Let an hour pass for all that is held there."""
    with served.app.app_context():
        for statement in RUN_OUT:
            db.session.execute(sa.text(statement), {"business": business})
        db.session.commit()


def one_after_the_other(served: Served, business: int, *calls: Callable[[], Any]) -> list[Any]:
    """Make all calls at once, but let them have the lock in this order: each waits for it with what it read before."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with lock_of(served, business) as waiting:
            running = []
            for number, call in enumerate(calls, 1):
                running.append(pool.submit(call))
                wait_until(lambda queue=number: waiting() == queue)
        return [it.result() for it in running]


@contextmanager
def lock_of(served: Served, business: int) -> Iterator[Callable[[], int]]:
    """Keep the schedule of a business locked; tells how many wait for it."""
    engine = sa.create_engine(served.app.config["SQLALCHEMY_DATABASE_URI"], poolclass=sa.NullPool)
    with engine.connect() as holder, engine.connect() as watcher:
        watcher.execution_options(isolation_level="AUTOCOMMIT")
        holder.execute(sa.text(LOCK), {"business": business})
        yield lambda: watcher.execute(sa.text(WAITING)).scalar_one()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look every few milliseconds, for less time than the server waits for a lock."""
    for _ in range(250):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits for the lock")
