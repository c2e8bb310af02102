"""kill -9 of the job, and of the whole worker, in the middle of an import: every line is somebody once."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import create_app
from app.core.actor import Actor
from app.core.db import db
from app.customers.imports.importing import begin_checking, begin_importing, find_import, keep_file
from app.customers.imports.reading import read_pasted
from tests.conftest import NOW, settings
from tests.factories import a_business
from tests.faults.engines import Valkey
from tests.faults.importing import FOLDER
from tests.faults.programs import Start, kill_family, starting
from tests.serving import Served
from tests.waiting import wait_until

PATIENCE = 120  # seconds, where many tests share a small machine
PEOPLE = 2600  # Six steps.
BY = Actor("member", "Maya")
FOUND = sa.text(
    "SELECT (SELECT count(*) FROM customers WHERE business_id = :id),"
    " (SELECT count(DISTINCT email) FROM customers WHERE business_id = :id),"
    " (SELECT count(*) FROM customer_notes WHERE business_id = :id),"
    " (SELECT count(DISTINCT customer_id) FROM customer_import_rows WHERE business_id = :id),"
    " (SELECT count(*) FROM customer_words WHERE business_id = :id AND word LIKE '=%')"
)
TOLD = sa.text("SELECT changes FROM audit_events WHERE business_id = :id AND action = 'customer_import.done'")


@pytest.fixture
def house(database: str, valkey: Valkey, tmp_path: Path) -> Served:
    app = create_app(settings(database, REDIS_URL=valkey.url))
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM cron_runs"))
        db.session.commit()
    return Served("", app, tmp_path / "log")


@pytest.fixture
def start(house: Served, database: str, valkey: Valkey, tmp_path: Path) -> Iterator[Start]:
    accidents = {"FLASK_APP": "tests.faults.importing", FOLDER: str(tmp_path)}
    with starting(house, database, valkey, **accidents) as start:
        yield start


def a_file(house: Served) -> tuple[int, int]:
    """A file that is being checked; its last line is somebody again."""
    lines = [f"Person {n},p{n}@example.com,seen {n}" for n in range(PEOPLE)]
    text = "\n".join(["Name,E-mail,Note", *lines, lines[0]])
    with house.app.app_context():
        it = keep_file(a_business().id, "old.csv", read_pasted(text), by=BY, now=NOW)
        begin_checking(it, {"name": 0, "email": 1, "note": 2}, 1, by=BY, now=NOW)
        db.session.commit()
        return it.business_id, it.id


def status(house: Served, key: tuple[int, int]) -> tuple[str, int]:
    with house.app.app_context():
        it = find_import(*key)
        assert it
        return it.status, it.done


def confirm(house: Served, key: tuple[int, int]) -> None:
    with house.app.app_context():
        it = find_import(*key)
        assert it
        begin_importing(it, fill=True, by=BY, now=NOW)
        db.session.commit()


def assert_everybody_is_there_once(house: Served, business: int) -> None:
    with house.app.app_context():
        assert tuple(db.session.execute(FOUND, {"id": business}).one()) == (PEOPLE,) * 5
        [changes] = db.session.scalars(TOLD, {"id": business}).all()
    assert {name: both[1] for name, both in changes.items()} == {
        "new": PEOPLE,
        "known": 0,
        "again": 1,
        "refused": 0,
    }


def test_a_job_killed_before_its_commits_adds_everybody_once(house, start, tmp_path):
    orders = [
        "checking@1000",
        f"checking@{PEOPLE + 1}",
        "importing@500",
        "importing@2000",
        f"importing@{PEOPLE + 1}",
    ]
    for order in orders:
        (tmp_path / order).touch()
    key = a_file(house)
    start("clock")
    start("worker")
    wait_until(lambda: status(house, key)[0] == "checked", PATIENCE)
    confirm(house, key)
    wait_until(lambda: status(house, key)[0] == "imported", PATIENCE)
    assert sorted(it.name for it in tmp_path.glob("*@*")) == sorted(f"{order}.begun" for order in orders)
    assert_everybody_is_there_once(house, key[0])


def test_workers_killed_at_any_moment_add_everybody_once(house, start):
    key = a_file(house)
    start("clock")
    workers = [start("worker")]

    def killed_once(has_begun: Callable[[], bool]) -> "subprocess.Popen[bytes]":
        wait_until(has_begun, PATIENCE)
        kill_family(workers.pop())
        workers.append(start("worker"))
        return workers[-1]

    killed_once(lambda: status(house, key)[1] > 0)
    wait_until(lambda: status(house, key)[0] == "checked", PATIENCE)
    confirm(house, key)
    killed_once(lambda: status(house, key)[1] > 0)
    wait_until(lambda: status(house, key)[0] == "imported", PATIENCE)
    assert_everybody_is_there_once(house, key[0])
