"""A process that dies of kill -9 around what it asks of Stripe: before, after the answer, or after that was written."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

import requests
import stripe as sdk
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import create_app
from app.payments.stripe import asking
from tests.conftest import settings

# What dies is forked from a process that has loaded all of it.
__all__ = ["requests", "sdk"]
BEFORE, ANSWERED, WRITTEN = PHASES = ("before asking", "after the answer", "after it was written down")
PATIENCE = 60  # seconds
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


def killed(phase: str, act: str, errand: Callable[..., Any], *words: Any, url: str, stripe: str) -> None:
    """Let somebody run an errand who dies in a phase of an act of `asking`. Fails if they live."""
    dying = _context.Process(target=_die, args=(phase, act, errand, words, url, stripe))
    dying.start()
    dying.join(PATIENCE)
    assert dying.exitcode == -signal.SIGKILL, f"{errand.__name__} lives on {phase} of {act}"


def post(app: Any, path: str) -> None:
    """A web process at a form."""
    app.test_client().post(path)


def work(app: Any, job: Callable[..., Any], *ids: int) -> None:
    """A worker at a job."""
    with app.app_context():
        job(*ids)


def _die(
    phase: str, name: str, errand: Callable[..., Any], words: tuple[Any, ...], url: str, stripe: str
) -> None:
    app, act, asked = create_app(settings(url, STRIPE_API=stripe)), getattr(asking, name), []

    def mortal(*args: Any, **more: Any) -> Any:
        if phase == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = act(*args, **more)
        if phase == ANSWERED:
            os.kill(os.getpid(), signal.SIGKILL)
        asked.append(name)
        return answer

    @event.listens_for(Session, "after_commit")
    def written(session: Session) -> None:
        if asked and not session.in_nested_transaction():
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(asking, name, mortal)
    errand(app, *words)
