"""Two clocks and a worker, and a Valkey that is killed under them: every task is rung for once, and done."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import create_app
from app.core.bell import queue
from app.core.db import db
from tests.conftest import settings
from tests.factories import a_hold, a_shop
from tests.faults.counting import EXPIRED, Rows, books
from tests.faults.engines import Valkey
from tests.faults.programs import Start, starting
from tests.races.clients import next_open
from tests.races.places import run_out
from tests.serving import Served
from tests.waiting import wait_until

ONE_WAITS = ("deliver due", "handle webhooks", "reconcile payments", "write archives", "work on imports")
RUNGS = "SELECT task, count(*) FROM cron_runs GROUP BY task"
WATCH = (
    "DELETE FROM cron_runs",
    "CREATE TABLE IF NOT EXISTS unheard (slot timestamptz)",
    "DELETE FROM unheard",
    "CREATE OR REPLACE RULE unheard AS ON DELETE TO cron_runs DO ALSO INSERT INTO unheard VALUES (old.slot)",
)


@pytest.fixture
def house(database: str, tmp_path: Path) -> Served:
    """The database and an app for making rows; nobody serves pages. Claims that are given back leave a row."""
    app = create_app(settings(database))
    with app.app_context():
        for statement in WATCH:
            db.session.execute(sa.text(statement))
        db.session.commit()
    return Served("", app, tmp_path / "log")


@pytest.fixture
def start(house: Served, database: str, valkey: Valkey) -> Iterator[Start]:
    """Starts `flask clock` or `flask worker`, in a changed environment if need be; all are ended after the test."""
    with starting(house, database, valkey) as begin:
        yield begin


def ask(house: Served, question: str) -> list[sa.Row]:
    """Rows of the database, read in a transaction of their own."""
    with house.app.app_context():
        return list(db.session.execute(sa.text(question)).all())


def rungs(house: Served) -> dict[str, int]:
    """How often the clocks have rung for each task."""
    return {row.task: row.count for row in ask(house, RUNGS)}


def waiting(valkey: Valkey) -> dict[str, int]:
    """How many jobs of each task wait for a worker."""
    return Counter(job.func_name.rpartition(".")[2].replace("_", " ") for job in queue(valkey.url).jobs)


def is_heard(house: Served, valkey: Valkey) -> bool:
    """Whether each ring is a job; of one that looks for all there is to do one waits, however often it is rung for."""
    return waiting(valkey) == rungs(house) | dict.fromkeys(ONE_WAITS, 1)


def a_dead_hold(house: Served) -> int:
    """Somebody left in the middle an hour ago; the business."""
    with house.app.app_context():
        shop = a_shop()
        a_hold(shop, next_open(10))
        db.session.commit()
        business = shop.business.id
    run_out(house, business)
    return business


def rows_of(house: Served, business: int) -> list[Rows]:
    """What the one booking of a business consists of."""
    return [rows for _visit, rows in books(house, business)]


def test_two_clocks_ring_for_each_task_once_in_its_time(house, valkey, start):
    clocks = [start("clock"), start("clock")]
    wait_until(lambda: rungs(house).get("expire holds", 0) > 3)
    wait_until(lambda: is_heard(house, valkey))
    clocks.pop().kill()
    before = rungs(house)["expire holds"]
    wait_until(lambda: rungs(house)["expire holds"] > before + 1)
    assert clocks.pop().poll() is None


def test_a_hold_that_ran_out_is_expired_once_though_valkey_was_killed(house, valkey, start):
    clocks, workers = [start("clock"), start("clock")], [start("worker")]

    def is_expired(business: int) -> bool:
        """A worker may end when Valkey does; then it is started again, as the supervisor would."""
        if workers[-1].poll() is not None:
            workers.append(start("worker"))
        return rows_of(house, business) == [EXPIRED]

    early = a_dead_hold(house)
    wait_until(lambda: is_expired(early))
    valkey.kill()
    wait_until(lambda: len(ask(house, "SELECT FROM unheard")) > 2)
    late = a_dead_hold(house)
    valkey.start()
    wait_until(lambda: is_expired(late))
    assert rows_of(house, early) == [EXPIRED]
    assert [it.poll() for it in clocks] == [None, None]


def test_a_clock_outlives_its_database(house, own_postgres, start):
    there = Served("", create_app(settings(own_postgres.url)), house.log)
    clock = start("clock", DATABASE_URL=own_postgres.url)
    wait_until(lambda: rungs(there))
    own_postgres.kill()
    wait_until(lambda: "the clock waits for the database" in there.log.read_text())
    own_postgres.start()
    before = rungs(there)["expire holds"]
    wait_until(lambda: rungs(there)["expire holds"] > before)
    assert clock.poll() is None
