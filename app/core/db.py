"""The database: one SQLAlchemy object, naming rules, session limits and the retrying handler."""

import functools
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

from app.core.errors import TemporarilyUnavailable

P = ParamSpec("P")
R = TypeVar("R")

bigint = Annotated[int, mapped_column(BigInteger)]
identity = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
tenant = Annotated[int, mapped_column(BigInteger, primary_key=True)]
created = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=text("now()"))]

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: names of constraints, and aware datetimes and text by default."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={str: Text, datetime: DateTime(timezone=True)},
    )


# A handler commits once, just before its answer, and what it shows then is what it wrote.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:

    class Model(Base):
        """The base of every table, as the type checker sees it."""

        __abstract__ = True
else:
    Model = db.Model


def limit_sessions(engine: Engine, config: Mapping[str, Any]) -> None:
    """Bound how long a connection of `engine` may wait, run and idle; milliseconds, as `config` says when it opens.

    The idle limit is shorter than the lock limit, so that a stalled lock holder is cut off before
    those who wait for it give up.
    """

    @event.listens_for(engine, "connect")
    def set_limits(connection: Any, _record: Any) -> None:
        settings = {
            "timezone": "UTC",
            "lock_timeout": "3000",
            "statement_timeout": str(config["DATABASE_STATEMENT_MS"]),
            "idle_in_transaction_session_timeout": str(config["DATABASE_IDLE_MS"]),
        }
        if connection.server_version >= 170000:
            settings["transaction_timeout"] = str(config["DATABASE_TRANSACTION_MS"])
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.commit()


def work_patiently(config: dict[str, Any]) -> None:
    """Give connections opened from now on the limits of jobs and commands: 30 seconds a statement, a minute in all."""
    config.update(DATABASE_STATEMENT_MS=30_000, DATABASE_IDLE_MS=30_000, DATABASE_TRANSACTION_MS=60_000)


def take_longer(seconds: int) -> None:
    """Let this transaction take so long in all, where a request rarely has much to write and locks nobody out."""
    if db.session.connection().dialect.server_version_info >= (17,):  # type: ignore[operator]
        is_limited = "WHERE current_setting('transaction_timeout') <> '0'"
        # Another number alone changes nothing: the time that runs already is only stopped by 0.
        stop, start = (f"set_config('transaction_timeout', {it}, true)" for it in ("'0'", ":ms"))
        db.session.execute(text(f"SELECT {stop}, {start} {is_limited}"), {"ms": str(seconds * 1000)})


# What passes by itself and how often a handler is worth another try: deadlock, serialization; a lock not got in time,
# a statement that took too long.
PASSING = {"40P01": 3, "40001": 3, "55P03": 1, "57014": 1}


def sqlstate(error: BaseException) -> str:
    """The five-letter SQLSTATE behind a database error, or an empty string."""
    return getattr(getattr(error, "orig", None), "pgcode", None) or ""


def undo(*, showing_rows: bool = False) -> None:
    """Roll back. A connection that turns out to be broken fails once, and has nothing left to undo.

    An answer that is `showing_rows` nobody has changed need not read them once more: they are let go of as they are.
    """
    if showing_rows:
        db.session.expunge_all()
    try:
        db.session.rollback()
    except DBAPIError:
        db.session.rollback()


def retrying(handler: Callable[P, R]) -> Callable[P, R]:
    """Run a request handler again when the database asks for it, and say "busy" when it stays so.

    40P01 and 40001 (deadlock, serialization): three more tries with jitter. 55P03 and 57014 (a lock
    or a statement took too long): one more try. What is left raises TemporarilyUnavailable (503), never
    "taken", because the place may still be free.
    """

    @functools.wraps(handler)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        tries = dict(PASSING)
        while True:
            try:
                return handler(*args, **kwargs)
            except DBAPIError as error:
                undo()
                state = sqlstate(error)
                if state not in tries:
                    raise
                if not tries[state]:
                    raise TemporarilyUnavailable from error
                tries[state] -= 1
                time.sleep(random.uniform(0.01, 0.05))

    return attempt
