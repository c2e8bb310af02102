"""Names of constraints, limits of a connection, and the handler that tries again."""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError

from app import create_app
from app.core import db as database
from app.core.db import db, limit_sessions, retrying, sqlstate, take_longer
from app.core.errors import TemporarilyUnavailable
from tests.conftest import settings


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the handler waited before it tried again; nobody really sleeps."""
    slept: list[float] = []
    monkeypatch.setattr(database.time, "sleep", slept.append)
    return slept


def failure(state: str) -> DBAPIError:
    """A database error with this SQLSTATE."""
    return OperationalError("UPDATE …", {}, SimpleNamespace(pgcode=state))  # type: ignore[arg-type]


def handler_that_fails(*states: str) -> tuple[object, list[int]]:
    """A handler that fails once for each of `states`, then answers; and the calls it got."""
    calls: list[int] = []

    @retrying
    def handler(number: int) -> str:
        calls.append(number)
        if len(calls) <= len(states):
            raise failure(states[len(calls) - 1])
        return "booked"

    return handler, calls


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("states", [[], ["40P01"], ["40P01", "40P01"], ["40001"] * 3, ["55P03"], ["57014"]])
def test_a_handler_runs_again_until_it_succeeds(states: list[str], pauses: list[float]) -> None:
    handler, calls = handler_that_fails(*states)
    assert handler(7) == "booked"  # type: ignore[operator]
    assert calls == [7] * (len(states) + 1)
    assert len(pauses) == len(states)
    assert all(0 < pause < 0.1 for pause in pauses)


@pytest.mark.usefixtures("app", "pauses")
@pytest.mark.parametrize("states", [["40P01"] * 4, ["40001"] * 4, ["55P03"] * 2, ["57014"] * 2])
def test_a_handler_that_keeps_failing_is_busy_never_taken(states: list[str]) -> None:
    handler, calls = handler_that_fails(*states)
    with pytest.raises(TemporarilyUnavailable):
        handler(7)  # type: ignore[operator]
    assert len(calls) == len(states)


@pytest.mark.usefixtures("app", "pauses")
@pytest.mark.parametrize("state", ["23505", "23P01", "22001", "08006", ""])
def test_other_errors_are_not_tried_again(state: str) -> None:
    handler, calls = handler_that_fails(state)
    with pytest.raises(DBAPIError):
        handler(7)  # type: ignore[operator]
    assert len(calls) == 1


@pytest.mark.usefixtures("pauses")
def test_what_the_first_try_wrote_is_undone_before_the_second(app: Flask) -> None:
    db.session.execute(sa.text("CREATE TEMPORARY TABLE tries (n int) ON COMMIT DROP"))
    db.session.commit()
    seen = []

    @retrying
    def handler() -> None:
        seen.append(db.session.scalar(sa.text("SELECT count(*) FROM tries")))
        db.session.execute(sa.text("INSERT INTO tries VALUES (1)"))
        if len(seen) < 3:
            raise failure("40P01")

    handler()
    assert seen == [0, 0, 0]


def test_the_sqlstate_of_an_error_without_one_is_empty() -> None:
    assert sqlstate(failure("40P01")) == "40P01"
    assert sqlstate(OperationalError("", {}, SimpleNamespace(pgcode=None))) == ""  # type: ignore[arg-type]
    assert sqlstate(ValueError()) == ""


@pytest.fixture
def limited(database_url: str) -> Iterator[sa.Connection]:
    """A connection that may run for 150 ms and idle for 250 ms."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    limit_sessions(
        engine, {"DATABASE_STATEMENT_MS": 150, "DATABASE_TRANSACTION_MS": 8000, "DATABASE_IDLE_MS": 250}
    )
    with engine.connect() as connection:
        yield connection
        connection.invalidate()


def test_a_connection_is_told_its_limits(limited: sa.Connection) -> None:
    def shown(name: str) -> object:
        return limited.execute(sa.text(f"SHOW {name}")).scalar()

    assert shown("timezone") == "UTC"
    assert shown("lock_timeout") == "3s"
    assert shown("statement_timeout") == "150ms"
    assert shown("idle_in_transaction_session_timeout") == "250ms"
    if limited.dialect.server_version_info >= (17,):  # type: ignore[operator]
        assert shown("transaction_timeout") == "8s"
    limited.rollback()
    assert shown("statement_timeout") == "150ms"


def test_a_statement_that_runs_too_long_is_ended(limited: sa.Connection) -> None:
    with pytest.raises(DBAPIError) as caught:
        limited.execute(sa.text("SELECT pg_sleep(3)"))
    assert sqlstate(caught.value) == "57014"


def test_a_transaction_that_idles_is_cut_off(limited: sa.Connection) -> None:
    limited.execute(sa.text("SELECT 1"))
    time.sleep(0.6)
    with pytest.raises(DBAPIError) as caught:
        limited.execute(sa.text("SELECT 1"))
    assert caught.value.connection_invalidated


def test_a_transaction_that_says_so_may_take_longer_than_others(database_url: str) -> None:
    with create_app(settings(database_url)).app_context():
        try:
            connection = db.session.connection()
            if (connection.dialect.server_version_info or ()) < (17,):
                pytest.skip("It has no such limit.")
            db.session.execute(sa.text("SET transaction_timeout = 500"))
            take_longer(20)
            db.session.execute(sa.text("SELECT pg_sleep(0.8)"))
            assert db.session.scalar(sa.text("SELECT 1")) == 1
        finally:
            db.session.rollback()
            db.engine.dispose()
