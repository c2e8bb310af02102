"""Real PostgreSQL for every test: one database per worker, one rolled-back transaction per test."""

import contextlib
import contextvars
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as effort

from app import create_app
from app.auth import passwords
from app.cli import init_cli
from app.config import settings_from
from app.core.db import db
from app.core.limits import limiter
from app.core.tries import tries
from tests.chromium import chromium, playwright  # noqa: F401
from tests.house_rules.markup import faults
from tests.serving import Served, serving

ADMIN_URL = sa.make_url(
    os.environ.get("DATABASE_URL", "").replace("postgresql://", "postgresql+psycopg2://")
    or "postgresql+psycopg2://"
)
# Two runs on one server do not meet: their databases are named after the one they were given.
SERVER_NAME = ADMIN_URL.database or "daybook"
# What is hashed here is nobody's: it need not take long.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOW = datetime.fromisoformat("2027-03-01T09:00:00+00:00")  # A Monday; 10:00 in Berlin.

# Where changes are judged, random tests try the same every time: a change fails by its own fault, never by luck.
# How long drawing takes says how busy the machine is, and nothing about what is tested.
busy = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
effort.register_profile("here", **busy)
effort.register_profile("ci", derandomize=True, database=None, print_blob=True, **busy)
effort.register_profile("thorough", max_examples=2000, **busy)
effort.load_profile("ci" if os.environ.get("CI") == "true" else "here")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the database server says of its own accidents: a test sees only that its connection is gone."""
    log = Path(os.environ.get("DAYBOOK_DATA", "none")) / "postgres.log"
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    for line in lines:
        if "terminated by signal" in line or line.startswith("PANIC"):
            terminalreporter.write_line(f"PostgreSQL: {line}")


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> Iterator[str]:
    """A database of this worker's own, brought up by the real migrations."""
    with a_database(f"{SERVER_NAME}_{worker_id}") as url:
        yield url


@pytest.fixture(scope="session")
def worker_id() -> str:
    """The name pytest-xdist gives this process, or `main` without it."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@contextlib.contextmanager
def a_database(name: str) -> Iterator[str]:
    """A database on the test server, brought up by the real migrations."""
    with an_empty_database(name) as url:
        migrate(url)
        yield url


@contextlib.contextmanager
def an_empty_database(name: str) -> Iterator[str]:
    """A database on the test server without any table, dropped at the end."""
    engine = sa.create_engine(ADMIN_URL, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield ADMIN_URL.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def served(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server on a database of its own. Tests make a business each, so they do not meet."""
    data = tmp_path_factory.mktemp("served")
    with (
        a_database(f"{SERVER_NAME}_{worker_id}_served") as url,
        serving(create_app(settings(url, DAYBOOK_DATA=data)), url, data / "log") as running,
    ):
        yield running


def migrate(url: str) -> None:
    """Bring the database at `url` up to date, as `flask db upgrade` does."""
    from flask_migrate import upgrade

    app = create_app(settings(url))
    init_cli(app)
    with app.app_context():
        upgrade()
        db.engine.dispose()


def settings(url: str, **changes: Any) -> dict[str, Any]:
    """The app's settings for tests: no rate limits, no minimum fill time, no idle limit while a test thinks."""
    environ = {
        "DATABASE_URL": url,
        "SECRET_KEY": "a-test-secret-of-more-than-32-characters",
        "DATABASE_IDLE_MS": "0",
        "DATABASE_TRANSACTION_MS": "0",
        "MINIMUM_FILL_SECONDS": "0",
    }
    quiet = {
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }
    return settings_from(environ) | quiet | changes


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on this worker's database, with a folder of its own for files."""
    app = create_app(settings(database_url, DAYBOOK_DATA=tmp_path_factory.mktemp("data")))
    init_cli(app)
    app.test_client_class = Browser
    return app


class Browser(FlaskClient):
    """A client whose requests share nothing with the test but the database's connection."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        # What is sent in parts is read to its end where it is made.
        kwargs.setdefault("buffered", True)
        response = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        # A mail of the mailbox has its styles inside, as mails must, and is shown in a sandbox.
        is_mail = "sandbox" in response.headers["Content-Security-Policy"]
        if response.mimetype == "text/html" and not response.content_encoding and not is_mail:
            assert list(faults(response.text)) == [], "the content policy refuses what is inline"
        return response


@pytest.fixture(autouse=True)
def transaction(request: pytest.FixtureRequest) -> Iterator[None]:
    """Undo whatever the test writes."""
    names = set(request.fixturenames)
    if "app" not in names or request.node.get_closest_marker("commits"):
        yield
        return
    with all_undone(request.getfixturevalue("app")):
        yield


# Commands give the app the limits of `work_patiently`, also for the tests after them; hundreds of routes take longer.
_NO_LIMITS = """SELECT set_config(name, '0', true) FROM pg_settings
                 WHERE name IN ('transaction_timeout', 'idle_in_transaction_session_timeout')"""


@contextlib.contextmanager
def all_undone(app: Flask) -> Iterator[None]:
    """What is written inside is undone, by an outer transaction that its commits never reach."""
    with app.app_context():
        engine = db.engine
        with engine.connect() as connection, connection.begin() as outer:
            connection.exec_driver_sql(_NO_LIMITS)
            session = db.session
            db._app_engines[app][None] = connection
            db.session = db._make_scoped_session(
                {"join_transaction_mode": "create_savepoint", "expire_on_commit": False}
            )
            try:
                yield
            finally:
                db.session.remove()
                db.session = session
                db._app_engines[app][None] = engine
                outer.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a cookie."""
    return app.test_client()


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the pictures of this test are kept."""
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    return tmp_path


@pytest.fixture
def frozen() -> Iterator[Any]:
    """The clock stands at NOW; `frozen.shift(seconds)` and `frozen.move_to(moment)` move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def counting(app: Flask) -> Iterator[None]:
    """Tries are counted in this test, from nothing."""
    tries.enabled = True
    tries.forget()
    yield
    tries.forget()
    tries.enabled = False


@pytest.fixture
def limited(database_url: str) -> Iterator[Flask]:
    """An application with its limits per address; they hold for `app` as well while this test runs."""
    yield create_app(settings(database_url, RATELIMIT_ENABLED=True))
    limiter.reset()
    limiter.enabled = False
    tries.forget()
    tries.enabled = False


@pytest.fixture(autouse=True)
def nothing_stays_limited(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test counts refuses nothing in the next: both kinds of counting are off when it is over."""
    yield
    if "app" in request.fixturenames:
        left = tries.enabled, limiter.enabled
        tries.enabled = limiter.enabled = False
        assert left == (False, False), "limits stay switched on"


@pytest.fixture
def queries() -> Any:
    """Collects the statements that run inside `with queries() as seen`; savepoints of the test do not count.

    What the test has prepared is committed before.
    """

    @contextlib.contextmanager
    def watching() -> Iterator[list[str]]:
        seen: list[str] = []
        db.session.commit()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if "SAVEPOINT" not in statement:
                seen.append(statement)

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)

    return watching
