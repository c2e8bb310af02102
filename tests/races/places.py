"""The place of a race, and what is left of it afterwards."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.appointments.models import Appointment
from app.appointments.placing import Wish
from app.core.db import db
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.factories import (
    a_business,
    a_class_date,
    a_shop,
    add_need,
    add_resource,
    add_service,
    hire,
    set_week,
)
from tests.races import acts
from tests.races.clients import at_once
from tests.races.crew import done
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

AGED = """UPDATE bookings SET created_at = created_at - interval '8 days'
           WHERE business_id = :business AND status = 'expired' AND customer_id IS NULL"""


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


class Place(NamedTuple):
    """A shop that is committed, by ids that any process can use; `people` are resources."""

    page: str
    business: int
    service: int
    people: tuple[int, ...]

    def wish(self, at: datetime, person: int | None = None, places: int = 1) -> Wish:
        """Its service at a time, with somebody or anybody."""
        return Wish(self.service, epoch_minute(at), person, places)


def a_place(served: Served, people: int = 1, **columns: Any) -> Place:
    """A shop with so many people who all do its one service; `columns` are further columns of the service."""
    with served.app.app_context():
        shop = a_business(notice_amount=0, country="DE")
        set_week(shop.id, dict.fromkeys(range(5), [(540, 1080)]))
        team = tuple(hire(shop.id, f"Person {number}").resource_id for number in range(people))
        db.session.commit()
        place = Place(f"/b/{shop.slug}/book", shop.id, 0, team)
    return place._replace(service=a_service(served, place, team, **columns))


def a_service(served: Served, place: Place, *needs: tuple[int, ...], **columns: Any) -> int:
    """A service there, which takes one resource of each of these needs, the first of which performs it."""
    with served.app.app_context():
        columns = {"name": "Haircut", "minutes": 30, "price_cents": 4500} | columns
        service = add_service(place.business, **columns).id
        for members in needs:
            kind = "staff" if set(members) <= set(place.people) else "space"
            add_need(place.business, service, [Server(it) for it in members], kind)
        db.session.commit()
        return service


def rooms_at(served: Served, place: Place, count: int) -> tuple[int, ...]:
    """So many rooms that no service needs yet."""
    with served.app.app_context():
        rooms = tuple(add_resource(place.business, "space", f"Room {it}").id for it in range(count))
        db.session.commit()
        return rooms


def a_class(served: Served, at: datetime, places: int, left: int) -> tuple[Place, int, int]:
    """A class with one date, on which so many places are left; the date's appointment and a booking of all others."""
    with served.app.app_context():
        shop = a_shop(capacity=places, minutes=60)
        date = a_class_date(shop, at).id
        place = Place(shop.page, shop.business.id, shop.service.id, (shop.person.resource_id,))
        db.session.commit()
    booking, _ = done(served, acts.book, place.business, place.wish(at, places=places - left))
    return place, date, booking


def appointment(served: Served, place: Place, appointment_id: int) -> Appointment:
    """An appointment as it is now, for reading."""
    with served.app.app_context():
        found = db.session.get_one(Appointment, (place.business, appointment_id))
        db.session.expunge(found)
        return found


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


def either_way(
    served: Served, business: int, calls: dict[str, Callable[[], Any]], order: Sequence[str] | None
) -> dict[str, Any]:
    """Let all who are named have the lock in this order, or leave it to chance; what each of them is told."""
    if order is None:
        return dict(zip(calls, at_once(list(calls.values())), strict=True))
    answers = one_after_the_other(served, business, *(calls[who] for who in order))
    return dict(zip(order, answers, strict=True))


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
