"""Servers that may be hurt: one with accidents on order, and one on a PostgreSQL of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import create_app
from tests.conftest import SERVER_NAME, a_database, migrate, settings
from tests.faults.accidents import FOLDER, Accidents
from tests.faults.engines import Postgres, Valkey, a_folder
from tests.serving import Served, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder hurts something."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.fault)


@pytest.fixture(scope="session")
def database(worker_id: str) -> Iterator[str]:
    """A database on the server of all tests, for faults that do not reach beyond it."""
    with a_database(f"{SERVER_NAME}_{worker_id}_faults") as url:
        yield url


@pytest.fixture(scope="session")
def accidents(tmp_path_factory: pytest.TempPathFactory) -> Accidents:
    """Order what shall happen to `fragile` or `mortal`."""
    return Accidents(tmp_path_factory.mktemp("accidents"))


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """One of this test alone, that may be killed."""
    with a_folder() as folder:
        engine = Valkey(folder)
        engine.start()
        yield engine
        engine.end()


@contextmanager
def accidental(database: str, accidents: Accidents, log: Path, **more: str) -> Iterator[Served]:
    """The real server, with accidents on order; `more` are further settings."""
    more[FOLDER] = str(accidents.folder)
    with serving(
        create_app(settings(database)), database, log, target="tests.faults.wsgi:app", **more
    ) as running:
        yield running


@pytest.fixture(scope="session")
def fragile(
    database: str, accidents: Accidents, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server for everything that its workers outlive."""
    with accidental(database, accidents, tmp_path_factory.mktemp("fragile") / "log") as running:
        yield running


@pytest.fixture
def mortal(database: str, accidents: Accidents, tmp_path: Path) -> Iterator[Served]:
    """A server of this test alone: granian gives up when a worker dies soon after it was replaced."""
    with accidental(database, accidents, tmp_path / "log") as running:
        yield running


@pytest.fixture(scope="session")
def a_postgres() -> Iterator[Postgres]:
    """A PostgreSQL of these tests alone, with Daybook's tables."""
    with a_folder() as folder:
        server = Postgres(folder)
        try:
            server.set_up()
            migrate(server.url)
            yield server
        finally:
            server.end()


@pytest.fixture
def own_postgres(a_postgres: Postgres) -> Postgres:
    """To be stopped and killed. It runs when a test begins, however the one before has left it."""
    a_postgres.start()
    return a_postgres


@pytest.fixture(scope="session")
def own_served(a_postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server on that PostgreSQL."""
    log = tmp_path_factory.mktemp("own") / "log"
    with serving(create_app(settings(a_postgres.url)), a_postgres.url, log) as running:
        yield running
