"""Members, visitors and clocks as processes of their own, who do their acts on their own connections."""

import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.pool import Pool
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.core.db import db, sqlstate
from app.core.errors import DomainError
from tests.conftest import settings
from tests.serving import Served

HANDS = 4  # so many act at the same time
PATIENCE = 120  # seconds until a process is given up that died or waits for ever
DONE = "done"


class Outcome(NamedTuple):
    """DONE and what the act returned; or the name of a refusal; or an SQLSTATE and where it came from."""

    word: str
    value: Any = None


class Crew:
    """So many hands, each a process. Whoever calls is one thread that waits for one of them."""

    def __init__(self, hands: Pool) -> None:
        self._hands = hands

    def act(self, served: Served, act: Callable[..., Any], *args: Any) -> Callable[[], Outcome]:
        """Something to be done at a business of `served` once it is called; act and arguments must be picklable."""
        return self.work(served, perform, act, *args)

    def work(self, served: Served, work: Callable[..., Any], *args: Any) -> Callable[[], Any]:
        """The same for work of several transactions; it is given the app."""
        url = served.app.config["SQLALCHEMY_DATABASE_URI"]
        return lambda: self._hands.apply_async(_work_on, (url, work, args)).get(PATIENCE)


@contextmanager
def a_crew(url: str) -> Iterator[Crew]:
    """A crew that is ready to act on this database."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with context.Pool(HANDS, initializer=_app_on, initargs=(url,)) as hands:
        hands.map(time.sleep, [0.2] * HANDS, chunksize=1)
        yield Crew(hands)


def perform(app: Flask, act: Callable[..., Any], *args: Any) -> Outcome:
    """Do something as a handler does it: all of it is committed, or nothing."""
    with app.app_context():
        try:
            value = act(*args)
            db.session.commit()
        except DomainError as refused:
            db.session.rollback()
            return Outcome(type(refused).__name__)
        except DBAPIError as error:
            db.session.rollback()
            return Outcome(sqlstate(error) or type(error).__name__, traceback.format_exc())
        return Outcome(DONE, value)


def done(served: Served, act: Callable[..., Any], *args: Any) -> Any:
    """Do something before the race; what the act returned."""
    outcome = perform(served.app, act, *args)
    assert outcome.word == DONE, outcome
    return outcome.value


@cache
def _app_on(url: str) -> Flask:
    return create_app(settings(url))


def _work_on(url: str, work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    return work(_app_on(url), *args)
